"""Answering a subject access request: everything that every service holds about one person, as one archive."""

import os
import tempfile
from pathlib import Path
from typing import Any

import click
import requests

from acorn.desk import Desk, is_id, pass_desk
from acorn.trouble import Refused, Trouble
from servicekit import archive


@click.command("subject-access")
@click.argument("who")
@click.option("--trn", "by_trn", is_flag=True, help="WHO is a TRN, and no employee number.")
@click.option("--reason", metavar="TEXT", required=True, help="Why: the reference of the request; it names nobody.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.zip",
    help="Where to; in this folder, by day and id, unless given.",
)
@click.option("--without-planning", is_flag=True, help="Leave out talent reviews, succession and confidential looks.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@pass_desk
def subject_access(
    desk: Desk, who: str, by_trn: bool, reason: str, output: Path | None, without_planning: bool, force: bool
) -> None:
    """Write everything that is held about a person into one archive (data protection).

    WHO is an e-mail address, an employee number or an id, of somebody who has left too; with --trn a TRN.
    """
    if output is not None:
        _refuse_what_is_there(output, force=force)
    try:
        answers = _asked(desk, _meant(who, by_trn=by_trn), reason)
    except Trouble as trouble:
        if isinstance(trouble, Refused) and trouble.status < requests.codes.internal_server_error:
            raise
        raise Trouble(f"{trouble.message} No archive was made.") from None
    me = desk.me()
    made = archive.made(answers, by=me["email"] or me["subject"], withheld=without_planning)
    staff = answers[0]
    file = output or Path(f"subject-access-{staff['at'][:10]}-{staff['person'][-12:]}.zip")
    _refuse_what_is_there(file, force=force)
    _write(file, made)
    shown = archive.without_planning(answers) if without_planning else answers
    services = " and ".join(answer["service"] for answer in answers)
    click.echo(
        f"{archive.name_of(answers)} ({staff['person']}): {archive.count(shown)} entries of {services}, in {file}."
    )


def _meant(who: str, *, by_trn: bool) -> dict[str, str]:
    if by_trn:
        return {"trn": who}
    if is_id(who):
        return {"person": who}
    return {"email": who} if "@" in who else {"employee_number": who}


def _asked(desk: Desk, who: dict[str, str], reason: str) -> list[dict[str, Any]]:
    """What each service holds, staff's answer first: it knows who is meant."""
    staff: dict[str, Any] = desk.staff.post("/subject-access", {**who, "reason": reason})
    asked = {"person": staff["person"], "reason": reason}
    others = [name for name in desk.addresses.services if name != desk.staff.name]
    return [staff, *(desk.service(name).post("/subject-access", asked) for name in others)]


def _refuse_what_is_there(file: Path, *, force: bool) -> None:
    if file.exists() and not force:
        raise Trouble(f"{file} is there already. Choose another name, or write over it with --force.")


def _write(file: Path, content: bytes) -> None:
    """Write a file that only its owner can read; half of one is never there."""
    draft = None
    try:
        # A file of mkstemp is the user's alone from its first moment.
        handle, draft = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
        with os.fdopen(handle, "wb") as written:
            written.write(content)
        Path(draft).replace(file)
    except OSError as error:
        if draft is not None:
            Path(draft).unlink(missing_ok=True)
        raise Trouble(f"{file} cannot be written: {error.strerror}. Choose another place with --output.") from None

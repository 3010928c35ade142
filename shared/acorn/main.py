"""The command `acorn`: it speaks HTTP to the services like anyone else."""

import click

from acorn.commands.cpd import cpd
from acorn.commands.demo import demo
from acorn.commands.disposal import disposal
from acorn.commands.erasure import erasure
from acorn.commands.imports import import_
from acorn.commands.leavers import leavers
from acorn.commands.mappings import mappings
from acorn.commands.operations import dead_letters, status
from acorn.commands.people import organisations, people
from acorn.commands.rebuild import rebuild
from acorn.commands.signing import sign_in, sign_out, who_am_i
from acorn.commands.subject_access import subject_access
from acorn.commands.talent import talent
from acorn.desk import Desk
from acorn.trouble import Trouble


class Words(click.Group):
    """The commands, for words that can be sent: what is typed in another encoding than the terminal's cannot."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line; `Trouble` for a word that is no text."""
        for word in args:
            if any("\ud800" <= sign <= "\udfff" for sign in word):
                shown = word.encode(errors="backslashreplace").decode()
                raise Trouble(f"{shown} is not UTF-8 text. Type it anew in a terminal that is set to UTF-8.")
        return super().parse_args(ctx, args)


@click.group(cls=Words, context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def cli(context: click.Context) -> None:
    """Acorn: who works in the trust, and what they have learnt.

    Addresses come from ACORN_STAFF_URL, ACORN_CPD_URL and ACORN_OIDC_ISSUER, else from `make run` of this folder.
    ACORN_TOKEN, if set, is the access token; else that of the last `acorn sign-in`.
    """
    context.obj = Desk()


_SIGNING = (sign_in, sign_out, who_am_i)
_FILES = (import_, leavers, mappings)
_PEOPLE = (organisations, people, talent, cpd)
_DATA_PROTECTION = (subject_access, erasure, disposal)
for command in (*_SIGNING, *_FILES, *_PEOPLE, *_DATA_PROTECTION, status, dead_letters, rebuild, demo):
    cli.add_command(command)


def main() -> None:
    """Run the command line."""
    cli()

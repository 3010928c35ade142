"""What can go wrong for whoever types a command: always one sentence with the remedy, never a traceback."""

from collections.abc import Mapping
from typing import IO, Any

import click


class Trouble(click.ClickException):
    """A command that cannot do what it was asked; the message says why and what to do."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence on standard error."""
        click.echo(f"acorn: {self.format_message()}", file=file, err=file is None)


class Refused(Trouble):
    """A service's refusal (RFC 9457): its detail, and what is wrong with each option that was typed."""

    def __init__(self, problem: Mapping[str, Any], status: int) -> None:
        self.problem = problem
        self.status = status
        detail = str(problem.get("detail") or f"The service answered {status}.")
        faults = [f"{_typed(error['pointer'])}: {error['detail']}" for error in problem.get("errors", [])]
        # Programs are told which member of the answer says why; people see it.
        counted, says_where, _ = detail.partition("; `errors` says")
        if says_where and len(faults) == 1:
            super().__init__(faults[0])
        else:
            super().__init__("\n  ".join([f"{counted}:" if says_where else detail, *faults]))

    @property
    def kind(self) -> str:
        """The kind of problem, such as `nobody-has-email`."""
        return str(self.problem.get("type", "")).rpartition(":")[2]


def _typed(pointer: str) -> str:
    """What was typed for the field that a JSON pointer names: the option of the command, else the field in words."""
    field = pointer.removeprefix("/query").removeprefix("/").partition("/")[0]
    context = click.get_current_context(silent=True)
    for parameter in context.command.params if context else []:
        options = [option for option in parameter.opts if option.startswith("--")]
        if options and (field == parameter.name or f"--{field.replace('_', '-')}" in options):
            return options[0]
    return field.replace("_", " ") or "the request"

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
    """A service's refusal (RFC 9457): its detail, and each faulty field with its pointer."""

    def __init__(self, problem: Mapping[str, Any], status: int) -> None:
        self.problem = problem
        self.status = status
        lines = [str(problem.get("detail") or f"The service answered {status}.")]
        lines += [f"  {error['pointer'] or 'the body'}: {error['detail']}" for error in problem.get("errors", [])]
        super().__init__("\n".join(lines))

    @property
    def kind(self) -> str:
        """The kind of problem, such as `nobody-has-email`."""
        return str(self.problem.get("type", "")).rpartition(":")[2]

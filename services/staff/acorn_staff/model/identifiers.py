"""Names and numbers that people and academies are known by: brought into one form, or refused with a sentence.

None of these functions shows the value in its refusal: a TRN in an error would end in a log.
"""

import re
import unicodedata

from acorn_staff.model.refusals import Malformed
from servicekit.characters import fault_in_code, fault_in_name

NAME_LENGTH = 200
EMAIL_LENGTH = 254
EMPLOYEE_NUMBER_LENGTH = 40

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def text(value: str, *, field: str, longest: int = NAME_LENGTH) -> str:
    """A line of text: composed Unicode, single spaces, none at the ends, nothing invisible that deceives, not empty."""
    tidy = " ".join(unicodedata.normalize("NFC", value).split())
    if not tidy:
        raise Malformed(field, "It is empty.")
    if fault := fault_in_name(tidy):
        raise Malformed(field, fault)
    if len(tidy) > longest:
        raise Malformed(field, f"It is longer than {longest} characters.")
    return tidy


def trn(value: str) -> str:
    """A teacher reference number: exactly seven digits; leading zeros matter, so it is text."""
    return _digits(value, 7, field="trn", name="A TRN")


def urn(value: str) -> str:
    """The unique reference number of an establishment in GIAS: six digits."""
    return _digits(value, 6, field="urn", name="A URN")


def ukprn(value: str) -> str:
    """A UK provider reference number: eight digits."""
    return _digits(value, 8, field="ukprn", name="A UKPRN")


def email(value: str) -> str:
    """An e-mail address in lower case: people type theirs in any, and mean the same mailbox."""
    tidy = text(value, field="email", longest=EMAIL_LENGTH).lower()
    if not _EMAIL.fullmatch(tidy) or len(tidy) > EMAIL_LENGTH:
        raise Malformed("email", "It is not an e-mail address.")
    return _plain(tidy, field="email")


def employee_numbers(values: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Payroll's numbers of one person, the current one last; each once."""
    return tuple(dict.fromkeys(employee_number(value) for value in values))


def employee_number(value: str) -> str:
    """One of payroll's numbers: letters and digits as payroll has them, nothing invisible among them."""
    tidy = text(value, field="employee_numbers", longest=EMPLOYEE_NUMBER_LENGTH)
    return _plain(tidy, field="employee_numbers")


def _plain(value: str, *, field: str) -> str:
    if fault := fault_in_code(value):
        raise Malformed(field, fault)
    return value


def _digits(value: str, count: int, *, field: str, name: str) -> str:
    # Only ASCII digits: str.isdigit would also take superscripts and other scripts' digits.
    if not re.fullmatch(rf"[0-9]{{{count}}}", value):
        raise Malformed(field, f"{name} has exactly {count} digits.")
    return value

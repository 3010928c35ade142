"""The files that HR sends to this service: academies from the national register, people from payroll or the MIS."""

from acorn_staff.imports.academies import ACADEMIES
from acorn_staff.imports.leavers import LEAVERS
from acorn_staff.imports.people import PEOPLE

KINDS = (ACADEMIES, PEOPLE, LEAVERS)

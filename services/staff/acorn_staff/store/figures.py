"""What the service holds, in figures for those who watch it."""

from datetime import date

from pymongo.database import Database

from acorn_staff.store.layout import ORGANISATIONS, PEOPLE
from directory.dates import in_force
from servicekit.mongo import Document


def count_figures(database: Database[Document], today: date) -> dict[str, int]:
    """The trust in figures: employees with an appointment today, academies that are its members."""
    employed = {"kind": "employee", "appointments": {"$elemMatch": in_force(today)}}
    return {
        "people_employed": database[PEOPLE].count_documents(employed),
        "academies": database[ORGANISATIONS].count_documents({"kind": "academy", "membership": "member"}),
    }

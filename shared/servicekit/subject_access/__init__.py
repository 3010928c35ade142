"""Subject access (UK GDPR, article 15): all that a service holds about one person, for data protection to hand over.

A service says what it holds by one function, given to `servicekit.app.create`:

    create(..., holds=holdings)                                                       # POST /v1/subject-access

What every service keeps beside that (looks, imports, dead letters) is added here. Sections are of documents as they are
stored: a field that is added to an aggregate is in the next answer with nobody's help.
"""

from servicekit.subject_access.kept import Holds, Section, Subject, nothing

__all__ = ["Holds", "Section", "Subject", "nothing"]

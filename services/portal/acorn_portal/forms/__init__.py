"""Forms: what people type, read as they type it. What may be is for the services to judge; what they refuse comes back
beside the field that it is about."""

from acorn_portal.forms.answers import Answers
from acorn_portal.forms.fields import Day, Number, Text

__all__ = ["Answers", "Day", "Number", "Text"]

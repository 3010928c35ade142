"""What this service does when it hears of others: so far it only learns who is who."""

from directory.handlers import HANDLERS as DIRECTORY

HANDLERS = {**DIRECTORY}

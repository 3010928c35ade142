"""Who is who and what is when, as learnt from the staff service's events.

What belongs in here: copies of what staff publishes, and questions about them that several services ask. What does
not: anything that only one service asks, and anything that writes to what staff owns.
"""

from directory.lookups import Directory, indexes
from directory.store import DirectoryStore

__all__ = ["Directory", "DirectoryStore", "indexes"]

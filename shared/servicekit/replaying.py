"""The work of replaying a dead letter, once what made it fail is mended."""

from collections.abc import Mapping
from typing import Any

from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import PyMongoError

from servicekit import deadletters, generations
from servicekit.clock import Clock
from servicekit.events import Unreadable, read_event
from servicekit.inbox import Handler, Handlers, MakeStore, passing, reason_of
from servicekit.mongo import Document, transaction
from servicekit.schedule import CannotBeDone, Progress, WorkHandler


def replays(handlers: Mapping[str, Handler], make_store: MakeStore, clock: Clock) -> WorkHandler:
    """The work of replaying one dead letter: its handler alone, in one transaction with closing the letter."""
    known = Handlers(handlers)

    def replay(database: Database[Document], payload: dict[str, Any], _: Progress) -> None:
        letter = database[deadletters.COLLECTION].find_one({"_id": payload["letter"]})
        if letter is None or letter["state"] != "open":
            return
        try:
            event = read_event(letter["value"])
        except Unreadable as unreadable:
            raise CannotBeDone(f"It is still unreadable: {unreadable}.") from None
        handler = known.find(event.type)
        if handler is None:
            raise CannotBeDone(f"No handler takes {event.type} in this release.")

        def work(session: ClientSession) -> None:
            store = make_store(database, session, generations.hold(database, session))
            handler(event, store)
            store.flush()
            deadletters.close(database, letter["_id"], "replayed", at=clock(), session=session)

        try:
            transaction(database.client, work)
        except Exception as error:
            if isinstance(error, PyMongoError) and passing(error):
                raise
            reason = reason_of(error)
            database[deadletters.COLLECTION].update_one({"_id": letter["_id"]}, {"$set": {"reason": reason}})
            raise CannotBeDone(f"The handler failed again: {reason}.") from error

    return replay

"""What the rules of this service refuse, each with the facts that HR needs to go on."""

from datetime import date

from servicekit.problems import FieldError, Invalid, NotFound, RuleBroken


class Malformed(Invalid):
    """A value that cannot be what it is said to be, such as a TRN with a letter; `field` is its name in the API."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence, errors=[FieldError(f"/{field}", sentence)])
        self.field = field


class EndsBeforeStart(Invalid):
    """A last day before the first one."""

    slug = "ends-before-start"
    title = "It would end before it starts"

    def __init__(self, *, field: str, from_: date, to: date) -> None:
        sentence = f"The last day would be {to}, before the first day, {from_}."
        super().__init__(sentence, errors=[FieldError(f"/{field}", sentence)])


class MovesBeforeStart(Invalid):
    """A move on an appointment's first day or before, which would leave nothing of it."""

    slug = "moves-before-start"
    title = "The move would come before the appointment begins"

    def __init__(self, *, from_: date) -> None:
        sentence = f"This appointment begins on {from_}. Say a later day for the move."
        super().__init__(sentence, errors=[FieldError("/on", sentence)])


class FteExceeded(RuleBroken):
    """Appointments that add up to more than one full-time job. Source: domain brief, rule 2."""

    slug = "fte-exceeded"
    title = "More than one full-time job"

    def __init__(self, *, day: date, fte: float) -> None:
        super().__init__(
            f"From {day} the appointments would add up to {fte:g} FTE; more than 1 needs HR's override with a reason.",
            day=day.isoformat(),
            fte=fte,
        )


class AppointmentsOverlap(RuleBroken):
    """The same post at the same organisation twice on one day."""

    slug = "appointments-overlap"
    title = "This appointment is already there"

    def __init__(self, *, appointment: str, from_: date, to: date | None) -> None:
        until = f"to {to}" if to else "with no end known"
        super().__init__(
            f"The person already holds this post at this organisation from {from_} {until}.", appointment=appointment
        )


class AppointmentEnded(RuleBroken):
    """An appointment that is over, or will be, on the day that is said."""

    slug = "appointment-ended"
    title = "The appointment has ended by then"

    def __init__(self, *, appointment: str, to: date, on: date) -> None:
        super().__init__(f"This appointment's last day is {to}, before {on}.", appointment=appointment)


class EndRecorded(RuleBroken):
    """An appointment whose end was recorded with its reason: history is not rewritten. Source: domain brief, rule 1."""

    slug = "end-recorded"
    title = "The appointment's end is recorded already"

    def __init__(self, *, appointment: str, to: date) -> None:
        super().__init__(
            f"It is recorded that this appointment's last day is {to}, and why. Until that day has passed, the end can "
            "be taken back; then record another.",
            appointment=appointment,
        )


class NoEndRecorded(RuleBroken):
    """An appointment of which nobody recorded an end: there is nothing to take back."""

    slug = "no-end-recorded"
    title = "No end of this appointment is recorded"

    def __init__(self) -> None:
        super().__init__("Nobody recorded that this appointment ends, so there is nothing to take back.")


class EndIsPast(RuleBroken):
    """An end that has come: what has happened is not undone, it is followed. Source: domain brief, rule 1."""

    slug = "end-is-past"
    title = "The appointment has ended already"

    def __init__(self, *, appointment: str, to: date) -> None:
        super().__init__(
            f"This appointment ended on {to}, and that stays in history. Give the person a new appointment instead.",
            appointment=appointment,
        )


class MoveRecorded(RuleBroken):
    """An appointment that ends because its holder moves, perhaps on a day to come."""

    slug = "move-recorded"
    title = "A move is recorded already"

    def __init__(self, *, appointment: str, on: date) -> None:
        super().__init__(
            f"A move from this appointment to another is recorded for {on}. Until then it can be taken back: do that "
            "first.",
            appointment=appointment,
            on=on.isoformat(),
        )


class NoSuchAppointment(NotFound):
    """A person has no appointment with this id."""

    def __init__(self) -> None:
        super().__init__("This person has no appointment with this id.")


class NoSuchFact(NotFound):
    """A person has no responsibility, year group, absence or delegate with this id."""

    def __init__(self) -> None:
        super().__init__("Nothing with this id is recorded for this person.")


class FactOverlaps(RuleBroken):
    """The same thing twice on one day: a responsibility, a year group, an absence, a delegate."""

    slug = "fact-overlaps"
    title = "That is recorded already for some of these days"

    def __init__(self, *, fact: str, from_: date, to: date | None) -> None:
        until = f"to {to}" if to else "with no end known"
        super().__init__(f"It is recorded from {from_} {until}. Change the days of that one, or say others.", fact=fact)


class NotAppointedThere(RuleBroken):
    """A responsibility or year group at an organisation where somebody does not work on its first day."""

    slug = "not-appointed-there"
    title = "The person does not work there on that day"

    def __init__(self, *, day: date) -> None:
        super().__init__(
            f"The person has no appointment at this organisation on {day}. Record the appointment first, or say "
            "another day.",
            day=day.isoformat(),
        )


class OwnDelegate(RuleBroken):
    """Nobody stands in for themselves."""

    slug = "own-delegate"
    title = "Nobody is their own delegate"

    def __init__(self) -> None:
        super().__init__("A person cannot decide in their own stead. Choose somebody else.")


class NothingToDelegate(RuleBroken):
    """Somebody who neither leads an academy nor the trust on the first day has no decisions to hand over."""

    slug = "nothing-to-delegate"
    title = "The person has nothing to delegate on that day"

    def __init__(self, *, day: date) -> None:
        super().__init__(f"Heads and the chief executive have delegates; on {day} the person is neither.")


class DelegateLeft(RuleBroken):
    """Somebody who has left decides for nobody."""

    slug = "delegate-left"
    title = "The delegate has left"

    def __init__(self, *, last_day: date) -> None:
        super().__init__(f"This delegate's last day is {last_day}. Choose somebody who is still here.")


class OrganisationGone(RuleBroken):
    """An appointment that begins at an academy after it closed or left the trust."""

    slug = "organisation-gone"
    title = "The academy is no longer there on that day"

    def __init__(self, *, last_day: date, closed: bool) -> None:
        gone = "it closed" if closed else "it left the trust"
        super().__init__(f"The academy's last day was {last_day}: then {gone}. Choose an earlier day or another one.")


class OwnLineManager(RuleBroken):
    """Nobody manages themselves."""

    slug = "own-line-manager"
    title = "Nobody is their own line manager"

    def __init__(self) -> None:
        super().__init__("A person cannot be their own line manager. Choose somebody else.")


class LineManagementLoop(RuleBroken):
    """A chain of line managers that comes back to where it began."""

    slug = "line-management-loop"
    title = "The line managers would go round in a circle"

    def __init__(self, *, day: date) -> None:
        super().__init__(
            f"On {day} this line manager would be managed, directly or through others, by the same person.",
            day=day.isoformat(),
        )


class LaterLineManager(RuleBroken):
    """A line manager is already recorded from a later day on."""

    slug = "later-line-manager"
    title = "A later line manager is already recorded"

    def __init__(self, *, day: date) -> None:
        super().__init__(
            f"A line manager is already recorded from {day}. Say that day or a later one.", day=day.isoformat()
        )


class LineManagerLeft(RuleBroken):
    """Somebody who has left manages nobody."""

    slug = "line-manager-left"
    title = "The line manager has left"

    def __init__(self, *, last_day: date) -> None:
        super().__init__(f"This line manager's last day is {last_day}. Choose somebody who is still here.")


class EmailTaken(RuleBroken):
    """An e-mail address that another current person has: sign-ins could not tell the two apart."""

    slug = "email-taken"
    title = "Somebody else has this e-mail address"

    def __init__(self, *, person: str) -> None:
        super().__init__("Another current person has this e-mail address. Change theirs first.", person=person)


class IdentifierTaken(RuleBroken):
    """A TRN, employee number or URN that another record has; `field` is its name in the API."""

    slug = "identifier-taken"
    title = "Another record has this identifier"

    def __init__(self, *, field: str, name: str) -> None:
        sentence = f"Another record already has this {name}. Look for it before adding a second one."
        super().__init__(sentence, errors=[FieldError(f"/{field}", sentence)])
        self.field = field


class SignInTaken(RuleBroken):
    """A sign-in that is bound to somebody else."""

    slug = "sign-in-taken"
    title = "This sign-in belongs to another person"

    def __init__(self) -> None:
        super().__init__("This sign-in is already bound to another person's record. HR can end that binding.")


class PersonHasSignIn(RuleBroken):
    """A person whose sign-in is another one."""

    slug = "person-has-sign-in"
    title = "The person has another sign-in"

    def __init__(self) -> None:
        super().__init__("The person with your e-mail address signs in with another account. HR can end that binding.")


class EmailNotVerified(RuleBroken):
    """A sign-in whose e-mail address nobody vouches for."""

    slug = "email-not-verified"
    title = "Your e-mail address is not verified"

    def __init__(self) -> None:
        super().__init__(
            "Your sign-in has no verified e-mail address, so we cannot tell whose it is. Ask your IT team."
        )


class NobodyHasEmail(RuleBroken):
    """No current person, or more than one, has the e-mail address of a sign-in."""

    slug = "nobody-has-email"
    title = "We cannot tell who you are"

    def __init__(self) -> None:
        super().__init__("Not exactly one current person has your e-mail address. Ask HR to put it on your record.")


class NoSuchTerm(NotFound):
    """A vocabulary has no term with this code."""

    def __init__(self) -> None:
        super().__init__("There is no term with this code in this vocabulary.")


class TitleTaken(RuleBroken):
    """A code or a title that another term of the vocabulary has: nobody could tell the two apart."""

    slug = "title-taken"
    title = "Another term of this vocabulary has it"

    def __init__(self, *, field: str, title: str, code: str | None = None) -> None:
        sentence = (
            f"“{title}” is called so already. Choose other words, or retire that one first."
            if code is None
            else f"“{title}” has the code {code} already, and a code stays for ever. Say another code."
        )
        super().__init__(sentence, errors=[FieldError(f"/{field}", sentence)])


class CodeRetired(RuleBroken):
    """A code with which nothing is recorded any more from a day on."""

    slug = "code-retired"
    title = "This is retired"

    def __init__(self, *, field: str, title: str, since: date) -> None:
        sentence = f"{title} is retired since {since}: nothing new is recorded with it from that day on."
        super().__init__(sentence, errors=[FieldError(f"/{field}", sentence)])


class NoSuchInspection(NotFound):
    """An academy has no inspection with this id."""

    def __init__(self) -> None:
        super().__init__("This academy has no inspection with this id.")


class EndsRecordedLater(RuleBroken):
    """People of an academy whose ends or moves are recorded for days after the one on which it is to leave."""

    slug = "ends-recorded-later"
    title = "Ends and moves after that day are recorded already"

    def __init__(self, *, on: date, people: list[str]) -> None:
        who = "1 person of this academy has" if len(people) == 1 else f"{len(people)} people of this academy have"
        super().__init__(
            f"{who} an end, a move or an appointment recorded for after {on}. Take that back first.", people=people
        )


class NoDatesOfItsOwn(NotFound):
    """An academy that follows the trust's calendar in a year."""

    def __init__(self) -> None:
        super().__init__("This academy has no dates of its own in that year.")


class CalendarThere(RuleBroken):
    """A calendar of an academic year that is there already."""

    slug = "calendar-there"
    title = "The year has a calendar already"

    def __init__(self, *, academic_year: str) -> None:
        super().__init__(f"{academic_year} has a calendar already. Change that one.")

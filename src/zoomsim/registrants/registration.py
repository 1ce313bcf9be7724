"""Registering for a meeting, and approving, denying, cancelling and deleting registrations.

POST /meetings/{meetingId}/registrants and PUT /meetings/{meetingId}/registrants/status.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from zoomsim import people
from zoomsim.errors import ZoomError
from zoomsim.meetings import schedule
from zoomsim.meetings.fields import FIXED_TIME
from zoomsim.records import Meeting, Occurrence, Registrant, User
from zoomsim.registrants.fields import Applicant
from zoomsim.webhooks import registration_events as events
from zoomsim.world import World

APPROVED, PENDING, DENIED, CANCELLED = "approved", "pending", "denied", "cancelled"
AUTOMATIC, MANUAL = 0, 1
ONCE_FOR_ALL, FOR_EACH_DATE, ONCE_FOR_CHOSEN = 1, 2, 3


def is_needed(meeting: Meeting) -> bool:
    """Whether people have to register."""
    return meeting.settings["approval_type"] in (AUTOMATIC, MANUAL)


def is_exempt(world: World, meeting: Meeting, user: User | None) -> bool:
    """The host and the alternative hosts come without registering, and can't register."""
    return user is not None and user.email in hosts_of(world, meeting)


def hosts_of(world: World, meeting: Meeting) -> set[str]:
    """E-mails of the host and the alternative hosts."""
    host = world.store.users.get(meeting.host_id)
    others = str(meeting.settings["alternative_hosts"]).split(";")
    return {email for email in (host.email if host else "", *others) if email}


def check_open(world: World, meeting: Meeting, host: User) -> None:
    """Raises 200 without a licence, 404 (with HTTP 400) without registration, 3038 when it is over."""
    check_licence(host)
    if not is_needed(meeting):
        raise not_enabled(meeting)
    if _is_over(world, meeting):
        raise ZoomError(
            400,
            3038,
            "Meeting is over, you can not register now. If you have any questions, please contact the "
            "Meeting host.",
        )


def check_licence(host: User) -> None:
    """Raises 200: registration is for licensed hosts."""
    if not people.is_licensed(host):
        raise ZoomError(400, 200, f"Only available for paid users: {host.id}.")


def not_enabled(meeting: Meeting, code: int = 404) -> ZoomError:
    return ZoomError(400, code, f"Registration has not been enabled for this meeting: {meeting.number}.")


def register(
    world: World,
    meeting: Meeting,
    who: Applicant,
    occurrences: Sequence[Occurrence] = (),
    *,
    auto_approve: bool = False,
) -> Registrant:
    """Register somebody; who is registered already gets the registration that there is.

    occurrences: dates chosen, of a series where dates are chosen. Raises 3027 for a host, 3043 when full.
    """
    if who.email in hosts_of(world, meeting):
        raise ZoomError(400, 3027, "Host can not register.")
    known = find(world, meeting, who.email)
    if known is not None:
        return _with_dates(world, meeting, known, occurrences)
    check_room(world, meeting, [who.email])
    approved = meeting.settings["approval_type"] == AUTOMATIC or auto_approve
    registrant = Registrant(
        id=world.chance.urlsafe("registrant", 16),
        meeting_number=meeting.number,
        email=who.email,
        first_name=who.first_name,
        last_name=who.last_name,
        status=APPROVED if approved else PENDING,
        key=f"{world.chance.urlsafe('registrant key', 30)}.DQ",
        pin=world.chance.number("registrant pin", 100_000, 999_999),
        created_at=world.now().replace(microsecond=0),
        occurrence_ids=[one.id for one in chosen(world, meeting, occurrences)],
        answers=who.answers,
    )
    world.store.registrants.put(registrant)
    events.created(world, meeting, registrant, dates(world, meeting, registrant))
    return registrant


def check_room(world: World, meeting: Meeting, emails: Sequence[str]) -> None:
    """Raises 3043 when those of them who are new don't fit in."""
    new = sum(1 for email in set(emails) if find(world, meeting, email) is None)
    if new and _count(world, meeting) + new > int(world.switches["max_registrants"]):
        raise ZoomError(400, 3043, "Meeting has reached maximum attendee capacity.")


def change_status(
    world: World, meeting: Meeting, registrant: Registrant, status: str, operator: User, date: str = ""
) -> None:
    """Approve, deny or cancel; `date` is the id of the one date that is cancelled. Twice is as once."""
    if date and status == CANCELLED and date in registrant.occurrence_ids:
        kept = [id_ for id_ in registrant.occurrence_ids if id_ != date]
        gone = [one for one in dates(world, meeting, registrant) if one.id == date]
        registrant = replace(registrant, occurrence_ids=kept, status=registrant.status if kept else CANCELLED)
    elif registrant.status in (status, CANCELLED):
        return
    else:
        gone = dates(world, meeting, registrant)
        registrant = replace(registrant, status=status)
    world.store.registrants.put(registrant)
    events.decided(world, status, meeting, registrant, gone, operator)


def find(world: World, meeting: Meeting, key: str) -> Registrant | None:
    """By id, by e-mail or by the key of the personal link; cancelled ones are gone."""
    found = world.store.registrants.where(
        "meeting_number = ? AND status <> 'cancelled' AND (id = ? OR email = ? OR key = ?)",
        meeting.number,
        key,
        key.lower(),
        key,
    )
    return found[0] if found else None


def by_link(world: World, meeting: Meeting, key: str) -> Registrant | None:
    """Whose personal link has this key, whatever became of the registration."""
    found = world.store.registrants.where("meeting_number = ? AND key = ?", meeting.number, key)
    return found[0] if found and key else None


def drop(world: World, meeting: Meeting) -> None:
    """Switch registration off and forget who had registered, without a word."""
    meeting.settings = meeting.settings | {"approval_type": 2}
    world.store.registrants.remove("meeting_number = ?", meeting.number)


def dates(world: World, meeting: Meeting, registrant: Registrant) -> list[Occurrence]:
    """The dates of a series that somebody is registered for."""
    if meeting.type != FIXED_TIME:
        return []
    planned = [one for one in schedule.occurrences_of(world, meeting) if one.status == "available"]
    if not registrant.occurrence_ids:
        return planned
    return [one for one in planned if one.id in registrant.occurrence_ids]


def chosen(world: World, meeting: Meeting, asked: Sequence[Occurrence]) -> list[Occurrence]:
    """The dates that a registration is for, where it is for single ones.

    Without a choice it is for the next date (one registration for each), or for all to come (our guess).
    """
    type_ = meeting.settings.get("registration_type", ONCE_FOR_ALL)
    if meeting.type != FIXED_TIME or type_ == ONCE_FOR_ALL:
        return []
    coming = [
        one
        for one in schedule.occurrences_of(world, meeting)
        if one.status == "available" and one.starts_at >= world.now()
    ]
    return list(asked) or (coming[:1] if type_ == FOR_EACH_DATE else coming)


def _with_dates(
    world: World, meeting: Meeting, registrant: Registrant, asked: Sequence[Occurrence]
) -> Registrant:
    """The same registration, for the dates asked for as well."""
    new = [one.id for one in asked if registrant.occurrence_ids and one.id not in registrant.occurrence_ids]
    if new:
        registrant = replace(registrant, occurrence_ids=[*registrant.occurrence_ids, *new])
        world.store.registrants.put(registrant)
    return registrant


def _count(world: World, meeting: Meeting) -> int:
    return world.store.registrants.count(
        "meeting_number = ? AND status IN ('approved', 'pending')", meeting.number
    )


def _is_over(world: World, meeting: Meeting) -> bool:
    """The end of the last date has passed, and nobody is in it."""
    ends = [
        start + timedelta(minutes=minutes)
        for start, minutes in schedule.dates(world, meeting)
        if start is not None
    ]
    return bool(ends) and max(ends) <= world.now() and not schedule.is_running(world, meeting)

"""Creating a meeting."""

from datetime import datetime
from zoneinfo import ZoneInfo

from zoomsim import errors, people
from zoomsim.clock import milliseconds
from zoomsim.errors import ValidationFailed, ZoomError
from zoomsim.meetings import passcode, recurrence
from zoomsim.meetings import settings as meeting_settings
from zoomsim.meetings.fields import FIXED_TIME, INSTANT, NO_FIXED_TIME, SCHEDULED, Asked
from zoomsim.records import Meeting, Occurrence, User
from zoomsim.webhooks import events
from zoomsim.world import World


def create_meeting(world: World, host: User, asked: Asked, operator: User, client_id: str) -> Meeting:
    """Schedule a meeting of `host`. The same request twice makes two. Raises what the API refuses with."""
    if not people.may_host(host):
        raise errors.may_not_host()
    host = whom_for(world, host, asked, asked.type or SCHEDULED)
    type_ = asked.type or SCHEDULED
    check_pre_schedule(asked, type_)
    starts_at = _start(world, host, asked, type_)
    code = _passcode(world, host, asked)
    meeting = Meeting(
        number=_new_number(world),
        uuid=new_uuid(world),
        host_id=host.id,
        account_id=host.account_id,
        type=type_,
        topic=asked.topic or f"{host.display_name}'s Zoom Meeting",
        agenda=asked.agenda or "",
        starts_at=starts_at,
        duration=asked.duration or 60,
        timezone=(asked.zone or host_zone(host)).key,
        passcode=code,
        join_pwd=passcode.join_pwd(world, code),
        settings=meeting_settings.settled(
            world, host, meeting_settings.defaults(world, host), asked.settings, has_passcode=bool(code)
        ),
        recurrence={},
        created_at=world.now().replace(microsecond=0),
        created_by=client_id,
        tracking_fields=asked.tracking_fields or [],
        pre_schedule=bool(asked.pre_schedule),
        template_id=asked.template_id or "",
    )
    if type_ == FIXED_TIME:
        spread(world, meeting, asked.recurrence)
    world.store.meetings.put(meeting)
    events.meeting_created(world, meeting, operator)
    return meeting


def spread(world: World, meeting: Meeting, raw_recurrence: object) -> None:
    """Give a recurring meeting its dates anew, with ids of their own; changes to single dates are lost."""
    assert meeting.starts_at is not None
    zone = ZoneInfo(meeting.timezone)
    rule = recurrence.parse(raw_recurrence, meeting.starts_at.astimezone(zone).date())
    most = int(world.switches["max_occurrences"])
    if world.switches["too_many_occurrences"] == "refused" and (rule.times or 0) > most:
        raise ValidationFailed(("recurrence.end_times", "Invalid field."))
    instants = recurrence.starts(rule, meeting.starts_at, zone, most)
    if not instants:
        raise ValidationFailed(("recurrence.end_date_time", "Invalid field."))
    world.store.occurrences.remove("meeting_number = ?", meeting.number)
    for instant in instants:
        id_ = str(milliseconds(instant))
        key = f"{meeting.number}:{id_}"
        world.store.occurrences.put(Occurrence(key, meeting.number, id_, instant, meeting.duration))
    meeting.starts_at = instants[0]
    meeting.recurrence = recurrence.shown(rule)


def host_zone(host: User) -> ZoneInfo:
    return ZoneInfo(host.timezone)


def new_uuid(world: World) -> str:
    """Base64; with switch `awkward_uuids` always one that needs double encoding in an address."""
    uuid = world.chance.uuid("meeting uuid")
    return f"/{uuid[1:9]}//{uuid[11:]}" if world.switches["awkward_uuids"] else uuid


def _new_number(world: World) -> int:
    """Eleven digits, as Zoom gives today, above 2**31 for those who keep them too small."""
    while True:
        number = world.chance.number("meeting number", 80_000_000_000, 89_999_999_999)
        if world.store.meetings.get(number) is None:
            return number


def check_pre_schedule(asked: Asked, type_: int) -> None:
    """Raises 400/3000 for the types that can't be prescheduled."""
    if asked.pre_schedule and type_ not in (SCHEDULED, NO_FIXED_TIME):
        raise ZoomError(
            400,
            3000,
            "Prescheduling is only available for scheduled meetings (type 2) and recurring meetings with no "
            "fixed time (type 3).",
        )


def whom_for(world: World, host: User, asked: Asked, type_: int) -> User:
    """Whose meeting it is to be: the host's own, or theirs who let the host schedule for them.

    Raises 300 for somebody unknown or of another account, 3000 without the privilege, where one of both is
    Basic, and for an instant meeting. It is the host's privilege that counts, also where an admin's app asks
    (Zoom staff, https://devforum.zoom.us/t/changing-meeting-hosts/88501, read 2026-11-26).
    """
    name = asked.schedule_for
    if name is None or name.lower() in (host.email, host.id.lower()):
        return host
    other = people.find_user(world, name)
    if other is None or other.account_id != host.account_id:
        raise errors.invalid(
            "The value that you entered in the `schedule_for` field is invalid. Enter a valid value and try "
            "again."
        )
    if type_ == INSTANT:
        raise ZoomError(
            400,
            3000,
            "Instant meetings do not support the `schedule_for` parameter, and you can't schedule an instant "
            "meeting for another user.",
        )
    both_licensed = people.is_licensed(host) and people.is_licensed(other)
    if other.id not in host.schedules_for or not both_licensed or not people.may_host(other):
        raise ZoomError(400, 3000, f"You cannot schedule a meeting for {name}")
    return other


def _start(world: World, host: User, asked: Asked, type_: int) -> datetime | None:
    """A missing or past start becomes now, without a word; recurring without fixed time has none."""
    if type_ in (INSTANT, NO_FIXED_TIME):
        return None
    now = world.now().replace(microsecond=0)
    starts_at = asked.starts_at(host_zone(host))
    return starts_at if starts_at is not None and starts_at > now else now


def _passcode(world: World, host: User, asked: Asked) -> str:
    if asked.password:
        return passcode.checked(world, host, asked.password)
    made_up = passcode.is_required(world, host) and asked.default_password
    return passcode.made_up(world) if made_up or passcode.is_locked(world, host) else ""

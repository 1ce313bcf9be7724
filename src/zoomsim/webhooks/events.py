"""Things that happened, told to the app's webhook address if its subscription covers them.

Shapes follow Zoom's schemas and captured events: a meeting's id is a number where the event is about the
schedule, and text where it is about a sitting; key order differs by event, as it does on the wire.
"""

from datetime import datetime

from zoomsim.clock import instant_text, milliseconds
from zoomsim.meetings.addresses import join_url
from zoomsim.meetings.fields import FIXED_TIME, RECURRING
from zoomsim.records import Grant, Instance, Json, Meeting, Occurrence, User
from zoomsim.webhooks import outbox
from zoomsim.webhooks.envelopes import by, envelope, scheduled, short_date, sitting, tell
from zoomsim.world import World

_TOLD_OF_USERS = ("first_name", "last_name", "type", "timezone")
# Types of users that the schemas of events know: having no meetings licence is not among them.
_TOLD_TYPES = {1, 2}
# Settings that the schema of meeting.updated knows.
_TOLD_SETTINGS = [
    "host_video",
    "participant_video",
    "join_before_host",
    "jbh_time",
    "mute_upon_entry",
    "audio",
    "auto_recording",
    "use_pmi",
    "waiting_room",
    "watermark",
    "enforce_login",
    "enforce_login_domains",
    "approval_type",
    "registration_type",
    "alternative_hosts",
    "meeting_authentication",
    "authentication_option",
    "authentication_name",
    "authentication_domains",
]


def meeting_created(world: World, meeting: Meeting, operator: User) -> None:
    thing = scheduled(meeting) | {
        "join_url": join_url(world, meeting),
        "password": meeting.passcode,
        "settings": {
            name: meeting.settings[name]
            for name in ("use_pmi", "alternative_hosts", "join_before_host", "jbh_time")
        },
    }
    if meeting.type == FIXED_TIME:
        thing["occurrences"] = [_occurrence(one) for one in _occurrences(world, meeting)]
        thing["recurrence"] = meeting.recurrence
    extra = {"operation": "all"} if meeting.type in RECURRING else {}
    tell(world, "meeting.created", meeting, by(operator) | extra | {"object": thing})


def meeting_updated(
    world: World, before: Meeting, after: Meeting, old_dates: list[Occurrence], operator: User
) -> None:
    """Tells id and what changed, old and new; nothing when nothing changed."""
    old, new = _comparable(world, before), _comparable(world, after)
    if before.recurrence != after.recurrence or (old_dates and before.starts_at != after.starts_at):
        old["occurrences"] = [_occurrence(one) for one in old_dates]
        new["occurrences"] = [_occurrence(one) for one in _occurrences(world, after)]
    changed = [name for name in new if old.get(name) != new[name]]
    if changed:
        scope = {"scope": "all"} if after.type in RECURRING else {}
        _tell_change(
            world,
            after,
            {n: old[n] for n in changed if n in old},
            {n: new[n] for n in changed},
            operator,
            scope,
        )


def occurrence_updated(
    world: World, meeting: Meeting, before: Occurrence, after: Occurrence, operator: User
) -> None:
    """One date of a series was changed."""
    if before != after:
        old, new = {"occurrences": [_occurrence(before)]}, {"occurrences": [_occurrence(after)]}
        _tell_change(world, meeting, old, new, operator, {"scope": "single"})


def meeting_deleted(
    world: World, meeting: Meeting, occurrences: list[Occurrence], operator: User, operation: str
) -> None:
    """The meeting (`all`), or one date of it (`single`)."""
    thing = scheduled(meeting)
    extra: Json = {}
    if meeting.type in RECURRING:
        extra = {"operation": operation}
        thing["occurrences"] = [short_date(one) for one in occurrences]
    tell(world, "meeting.deleted", meeting, by(operator) | extra | {"object": thing})


def meeting_permanently_deleted(world: World, meeting: Meeting, operator: User, at: datetime) -> None:
    """It can't be recovered any more."""
    thing = {"start_time": "", **scheduled(meeting)}
    tell(world, "meeting.permanently_deleted", meeting, by(operator) | {"object": thing}, at=at)


def meeting_recovered(world: World, meeting: Meeting, operator: User) -> None:
    tell(world, "meeting.recovered", meeting, by(operator) | {"object": scheduled(meeting)})


def meeting_started(world: World, meeting: Meeting, instance: Instance, at: datetime) -> None:
    thing = sitting(meeting, instance) | _host_email(world, meeting)
    tell(world, "meeting.started", meeting, {"object": thing}, at=at)


def meeting_ended(world: World, meeting: Meeting, instance: Instance, at: datetime) -> None:
    thing = sitting(meeting, instance) | {"end_time": instant_text(at)} | _host_email(world, meeting)
    host = world.store.users.get(meeting.host_id)
    who = by(host) | {"operation": "single"} if host and world.switches["ended_by"] else {}
    tell(world, "meeting.ended", meeting, who | {"object": thing}, at=at)


def app_deauthorised(world: World, grant: Grant) -> None:
    """A user removed the app; told to published apps alone."""
    user = world.store.users.get(grant.user_id)
    if user is None or not world.switches["app_published"]:
        return
    payload = {
        "account_id": user.account_id,
        "user_id": user.id,
        "signature": world.chance.bytes("deauthorisation", 32).hex(),
        "deauthorization_time": world.now().strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "client_id": grant.client_id,
    }
    body: Json = {"event": "app_deauthorized", "payload": payload}
    if world.switches["deauthorized_time"] == "inside":
        payload["event_ts"] = world.now().strftime("%Y-%m-%d %H:%M:%S")
    else:
        body["event_ts"] = milliseconds(world.now())
    outbox.post(world, "app_deauthorized", user.id, body)


def user_updated(world: World, before: User, after: User, operator: User) -> None:
    """user.updated: what changed, old and new; for apps that the user or the account authorised."""
    if not outbox.is_covered(world, after.id, "user:read:user"):
        return
    names = [name for name in _TOLD_OF_USERS if getattr(before, name) != getattr(after, name)]
    if not {before.type, after.type} <= _TOLD_TYPES:
        names = [name for name in names if name != "type"]
    if not names:
        return
    payload = {
        "account_id": after.account_id,
        **by(operator),
        "object": {"id": after.id, **{name: getattr(after, name) for name in names}},
        "old_object": {"id": after.id, **{name: getattr(before, name) for name in names}},
        "time_stamp": milliseconds(world.now()),
    }
    outbox.post(world, "user.updated", after.id, envelope("user.updated", payload, world.now()))


def user_changed(world: World, event: str, user: User, operator: User) -> None:
    """user.deactivated, user.activated, user.deleted: for apps with an admin scope alone."""
    if not outbox.account_is_covered(world, user.account_id) or not outbox.plan_has(world, user.id, event):
        return
    thing = {
        "id": user.id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "type": user.type,
    }
    body = envelope(event, {"account_id": user.account_id, **by(operator), "object": thing}, world.now())
    outbox.post(world, event, user.id, body)


def _tell_change(world: World, meeting: Meeting, old: Json, new: Json, operator: User, scope: Json) -> None:
    payload = {
        **by(operator),
        **scope,
        "object": {"uuid": meeting.uuid, "id": meeting.number, "host_id": meeting.host_id, **new},
        "old_object": {"uuid": meeting.uuid, "id": meeting.number, "host_id": meeting.host_id, **old},
        "time_stamp": milliseconds(world.now()),
    }
    tell(world, "meeting.updated", meeting, payload)


def _host_email(world: World, meeting: Meeting) -> Json:
    host = world.store.users.get(meeting.host_id)
    return {"host_email": host.email} if host and world.switches["event_extras"] else {}


def _comparable(world: World, meeting: Meeting) -> Json:
    """What an update may tell of a meeting."""
    body: Json = {
        "topic": meeting.topic,
        "type": meeting.type,
        "duration": meeting.duration,
        "timezone": meeting.timezone,
        "agenda": meeting.agenda,
        "password": meeting.passcode,
        "join_url": join_url(world, meeting),
        "settings": {name: meeting.settings[name] for name in _TOLD_SETTINGS if name in meeting.settings},
    }
    if meeting.starts_at is not None:
        body["start_time"] = instant_text(meeting.starts_at)
    return body


def _occurrences(world: World, meeting: Meeting) -> list[Occurrence]:
    return world.store.occurrences.where("meeting_number = ?", meeting.number, order="CAST(id AS INTEGER)")


def _occurrence(occurrence: Occurrence) -> Json:
    return {
        "occurrence_id": occurrence.id,
        "start_time": instant_text(occurrence.starts_at),
        "duration": occurrence.duration,
        "status": occurrence.status,
    }

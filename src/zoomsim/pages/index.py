"""/: everything that the simulator knows, on one page, for whoever runs it."""

from html import escape
from urllib.parse import urlsplit

from zoomsim import control, limits
from zoomsim.clock import instant_text
from zoomsim.http import Request, Response
from zoomsim.meetings import schedule
from zoomsim.pages.html import page, table
from zoomsim.records import Meeting
from zoomsim.rooms import stays
from zoomsim.switches import SWITCHES
from zoomsim.webhooks import validation
from zoomsim.world import World

_LATEST = 50
_LICENCES = {1: "Basic", 2: "Licensed", 4: "none"}
_PARTS = {
    "rooms": "Rooms",
    "meetings": "Meetings",
    "registrants": "Registrants",
    "recordings": "Recordings",
    "calls": "Latest calls",
    "webhooks": "Latest webhooks",
    "faults": "Faults",
    "users": "Users",
    "accounts": "Accounts",
    "apps": "Apps",
    "switches": "Switches",
}


def show(world: World, request: Request) -> Response:
    """For callers of this machine (or with the control token) alone: it shows meetings, names and calls."""
    if not control.is_allowed(world, request):
        return page("Pretend Zoom", "<p>A simulator of Zoom, for trying things out.</p>")
    links = "".join(f'<li><a href="#{part}">{name}</a></li>' for part, name in _PARTS.items())
    body = f"""
<p>It is {instant_text(world.now())} here. {escape(_webhook_line(world))}</p>
<nav aria-label="On this page"><ul>{links}</ul></nav>
{_rooms(world)}
{_meetings(world)}
{_registrants(world)}
{_recordings(world)}
{_calls(world)}
{_webhooks(world)}
{_faults(world)}
{_people(world)}
{_apps(world)}
{_switches(world)}
"""
    return page("Pretend Zoom", body, wide=True)


def _webhook_line(world: World) -> str:
    url, state = world.options.webhook_url, validation.state(world)
    if not url:
        return "No webhook address is set."
    checked = (
        f"answered its challenge at {state['passed_at'][:19]}"
        if state["passed_at"]
        else "has answered no challenge"
    )
    return f"Webhooks go to {urlsplit(url)._replace(query='').geturl()}, which {checked}."


def _rooms(world: World) -> str:
    rows = []
    for instance in world.store.instances.where("ended_at IS NULL", order="started_at"):
        meeting = world.store.meetings.get(instance.meeting_number)
        assert meeting is not None
        here = [visit.name for visit in stays.present(world, meeting, stays.ROOM)]
        waiting = [visit.name for visit in stays.present(world, meeting, stays.WAITING)]
        since = instant_text(instance.started_at)
        rows.append((meeting.number, meeting.topic, since, ", ".join(here), ", ".join(waiting)))
    return table("rooms", "Rooms", ("Meeting", "Topic", "Since", "In the room", "Waiting"), rows)


def _meetings(world: World) -> str:
    found = world.store.meetings.where("deleted_at IS NULL", order="created_at DESC", limit=_LATEST)
    rows = [
        (one.number, one.topic, _email(world, one), _when(world, one), one.duration, one.type)
        for one in found
        if schedule.exists(world, one)
    ]
    return table("meetings", "Meetings", ("Number", "Topic", "Host", "Next", "Minutes", "Type"), rows)


def _registrants(world: World) -> str:
    rows = [
        (one.meeting_number, one.display_name, one.email, one.status, instant_text(one.created_at), one.id)
        for one in world.store.registrants.where(order="rowid DESC", limit=_LATEST)
    ]
    heads = ("Meeting", "Name", "E-mail", "Status", "Since", "Id")
    return table("registrants", "Registrants", heads, rows)


def _recordings(world: World) -> str:
    rows = []
    for one in world.store.recordings.where(order="id DESC", limit=_LATEST):
        files = world.store.recording_files.where("recording_id = ?", one.id)
        kinds = ", ".join(f"{file.file_type}{' (trash)' if file.trash else ''}" for file in files)
        until = instant_text(one.ended_at) if one.ended_at else ""
        rows.append((one.meeting_number, one.state, instant_text(one.started_at), until, kinds))
    return table("recordings", "Recordings", ("Meeting", "State", "From", "To", "Files"), rows)


def _calls(world: World) -> str:
    rows = [
        (
            instant_text(one.at),
            one.method,
            one.path,
            one.email or one.client_id,
            _answer(one.status, one.code),
            one.fault,
        )
        for one in world.store.calls.where(order="id DESC", limit=_LATEST)
    ]
    return table("calls", "Latest calls", ("At", "Method", "Path", "By", "Answer", "Fault"), rows)


def _webhooks(world: World) -> str:
    rows = [
        (
            instant_text(one.made_at),
            one.event,
            one.subject,
            one.state,
            ", ".join(str(t["status"]) for t in one.tries),
        )
        for one in world.store.deliveries.where(order="id DESC", limit=_LATEST)
    ]
    return table("webhooks", "Latest webhooks", ("At", "Event", "Meeting", "State", "Answers"), rows)


def _faults(world: World) -> str:
    rows = [
        (one.id, one.match, one.effect, "always" if one.remaining is None else one.remaining, one.struck)
        for one in world.store.faults.where(order="id")
    ]
    return table("faults", "Faults", ("Id", "Strikes", "Does", "Left", "Struck"), rows)


def _people(world: World) -> str:
    users = [
        (
            one.display_name,
            one.email,
            _LICENCES[one.type],
            one.status,
            one.account_id,
            limits.host_calls(world, one),
            one.id,
        )
        for one in world.store.users.where(order="rowid")
    ]
    accounts = [(one.id, one.name, one.plan, one.locks or "") for one in world.store.accounts.where()]
    heads = ("Name", "E-mail", "Licence", "Status", "Account", "Creates and updates today", "Id")
    return table("users", "Users", heads, users) + table(
        "accounts", "Accounts", ("Id", "Name", "Plan", "Locks"), accounts
    )


def _apps(world: World) -> str:
    rows = [
        (
            one.name,
            one.client_id,
            one.kind,
            world.store.grants.count("client_id = ? AND revoked_at IS NULL", one.client_id),
        )
        for one in world.store.apps.where()
    ]
    return table("apps", "Apps", ("Name", "Client ID", "Kind", "Live authorisations"), rows)


def _switches(world: World) -> str:
    values = world.switches.all()
    rows = [(name, values[name], default, what) for name, (_, default, what) in SWITCHES.items()]
    return table("switches", "Switches", ("Name", "Now", "At the start", "What it does"), rows)


def _email(world: World, meeting: Meeting) -> str:
    host = world.store.users.get(meeting.host_id)
    return host.email if host else ""


def _when(world: World, meeting: Meeting) -> str:
    starts = [start for start, _ in schedule.dates(world, meeting) if start is not None]
    coming = [start for start in starts if start >= world.now()]
    return instant_text((coming or starts[-1:])[0]) if starts else "at any time"


def _answer(status: int, code: int | None) -> str:
    return f"{status} / {code}" if code is not None else str(status or "dropped")

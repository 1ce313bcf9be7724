"""Which page a request is for: /, /signin, the assets, and those of a meeting.

/j/<number> to join, /w/<number> to join as a registrant, /j/<number>/room, /s/<number> to start, and
/meeting/register/<number>.
"""

import re
from importlib.resources import files

from zoomsim.http import Request, Response
from zoomsim.meetings import schedule
from zoomsim.pages import index, join, recordings, register, room, signin, start
from zoomsim.pages.html import page
from zoomsim.records import Meeting
from zoomsim.world import World

_TYPES = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
_MEETING_PAGES = {
    ("GET", "j", ""): join.show,
    ("POST", "j", ""): join.come,
    ("GET", "w", ""): join.show,
    ("POST", "w", ""): join.come,
    ("GET", "meeting/register", ""): register.show,
    ("POST", "meeting/register", ""): register.come,
    ("GET", "j", "/room"): room.show,
    ("POST", "j", "/room"): room.act,
    ("GET", "s", ""): start.show,
    ("POST", "s", ""): start.begin,
}


def answer(world: World, request: Request) -> Response:
    if request.path == "/" and request.method == "GET":
        return index.show(world, request)
    if request.path == "/signin" and request.method == "POST":
        return signin.sign_in(world, request)
    if request.path.startswith("/rec/") and request.method == "GET":
        return recordings.show(world, request)
    if request.path.startswith("/assets/") and request.method == "GET":
        return _asset(request.path.removeprefix("/assets/"))
    found = re.fullmatch(r"/(j|w|s|meeting/register)/(\d{9,11})(/room)?/?", request.path)
    handler = _MEETING_PAGES.get((request.method, found[1], found[3] or "")) if found else None
    if found is None or handler is None:
        return page("Not found", "<p>There is no such page.</p>", status=404)
    meeting = _meeting(world, int(found[2]))
    if meeting is None:
        return page("Invalid meeting ID", "<p>This meeting link is invalid. (3,001)</p>", status=404)
    return handler(world, meeting, request)


def _meeting(world: World, number: int) -> Meeting | None:
    meeting = world.store.meetings.get(number)
    return meeting if meeting is not None and schedule.exists(world, meeting) else None


def _asset(name: str) -> Response:
    file = files("zoomsim.pages").joinpath("assets", name)
    if not re.fullmatch(r"[a-z]+\.(css|js|svg)", name) or not file.is_file():
        return page("Not found", "<p>There is no such file.</p>", status=404)
    headers = [("Content-Type", f"{_TYPES[name.split('.')[1]]};charset=UTF-8"), ("Cache-Control", "no-cache")]
    return Response(200, file.read_bytes(), headers)

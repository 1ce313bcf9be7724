"""/s/<number>?zak=: where a host's start link leads."""

from zoomsim.http import Request, Response, redirect
from zoomsim.meetings import zak
from zoomsim.pages import visitor
from zoomsim.pages.html import USER_COOKIE, hidden, page, remember
from zoomsim.records import Meeting, User
from zoomsim.rooms import rooms
from zoomsim.world import World


def show(world: World, meeting: Meeting, request: Request) -> Response:
    """Who the link belongs to, and the one button. Opening it starts nothing yet."""
    host = _host(world, meeting, request.query.get("zak", ""))
    if host is None:
        return _expired(meeting)
    if visitor.current_visit(world, meeting, request) is not None:
        return redirect(f"/j/{meeting.number}/room", status=303)
    body = f"""
<form class="sheet" method="post" action="/s/{meeting.number}">
{hidden({"zak": request.query["zak"]})}
<p>You are the host, signed in by this link.</p>
<p class="buttons"><button class="first">Start the meeting</button></p>
</form>
<p class="quiet">Meeting ID {meeting.number}</p>
"""
    return page(meeting.topic, body)


def begin(world: World, meeting: Meeting, request: Request) -> Response:
    """The host starts the meeting, or comes back into it."""
    host = _host(world, meeting, request.form().get("zak", ""))
    if host is None:
        return _expired(meeting)
    mark = visitor.visitor_of(world, request)
    if visitor.current_visit(world, meeting, request) is None:
        try:
            rooms.start(world, meeting, host, mark, world.now())
        except rooms.Refused as refusal:
            return page("This meeting cannot start", f"<p>{refusal}</p>", status=403)
    answer = redirect(f"/j/{meeting.number}/room", status=303).with_headers(remember(USER_COOKIE, host.id))
    return visitor.known(answer, mark)


def _host(world: World, meeting: Meeting, value: str) -> User | None:
    user = zak.read(world, value)
    return user if user is not None and user.id == meeting.host_id else None


def _expired(meeting: Meeting) -> Response:
    body = f"""
<p>Start links are good for two hours, and for the host alone.</p>
<p><a href="/j/{meeting.number}">Join instead</a>; signed in as the host you can start it there.</p>
"""
    return page("This start link has expired", body, status=403)

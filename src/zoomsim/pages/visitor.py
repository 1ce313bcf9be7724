"""Who sits at the browser: a visitor by cookie, perhaps signed in to Zoom, perhaps in the meeting."""

from zoomsim.http import Request, Response
from zoomsim.pages.html import USER_COOKIE, VISITOR_COOKIE, remember
from zoomsim.records import Meeting, User, Visit
from zoomsim.rooms.stays import LEFT
from zoomsim.world import World


def signed_in_user(world: World, request: Request) -> User | None:
    user = world.store.users.get(request.cookies.get(USER_COOKIE, ""))
    return user if user is not None and user.status == "active" else None


def visitor_of(world: World, request: Request) -> str:
    """The browser's own mark; a new one for a browser without."""
    return request.cookies.get(VISITOR_COOKIE) or world.chance.urlsafe("visitor", 16)


def known(answer: Response, visitor: str) -> Response:
    """The same answer, by which the browser keeps its mark."""
    return answer.with_headers(remember(VISITOR_COOKIE, visitor))


def latest_visit(world: World, meeting: Meeting, request: Request) -> Visit | None:
    """The browser's last visit to the meeting, on or over."""
    visitor = request.cookies.get(VISITOR_COOKIE, "")
    found = world.store.visits.where(
        "visitor = ? AND visitor <> '' AND meeting_number = ?",
        visitor,
        meeting.number,
        order="rowid DESC",
        limit=1,
    )
    return found[0] if found else None


def current_visit(world: World, meeting: Meeting, request: Request) -> Visit | None:
    """The visit that is on."""
    visit = latest_visit(world, meeting, request)
    return visit if visit is not None and visit.place != LEFT else None

"""/j/<number>: where a join link leads. A person gives a name, and the passcode if the link has none."""

import hmac
from html import escape

from zoomsim.http import Request, Response, redirect
from zoomsim.pages import signin, visitor
from zoomsim.pages.html import hidden, page
from zoomsim.records import Meeting, User
from zoomsim.rooms import rooms
from zoomsim.world import World

_LONGEST_NAME = 64


def show(world: World, meeting: Meeting, request: Request) -> Response:
    """The door. Somebody who is inside goes straight to the room."""
    if visitor.current_visit(world, meeting, request) is not None:
        return redirect(f"/j/{meeting.number}/room", status=303)
    return _door(world, meeting, request, request.query, [])


def come(world: World, meeting: Meeting, request: Request) -> Response:
    """Join was pressed."""
    fields = request.form()
    user = visitor.signed_in_user(world, request)
    name = " ".join(fields.get("uname", "").split())[:_LONGEST_NAME]
    problems = [] if name else ["Enter your name."]
    if not _passcode_fits(meeting, fields):
        problems.append("Passcode wrong. Try again.")
    if problems:
        return _door(world, meeting, request, fields, problems)
    mark = visitor.visitor_of(world, request)
    if visitor.current_visit(world, meeting, request) is None:
        try:
            rooms.enter(world, meeting, rooms.Person(mark, name, user=user), world.now())
        except rooms.Refused as refusal:
            return _door(world, meeting, request, fields, [str(refusal)])
    return visitor.known(redirect(f"/j/{meeting.number}/room", status=303), mark)


def _door(
    world: World, meeting: Meeting, request: Request, fields: dict[str, str], problems: list[str]
) -> Response:
    user = visitor.signed_in_user(world, request)
    knows_passcode = _passcode_fits(meeting, {"pwd": fields.get("pwd", "")})
    title = meeting.topic if knows_passcode else "Join a meeting"
    is_host = user is not None and user.id == meeting.host_id
    back = f"/j/{meeting.number}" + (
        f"?pwd={meeting.join_pwd}" if knows_passcode and meeting.join_pwd else ""
    )
    body = f"""
{_alert(problems)}
<form class="sheet" method="post" action="/j/{meeting.number}">
{hidden({"pwd": fields.get("pwd", "")})}
{_who(user, fields.get("uname", ""))}
{"" if knows_passcode else _PASSCODE}
<p class="buttons"><button class="first">{"Start the meeting" if is_host else "Join"}</button></p>
</form>
<p class="quiet">Meeting ID {meeting.number}</p>
{signin.form(world, user, back)}
"""
    return page(title, body, status=422 if problems else 200)


_PASSCODE = """<p><label for="passcode">Meeting passcode</label>
<input id="passcode" name="passcode" autocomplete="off" required></p>"""


def _who(user: User | None, name: str) -> str:
    """A name to type; who is signed in sees their own."""
    value = name or (user.display_name if user else "")
    return (
        '<p><label for="uname">Your name</label>\n'
        f'<input id="uname" name="uname" maxlength="{_LONGEST_NAME}" value="{escape(value)}" required></p>'
    )


def _alert(problems: list[str]) -> str:
    lines = "".join(f"<p>{escape(problem)}</p>" for problem in problems)
    return f'<section role="alert">{lines}</section>' if problems else ""


def _passcode_fits(meeting: Meeting, fields: dict[str, str]) -> bool:
    """By the link's `pwd` or as typed; a meeting without a passcode is open to who knows its number."""
    if not meeting.passcode:
        return True
    by_link = hmac.compare_digest(fields.get("pwd", "").encode(), meeting.join_pwd.encode())
    return by_link or hmac.compare_digest(fields.get("passcode", "").encode(), meeting.passcode.encode())

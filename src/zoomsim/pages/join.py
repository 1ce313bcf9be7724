"""/j/<number> and /w/<number>: where a join link leads; a registrant's own link has a `tk`.

A person gives a name, and the passcode if the link has none.
"""

import hmac
from html import escape
from urllib.parse import urlencode

from zoomsim.http import Request, Response, redirect
from zoomsim.pages import signin, visitor
from zoomsim.pages.html import hidden, page
from zoomsim.records import Meeting, Registrant, User
from zoomsim.registrants import registration
from zoomsim.rooms import rooms
from zoomsim.rooms.stays import may_start
from zoomsim.world import World

_LONGEST_NAME = 64


def show(world: World, meeting: Meeting, request: Request) -> Response:
    """The door. Somebody who is inside goes straight to the room."""
    if visitor.current_visit(world, meeting, request) is not None:
        return redirect(f"/j/{meeting.number}/room", status=303)
    user = visitor.signed_in_user(world, request)
    needed = registration.is_needed(meeting) and not registration.is_exempt(world, meeting, user)
    if needed and _registrant(world, meeting, request.query) is None:
        return redirect(f"/meeting/register/{meeting.number}", status=303)
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
            person = rooms.Person(mark, name, user=user, registrant=_registrant(world, meeting, fields))
            rooms.enter(world, meeting, person, world.now())
        except rooms.Refused as refusal:
            return _door(world, meeting, request, fields, [str(refusal)])
    return visitor.known(redirect(f"/j/{meeting.number}/room", status=303), mark)


def _door(
    world: World, meeting: Meeting, request: Request, fields: dict[str, str], problems: list[str]
) -> Response:
    user = visitor.signed_in_user(world, request)
    knows_passcode = _passcode_fits(meeting, {"pwd": fields.get("pwd", "")})
    title = meeting.topic if knows_passcode else "Join a meeting"
    is_host = user is not None and may_start(meeting, user)
    query = {"tk": fields.get("tk", ""), "pwd": meeting.join_pwd if knows_passcode else ""}
    back = (
        f"/{'w' if query['tk'] else 'j'}/{meeting.number}?{urlencode({k: v for k, v in query.items() if v})}"
    )
    known = _registrant(world, meeting, fields) or user
    body = f"""
{_alert(problems)}
<form class="sheet" method="post" action="/j/{meeting.number}">
{hidden({name: fields.get(name, "") for name in ("pwd", "tk")})}
{_who(known, fields.get("uname", ""))}
{"" if knows_passcode else _PASSCODE}
<p class="buttons"><button class="first">{"Start the meeting" if is_host else "Join"}</button></p>
</form>
<p class="quiet">Meeting ID {meeting.number}</p>
{signin.form(world, user, back)}
"""
    return page(title, body, status=422 if problems else 200)


_PASSCODE = """<p><label for="passcode">Meeting passcode</label>
<input id="passcode" name="passcode" autocomplete="off" required></p>"""


def _registrant(world: World, meeting: Meeting, fields: dict[str, str]) -> Registrant | None:
    """Who opened a personal link."""
    return registration.by_link(world, meeting, fields.get("tk", ""))


def _who(known: User | Registrant | None, name: str) -> str:
    """A name to type; who is signed in or registered sees their own."""
    value = name or (known.display_name if known else "")
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

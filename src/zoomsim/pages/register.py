"""/meeting/register/<number>: people register themselves for a meeting that wants it."""

from html import escape

from zoomsim.errors import Refusal
from zoomsim.http import Request, Response
from zoomsim.meetings.addresses import personal_url
from zoomsim.pages import signin, visitor
from zoomsim.pages.html import page
from zoomsim.records import Meeting
from zoomsim.registrants import fields, questions, registration
from zoomsim.world import World

_FIELDS = (
    ("first_name", "First name", "text", "given-name", True),
    ("last_name", "Last name", "text", "family-name", False),
    ("email", "E-mail", "email", "email", True),
)


def show(world: World, meeting: Meeting, request: Request) -> Response:
    return _form(world, meeting, request, {}, "")


def come(world: World, meeting: Meeting, request: Request) -> Response:
    """Register was pressed."""
    host = world.store.users.get(meeting.host_id)
    assert host is not None
    asked = request.form()
    try:
        registration.check_open(world, meeting, host)
        registrant = registration.register(world, meeting, fields.read(questions.answered(meeting, asked)))
    except Refusal as refusal:
        return _form(world, meeting, request, asked, _words(refusal))
    if registrant.status != registration.APPROVED:
        return page("You have registered", "<p>The host will look at your registration.</p>")
    address = escape(personal_url(world, meeting, registrant))
    return page(
        "You have registered", f'<p>Your own link: <a href="{address}">Join {escape(meeting.topic)}</a></p>'
    )


def _form(world: World, meeting: Meeting, request: Request, asked: dict[str, str], problem: str) -> Response:
    rows = "\n".join(
        f'<p><label for="{name}">{escape(label)}</label>\n<input id="{name}" name="{name}" type="{kind}" '
        f'autocomplete="{hint}" value="{escape(asked.get(name, ""))}"{" required" if needed else ""}></p>'
        for name, label, kind, hint, needed in _inputs(meeting)
    )
    alert = f'<section role="alert"><p>{escape(problem)}</p></section>' if problem else ""
    body = f"""
{alert}
<form class="sheet" method="post" action="/meeting/register/{meeting.number}">
{rows}
<p class="buttons"><button class="first">Register</button></p>
</form>
<p class="quiet">Meeting ID {meeting.number}. The host need not register: sign in, then
<a href="/j/{meeting.number}">join</a>.</p>
{signin.form(world, visitor.signed_in_user(world, request), f"/j/{meeting.number}")}
"""
    return page(f"Register for {meeting.topic}", body, status=422 if problem else 200)


def _inputs(meeting: Meeting) -> list[tuple[str, str, str, str, bool]]:
    """The three that everybody is asked, and the host's own."""
    asked = {name: (label, needed) for name, label, needed in questions.as_inputs(meeting)}
    usual = [
        (name, label, kind, hint, needed or asked.pop(name, ("", False))[1])
        for name, label, kind, hint, needed in _FIELDS
    ]
    return usual + [(name, label, "text", "off", needed) for name, (label, needed) in asked.items()]


def _words(refusal: Refusal) -> str:
    """What was wrong, for a person."""
    wrong = [error["field"] for error in refusal.body.get("errors", [])]
    return f"Please check: {', '.join(wrong)}." if wrong else str(refusal.body["message"])

"""/j/<number>/room: being there. Who is here, who waits; the host lets in and ends, anybody can leave."""

from html import escape

from zoomsim.http import Request, Response, redirect
from zoomsim.meetings import schedule
from zoomsim.pages import visitor
from zoomsim.pages.html import page
from zoomsim.records import Meeting, Visit
from zoomsim.rooms import rooms, stays
from zoomsim.world import World

_PLACES = {
    stays.BEFORE_HOST: "Waiting for the host to start this meeting.",
    stays.WAITING: "Please wait: the host will let you in soon.",
    stays.ROOM: "You are in the meeting.",
}


def show(world: World, meeting: Meeting, request: Request) -> Response:
    """The room as this visitor sees it. A page that keeps asking is a sign of life."""
    visit = visitor.latest_visit(world, meeting, request)
    if visit is None:
        return redirect(f"/j/{meeting.number}", status=303)
    if visit.place == stays.LEFT:
        return _over(meeting, visit)
    if request.headers.get("x-zoomsim-live"):
        visit.heard_at = world.options.read_clock()
        world.store.visits.put(visit)
    body = f'<p role="status">{_PLACES[visit.place]}</p>\n'
    if visit.place == stays.ROOM:
        body += _people(world, meeting, visit)
    return page(meeting.topic, body + _leave(meeting, visit), state=visit.place)


def act(world: World, meeting: Meeting, request: Request) -> Response:
    """leave; and for the host admit (one by visit, or all) and end."""
    visit, fields = visitor.current_visit(world, meeting, request), request.form()
    action = fields.get("action", "")
    if visit is not None and action == "leave":
        rooms.leave(world, meeting, visit, world.now())
    elif visit is not None and visit.is_host and visit.place == stays.ROOM:
        _host_acts(world, meeting, action, fields.get("visit", ""))
    return redirect(f"/j/{meeting.number}/room", status=303)


def _host_acts(world: World, meeting: Meeting, action: str, visit_id: str) -> None:
    instance = schedule.running_instance(world, meeting)
    if action == "end" and instance is not None:
        rooms.end(world, meeting, instance, world.now(), rooms.ENDED_BY_HOST)
    elif action == "admit":
        for waiting in stays.present(world, meeting, stays.WAITING):
            if visit_id in ("", waiting.id):
                rooms.admit(world, meeting, waiting, world.now())


def _people(world: World, meeting: Meeting, visit: Visit) -> str:
    present = stays.present(world, meeting, stays.ROOM)
    rows = "\n".join(f"<li>{_name(one, visit)}</li>" for one in present)
    text = f"""
<section aria-labelledby="here">
<h2 id="here">In the meeting</h2>
<div id="present" data-live><p>{len(present)} in the meeting</p>
<ul class="people">
{rows}
</ul></div>
</section>
"""
    return text + (_waiting(world, meeting) if visit.is_host else "")


def _waiting(world: World, meeting: Meeting) -> str:
    """For the host: who is in the waiting room, and the buttons that let them in."""
    waiting = stays.present(world, meeting, stays.WAITING)
    rows = "\n".join(
        f"<li>{escape(one.name)} {_button(meeting, 'admit', 'Admit', one)}</li>" for one in waiting
    )
    everybody = f'<p class="buttons">{_button(meeting, "admit", "Admit all")}</p>' if len(waiting) > 1 else ""
    people = f'<ul class="people">\n{rows}\n</ul>\n{everybody}' if waiting else "<p>Nobody is waiting.</p>"
    return f"""
<section aria-labelledby="door">
<h2 id="door">Waiting room</h2>
<div id="waiting" data-live aria-live="polite">{people}</div>
</section>
"""


def _leave(meeting: Meeting, visit: Visit) -> str:
    """The host's leaving ends the meeting, so it is called so."""
    if visit.is_host:
        return f'<p class="buttons">{_button(meeting, "end", "End meeting for all")}</p>'
    return f'<p class="buttons">{_button(meeting, "leave", "Leave")}</p>'


def _button(meeting: Meeting, action: str, label: str, about: Visit | None = None) -> str:
    chosen = f'<input type="hidden" name="visit" value="{escape(about.id)}">' if about else ""
    name = f' aria-label="{label} {escape(about.name)}"' if about else ""
    id_ = f"{action}-{escape(about.id)}" if about else action
    return (
        f'<form method="post" action="/j/{meeting.number}/room">{chosen}'
        f'<button id="{id_}" name="action" value="{action}"{name}>{label}</button></form>'
    )


def _name(one: Visit, visit: Visit) -> str:
    notes = [note for note, holds in (("host", one.is_host), ("you", one.id == visit.id)) if holds]
    return escape(one.name) + (f" <small>({', '.join(notes)})</small>" if notes else "")


def _over(meeting: Meeting, visit: Visit) -> Response:
    body = f"""
<p role="status">{escape(visit.why_left)}</p>
<p><a href="/j/{meeting.number}{f"?pwd={meeting.join_pwd}" if meeting.join_pwd else ""}">Join again</a></p>
"""
    return page("You have left the meeting", body, state=stays.LEFT)

"""Classes as entries of a calendar, in the words of the language that is active.

The one link that an entry carries is the class's door. What Zoom knows, its link, number and passcode, is
never in one: calendars are shared, printed and read by others.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from eduraise.calendars.entries import Entry
from eduraise.classes.addresses import door_url
from eduraise.classes.models import ClassSession


def entry_of(session: ClassSession) -> Entry:
    """The entry of one class; its program and teacher are read along."""
    door = door_url(session)
    is_cancelled = session.cancelled_at is not None
    return Entry(
        uid=str(session.uid),
        version=session.version,
        changed_at=session.changed_at,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=session.zone,
        title=title_of(session),
        description=description_of(session, door),
        door=door,
        category=session.program.title,
        is_cancelled=is_cancelled,
    )


def title_of(session: ClassSession) -> str:
    """The class's title; that it is cancelled is said in words too, as some programs show nothing else."""
    if session.cancelled_at is None:
        return session.topic
    return _("Cancelled: %(title)s") % {"title": session.topic}


def description_of(session: ClassSession, door: str) -> str:
    """Where it belongs, who teaches, how to get in, and what its teacher wrote of it."""
    about = [session.program.title, _("Teacher: %(name)s") % {"name": session.teacher.name}]
    if session.cancelled_at is not None:
        parts = [session.cancel_message, "\n".join(about)]
    else:
        parts = ["\n".join([*about, _("Join: %(link)s") % {"link": door}]), session.description]
    return "\n\n".join(part for part in parts if part)

"""What calendars answer when rooms below ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from eduraise.accounts.models import User
from eduraise.calendars.models import Feed
from eduraise.classes.models import ClassSession
from eduraise.core.hooks import Act, PagePart
from eduraise.programs.models import Program


def settings_part(*, person: User, **_more: object) -> Iterator[PagePart]:
    """The way to one's addresses."""
    number = Feed.objects.filter(person=person).count()
    yield PagePart(_("Calendar"), "calendars/settings_part.html", {"number": number})


def program_part(*, program: Program, person: User, now: datetime, **_more: object) -> Iterator[PagePart]:
    """The reader's own address for one program, on its page."""
    feed = Feed.objects.filter(person=person, program=program).first()
    if feed is None and program.archived_at is not None:
        return
    yield PagePart(_("Calendar"), "calendars/program_part.html", {"program": program, "feed": feed})


def class_acts(*, session: ClassSession, now: datetime, **_more: object) -> Iterator[Act]:
    """A class as a file for calendars, while it is to come."""
    if session.cancelled_at is None and session.ends_at > now:
        yield Act(_("Add to a calendar"), reverse("calendars:class", args=[session.code]), "calendar-plus")

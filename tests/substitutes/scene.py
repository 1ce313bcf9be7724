"""What tests of substitutions say in short."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from eduraise.accounts.models import User
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.joining import Standing, find_class, standing_of
from eduraise.classes.models import ClassSession, TeacherClaim
from eduraise.classes.scheduling import schedule_class
from eduraise.notifications.models import Message
from eduraise.substitutes.asking import ask
from eduraise.substitutes.models import Substitution
from eduraise.substitutes.taking import accept, assign
from eduraise.zoom.models import HostClaim, ZoomUser
from tests.linked import LinkedZoom


def schedule(linked: LinkedZoom, teacher: User, **changes: Any) -> ClassSession:
    """A class in two days."""
    values: dict[str, Any] = {
        "program": linked.school.program,
        "teacher": teacher,
        "topic": "Sets",
        "starts_at": linked.now + timedelta(days=2),
        "duration": timedelta(hours=1),
        "zone": "Europe/Madrid",
    }
    return schedule_class(by=teacher, draft=ClassDraft(**(values | changes)), now=linked.now)


def asked(linked: LinkedZoom, session: ClassSession, teacher: User, **changes: Any) -> Substitution:
    """Its teacher asks somebody."""
    values: dict[str, Any] = {"seen_version": session.version, "by": session.teacher, "now": linked.now}
    return ask(session=session, teacher=teacher, **(values | changes))


def taken(linked: LinkedZoom, session: ClassSession, teacher: User) -> ClassSession:
    """Somebody is asked and says yes."""
    row = asked(linked, session, teacher)
    return accept(row=row, seen_version=session.version, by=teacher, now=linked.now)


def assigned(linked: LinkedZoom, session: ClassSession, teacher: User, by: User) -> ClassSession:
    """Somebody is put on it."""
    return assign(session=session, seen_version=session.version, teacher=teacher, by=by, now=linked.now)


def state_of(session: ClassSession) -> list[tuple[str, str]]:
    """Who was asked to take it, and what came of it, oldest first."""
    rows = Substitution.objects.filter(session=session).order_by("pk")
    return list(rows.values_list("substitute__name", "state"))


def standing(linked: LinkedZoom, person: User, session: ClassSession) -> Standing | None:
    """What somebody is to a class; None where she may not know of it."""
    found = find_class(person, session.code, linked.now)
    return standing_of(person, found, linked.now) if found else None


def claims(linked: LinkedZoom) -> tuple[list[str], list[str]]:
    """Whose hours are taken at present: teachers by name, hosts by whose they are."""
    teachers = TeacherClaim.objects.exclude(releases_at__lte=linked.now)
    hosts = HostClaim.objects.exclude(releases_at__lte=linked.now)
    return (
        sorted(teachers.values_list("teacher__name", flat=True)),
        sorted(claim.host.email.partition("@")[0] for claim in hosts.select_related("host")),
    )


def hosts_at_zoom(linked: LinkedZoom) -> list[str]:
    """Whose meetings stand at Zoom."""
    emails = dict(ZoomUser.objects.values_list("zoom_user_id", "email"))
    return sorted(emails[meeting["host_id"]].partition("@")[0] for meeting in linked.sim.meetings)


def kinds(person: User) -> list[str]:
    """What somebody was told."""
    return sorted(Message.objects.filter(person=person).values_list("kind", flat=True))

"""Attendance on the pages of classes and programs, and in what needs somebody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from eduraise.access import rules as access
from eduraise.accounts.models import User
from eduraise.attendance import entries, excuses, own_record, rules
from eduraise.attendance.correcting import may_correct
from eduraise.attendance.enums import ENTRIES, ExcuseState, RegisterState, Status
from eduraise.attendance.excused import absent_still
from eduraise.attendance.models import Excuse, Mark, Register
from eduraise.attendance.overview import UNKNOWN, correctable
from eduraise.attendance.sheet import Sheet
from eduraise.classes.joining import Standing
from eduraise.classes.lessons import name_lessons
from eduraise.classes.models import ClassSession
from eduraise.core.hooks import Act, OnBoard, PagePart, Problem, Waiting
from eduraise.programs.enums import Permission
from eduraise.programs.models import Program

# Of classes that ended before, only the register itself asks who was in them
LATELY = timedelta(days=14)


def class_acts(
    *, session: ClassSession, person: User, standing: Standing, now: datetime, **_more: object
) -> Iterator[Act]:
    """Beside a class's details, once it has begun: its register; for a student the way to an excuse."""
    has_begun = session.starts_at <= now and session.cancelled_at is None
    if has_begun and standing.may(Permission.SEE_ATTENDANCE):
        yield Act(_("Register"), reverse("attendance:register", args=[session.code]), "user-check")
    yield from _ways_to_excuse(session, person, standing, now)


def _ways_to_excuse(session: ClassSession, person: User, standing: Standing, now: datetime) -> Iterator[Act]:
    """As long as one is taken, or to the one that was sent."""
    if not standing.attends or session.cancelled_at is not None:
        return
    sent = Excuse.objects.filter(session=session, student=person).exclude(state=ExcuseState.WITHDRAWN)
    url = reverse("attendance:excuse", args=[session.code])
    if sent.exists():
        yield Act(_("Your excuse"), url, "file-text")
    elif now < session.ends_at:
        yield Act(_("Can’t come?"), url, "file-text")
    elif now <= excuses.until_when(session):
        yield Act(_("Send an excuse"), url, "file-text")


def class_section(
    *, session: ClassSession, standing: Standing, now: datetime, **_more: object
) -> Iterator[PagePart]:
    """For those who see attendance how the register stands, once the class has begun; for those who set marks
    the excuses for this class, if there are any."""
    if standing.may(Permission.SEE_ATTENDANCE) and session.starts_at <= now and not session.cancelled_at:
        yield PagePart(
            gettext_lazy("Attendance"), "attendance/class_register.html", _standing_of(session, now)
        )
    if not may_correct(standing):
        return
    rows = Excuse.objects.filter(session=session).exclude(state=ExcuseState.WITHDRAWN)
    found = list(rows.select_related("student", "decided_by").order_by("sent_at", "pk"))
    if found:
        yield PagePart(
            gettext_lazy("Excuses"),
            "attendance/class_section.html",
            {"excuses": found, "now": now, "absent_still": absent_still(found)},
        )


def on_board(
    *, session: ClassSession, standing: Standing, now: datetime, **_more: object
) -> Iterator[OnBoard]:
    """On the board of a class that is on: how many are here, who is missing, and the way to call them in."""
    if not standing.may(Permission.SEE_ATTENDANCE):
        return
    sheet = Sheet(session, standing, now)
    if sheet.is_worked_out:
        yield OnBoard(
            sheet.here_number,
            sheet.here_of,
            "attendance/class_here.html",
            "attendance/class_nudge.html",
            {"sheet": sheet},
            sheet.tag,
        )


def own_section(
    *, session: ClassSession, person: User, standing: Standing, now: datetime, **_more: object
) -> Iterator[PagePart]:
    """For who attends, after the class: her own mark, nobody else's."""
    if not standing.attends or now < session.ends_at or session.cancelled_at is not None:
        return
    if own := own_record.mark_of(person, session, now):
        context = {"own": own, "session": session}
        yield PagePart(gettext_lazy("Your attendance"), "attendance/own_section.html", context)


def _standing_of(session: ClassSession, now: datetime) -> dict[str, object]:
    """How a class's register stands: how many have which mark, and whom nobody knows. Two queries."""
    register = Register.objects.filter(session=session.pk).first()
    rows = Mark.objects.filter(register=register).values_list("status").annotate(Count("pk")).order_by()
    numbers = dict(rows) if register else {}
    return {
        "session": session,
        "counts": [(status.label.lower(), numbers[status]) for status in Status if numbers.get(status)],
        "unmatched": register.expected - register.matched if register else 0,
        "is_final": register is not None and register.state == RegisterState.FINAL,
        "is_locked": register is not None and register.state == RegisterState.LOCKED,
        "is_running": session.starts_at <= now < session.ends_at,
    }


def program_part(*, program: Program, person: User, now: datetime, **_more: object) -> Iterator[PagePart]:
    """On a program's page, for those who see its attendance: the way to all marks, and the rules."""
    if not access.can(person, Permission.SEE_ATTENDANCE, program, now):
        return
    context = {"program": program, "words": rules.words_of(rules.rules_of(program))[:3]}
    yield PagePart(gettext_lazy("Attendance"), "attendance/program_part.html", context)


def needs(*, person: User, now: datetime, **_more: object) -> Iterator[Waiting]:
    """What of a teacher's own classes waits for her: excuses, and those who were in them and are nobody yet.
    Admins find these in their lists; what became known after a lock waits for them alone."""
    if person.is_admin:
        entered = entries.waiting()
        yield Waiting(
            entered,
            "register__folded_at",
            lambda number, since: [_entries_wait(person, entered, number, since)],
            number="register",
        )
        return
    unknown = _with_unknown(person, now)
    yield Waiting(
        unknown, "session__ends_at", lambda number, since: [_review(person, unknown, number, since, now)]
    )
    waiting = Excuse.objects.filter(
        excuses.answerable_by(person, now),
        session__teacher=person,
        session__program__archived_at__isnull=True,
        state=ExcuseState.SENT,
    )
    yield Waiting(waiting, "sent_at", lambda number, since: [_excuses_wait(person, waiting, number, since)])


def _with_unknown(person: User, now: datetime) -> QuerySet[Register]:
    """Registers of her classes of the last days in which somebody was whom nobody knows."""
    open_ones = correctable(now, LATELY)
    return open_ones.filter(excuses.answerable_by(person, now), UNKNOWN, session__teacher=person)


def _review(
    person: User, registers: QuerySet[Register], number: int, since: datetime, now: datetime
) -> Problem:
    first = registers.select_related("session__program").order_by("session__ends_at", "pk")[0]
    name_lessons([first.session], now)
    people = first.expected - first.matched
    title = ngettext("Review attendance of %(n)d class", "Review attendance of %(n)d classes", number)
    detail = ngettext(
        "Nobody knows who %(n)d person in “%(topic)s” was. Until then nobody is told of an absence.",
        "Nobody knows who %(n)d people in “%(topic)s” were. Until then nobody is told of an absence.",
        people,
    )
    return Problem(
        severity="warn",
        title=title % {"n": number},
        detail=detail % {"n": people, "topic": first.session.title},
        verb=_("See who they are"),
        url=reverse("attendance:register", args=[first.session.code]),
        since=since,
        owner_uid=person.uid,
    )


def _entries_wait(person: User, marks: QuerySet[Mark], number: int, since: datetime) -> Problem:
    found = marks.values_list("register__session__code", "student__name", "late_status")
    [(code, name, status)] = found.order_by("register__folded_at", "pk")[:1]
    one, several = reverse("attendance:register", args=[code]), reverse("attendance:registers")
    title = ngettext(
        "More became known of %(n)d locked register",
        "More became known of %(n)d locked registers",
        number,
    )
    words = {"name": name, "mark": dict(ENTRIES)[status]}
    return Problem(
        severity="warn",
        title=title % {"n": number},
        detail=_("%(name)s would be “%(mark)s”. Nothing counts before an admin lets it.") % words,
        verb=_("Look at it"),
        url=one if number == 1 else several,
        since=since,
        owner_uid=person.uid,
    )


def _excuses_wait(person: User, waiting: QuerySet[Excuse], number: int, since: datetime) -> Problem:
    rows = waiting.select_related("student").order_by("sent_at", "pk")[:100]
    names = ", ".join(list(dict.fromkeys(row.student.name for row in rows))[:3])
    return Problem(
        severity="warn",
        title=ngettext("%(number)d excuse waits for you", "%(number)d excuses wait for you", number)
        % {"number": number},
        detail=_("From %(names)s. What was missed counts as missed until you answer.") % {"names": names},
        verb=_("Read and answer"),
        url=reverse("attendance:excuses"),
        since=since,
        owner_uid=person.uid,
    )

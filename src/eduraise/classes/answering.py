"""What classes answer when rooms below or beside ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from eduraise.access.rules import can, permissions_in, taught_programs
from eduraise.accounts.models import User
from eduraise.classes import lost_hosts, queries
from eduraise.classes.cancelling import cancel_coming_of
from eduraise.classes.enums import Attention
from eduraise.classes.listing import by_day
from eduraise.classes.models import ClassSession
from eduraise.classes.noticing import noticed_at, with_instants
from eduraise.classes.numbers import numbers_of, taught_in_week
from eduraise.classes.progress import progress_of
from eduraise.classes.progress_words import progress_words
from eduraise.classes.progressing import progress_rows
from eduraise.classes.refusals import Mender
from eduraise.classes.rows import student_rows, teacher_rows
from eduraise.classes.troubles import REFUSED, Trouble, owner_of, trouble_of
from eduraise.classes.words import when_words
from eduraise.core.hooks import AtOnce, Consequence, PagePart, Problem
from eduraise.programs.enums import Permission
from eduraise.programs.models import Program
from eduraise.zoom.enums import BROKEN
from eduraise.zoom.hosts import FREE_MINUTES

# More classes than these with one reason are one line with their number.
NAMED = 2
LISTED = 30
NEXT_ONES = 5
PROGRAMS = 12
AHEAD = timedelta(days=60)
HOST = "occurrence__meeting__host"
# Of these connections the room of Zoom tells: everybody of a teacher's own, admins of the account's, too
TOLD_BY_ZOOM = Q(**{f"{HOST}__state__in": BROKEN, f"{HOST}__teacher__isnull": False})
TOLD_TO_ADMINS = TOLD_BY_ZOOM | Q(**{f"{HOST}__state__in": BROKEN, f"{HOST}__by_account": True})


def on_program_archived(*, program: Program, by: User | None, now: datetime, **_more: object) -> None:
    """A program that ends takes its coming classes along."""
    cancel_coming_of(program=program, by=by, now=now)


def consequences(*, kind: str, thing: Any, now: datetime, **_more: object) -> Iterator[Consequence]:
    """What ending an assignment, an enrolment, a program, a person's account or a Zoom link touches."""
    yield from _touched_now(kind, thing, now)
    coming = ClassSession.objects.coming(now)
    match kind:
        case "program":
            found = coming.filter(program=thing)
            sentence = ngettext_lazy(
                "%(n)d coming class is cancelled: students are told, and it is deleted at Zoom.",
                "%(n)d coming classes are cancelled: students are told, and they are deleted at Zoom.",
                "n",
            )
        case "assignment":
            found = coming.filter(program=thing.program, teacher=thing.person)
            if thing.only_for is not None:
                found = found.filter(uid=thing.only_for)
            sentence = ngettext_lazy(
                "%(n)d coming class is left without a teacher.",
                "%(n)d coming classes are left without a teacher.",
                "n",
            )
        case "enrolment":
            found = coming.filter(program=thing.program, program__opened_at__isnull=False)
            sentence = ngettext_lazy(
                "%(n)d coming class can’t be seen or joined any more.",
                "%(n)d coming classes can’t be seen or joined any more.",
                "n",
            )
        case "zoom_connection":
            found = coming.filter(occurrence__meeting__host=thing)
            sentence = ngettext_lazy(
                "%(n)d coming class runs on this Zoom user and can’t be changed then.",
                "%(n)d coming classes run on this Zoom user and can’t be changed then.",
                "n",
            )
        case "zoom_licence":
            found = coming.filter(
                occurrence__meeting__host=thing, ends_at__gt=F("starts_at") + timedelta(minutes=FREE_MINUTES)
            )
            sentence = ngettext_lazy(
                "%(n)d coming class is longer than that.", "%(n)d coming classes are longer than that.", "n"
            )
        case "person":
            found = coming.filter(teacher=thing)
            sentence = ngettext_lazy(
                "%(n)d coming class is left without a teacher.",
                "%(n)d coming classes are left without a teacher.",
                "n",
            )
        case "days_off":
            found = coming.filter(
                teacher=thing.person, starts_at__lt=thing.until_at, ends_at__gt=thing.from_at
            )
            sentence = ngettext_lazy(
                "%(n)d booked class lies on these days.", "%(n)d booked classes lie on these days.", "n"
            )
        case _:
            return
    yield from _counted(found, sentence, now)


def _touched_now(kind: str, thing: Any, now: datetime) -> Iterator[Consequence]:
    """The same of classes whose hours have begun, people in them or not: they are lost as well."""
    begun = ClassSession.objects.not_cancelled().filter(starts_at__lte=now, ends_at__gt=now)
    match kind:
        case "program":
            found = begun.filter(program=thing)
        case "enrolment":
            found = begun.filter(program=thing.program, program__opened_at__isnull=False)
        case "assignment":
            found = begun.filter(program=thing.program, teacher=thing.person)
            if thing.only_for is not None:
                found = found.filter(uid=thing.only_for)
        case "person":
            found = begun.filter(teacher=thing)
        case _:
            return
    if kind in ("assignment", "person"):
        sentence = ngettext_lazy(
            "%(n)d class that is on now is left without a teacher.",
            "%(n)d classes that are on now are left without a teacher.",
            "n",
        )
    else:
        sentence = ngettext_lazy(
            "%(n)d class that is on now can’t be joined any more.",
            "%(n)d classes that are on now can’t be joined any more.",
            "n",
        )
    yield from _counted(found, sentence, now)


def _counted(found: QuerySet[ClassSession], sentence: Promise, now: datetime) -> Iterator[Consequence]:
    number = found.count()
    if number:
        rows = found.select_related("program").order_by("starts_at", "pk")[:LISTED]
        yield Consequence(
            str(sentence % {"n": number}), tuple(f"{row.topic}, {when_words(row, now)}" for row in rows)
        )


def needs(*, person: User, now: datetime, **_more: object) -> Iterator[Problem]:
    """What is in the way of coming classes: to a teacher of her own, to an admin of all.

    A lost Zoom connection is told by the room that holds it, once, not for each class; of one that somebody
    ended, which that room takes for wanted, the classes are told here.
    """
    classes = ClassSession.objects.all() if person.is_admin else ClassSession.objects.filter(teacher=person)
    coming = classes.filter(starts_at__lt=now + AHEAD)
    waiting = queries.with_right_to_edit(queries.needing_attention(coming, now), person, now)
    if not person.is_admin:
        # a class of hers that nobody teaches is one of a program that she has left
        waiting = waiting.exclude(Q(attention=Attention.NO_TEACHER))
    told = TOLD_TO_ADMINS if person.is_admin else TOLD_BY_ZOOM
    waiting = with_instants(waiting.exclude(Q(attention=Attention.HOST_LOST) & told))
    for rows in _by_kind(list(waiting.select_related(HOST)[: 10 * LISTED])):
        if len(rows) > NAMED:
            yield _many(rows, person, now)
        else:
            yield from (_one(session, person, now) for session in rows)


def _by_kind(found: list[ClassSession]) -> list[list[ClassSession]]:
    """Classes with the same in their way, for which the same holds: worst first, by what Zoom said, and a
    host that is lost by what it lost and whose classes it held."""
    kinds: dict[tuple[str, str, int], list[ClassSession]] = {}
    for session in found:
        is_lost = session.attention == Attention.HOST_LOST
        said = session.zoom_said if session.attention in REFUSED else ""
        said = lost_hosts.loss_of(session).value if is_lost else said
        whose = session.teacher_id if is_lost else 0
        kinds.setdefault((session.attention, said, whose), []).append(session)
    order = list(Attention.values)
    return [kinds[kind] for kind in sorted(kinds, key=lambda kind: order.index(kind[0]))]


def program_part(*, program: Program, person: User, now: datetime, **_more: object) -> Iterator[PagePart]:
    """A program's classes on its page: the next ones, and to those who teach in it its numbers."""
    teaches = bool(permissions_in(person, program, now)) or person.is_admin
    coming = list(queries.coming_in(program, now, most=NEXT_ONES))
    days = by_day(coming)
    found = progress_of([program], now)[program.pk] if teaches else None
    numbers = found.numbers if found else numbers_of([program], now)[program.pk]
    yield PagePart(
        _("Classes"),
        "classes/part_of_program.html",
        {
            "teaches": teaches,
            "may_create": can(person, Permission.CREATE, program, now),
            "program": program,
            "numbers": numbers,
            "progress": found,
            "progress_words": progress_words(found) if found else "",
            "days": teacher_rows(days, person, now, has_board=True)
            if teaches
            else student_rows(days, now, has_board=True),
        },
    )


def person_progress(*, person: User, now: datetime, **_more: object) -> Iterator[PagePart]:
    """On a teacher's page, for admins: how far her programs have come."""
    programs = list(taught_programs(person, now).unarchived().order_by("code_key")[:PROGRAMS])
    if programs:
        rows = progress_rows(programs, now)
        yield PagePart(_("Progress"), "classes/progress_part.html", {"rows": rows})


def facts_of_teachers(
    *, people: Sequence[User], now: datetime, program: Program | None = None, **_more: object
) -> Iterator[tuple[int, str, Any]]:
    """What is known of teachers: "this_week", their hours of the week (`numbers.taught_in_week`), and
    "clashes", how many of the program's coming classes fall into hours that each one teaches elsewhere
    already (without a program: none)."""
    hours = taught_in_week(people, now)
    clashing = _clashing_with(program, people, now) if program else {}
    for person in people:
        yield person.pk, "this_week", hours[person.pk]
        yield person.pk, "clashes", clashing.get(person.pk, 0)


def _clashing_with(program: Program, people: Sequence[User], now: datetime) -> dict[int, int]:
    here = ClassSession.objects.coming(now).filter(
        program=program, starts_at__lt=OuterRef("ends_at"), ends_at__gt=OuterRef("starts_at")
    )
    elsewhere = (
        ClassSession.objects.coming(now)
        .filter(teacher__in=people)
        .exclude(program=program)
        .filter(Exists(here))
    )
    return dict(elsewhere.values_list("teacher").annotate(Count("pk")))


def _one(session: ClassSession, person: User, now: datetime) -> Problem:
    trouble = _trouble(session, person, now)
    first = next(iter(trouble.mends), None)
    leads = first is not None and not first.posts
    said = " ".join(part for part in (trouble.fact, trouble.detail) if part)
    return Problem(
        severity=trouble.tone,
        title=f"{session.topic}: {trouble.title}",
        detail=f"{when_words(session, now)}. {said}",
        verb=str(first.verb) if first and leads else _("See what to do"),
        url=first.url if first and leads else reverse("classes:detail", args=[session.code]),
        since=noticed_at(session),
        owner_uid=session.teacher.uid if owner_of(session) is Mender.TEACHER else None,
        at_once=AtOnce(str(first.verb), first.url, first.choice) if first and first.posts else None,
    )


def _many(rows: list[ClassSession], person: User, now: datetime) -> Problem:
    first = rows[0]
    trouble, what = _trouble(first, person, now), Attention(first.attention)
    whose = what is Attention.HOST_LOST and first.teacher_id != person.pk
    said = lost_hosts.label(first) if what is Attention.HOST_LOST else what.label
    words = {"number": len(rows), "what": said, "name": first.teacher.name}
    return Problem(
        severity=trouble.tone,
        title=(_("%(number)d classes of %(name)s: %(what)s") if whose else _("%(number)d classes: %(what)s"))
        % words,
        detail=trouble.detail,
        verb=_("See them"),
        url=f"{reverse('classes:list')}?tab=attention",
        since=min(filter(None, map(noticed_at, rows)), default=None),
        owner_uid=first.teacher.uid if owner_of(first) is Mender.TEACHER else None,
    )


def _trouble(session: ClassSession, person: User, now: datetime) -> Trouble:
    """What is in the way of a class of `needs`, as this person is told it."""
    trouble = trouble_of(session, person, now, may_edit=session.may_edit)
    assert trouble is not None
    return trouble


def held_for(*, uids: Sequence[UUID], **_more: Any) -> Iterator[tuple[UUID, str, str]]:
    """The classes for which hosts are held, with their teachers. One query."""
    rows = ClassSession.objects.filter(uid__in=uids).select_related("teacher", "program")
    for session in rows:
        yield (
            session.uid,
            f"{session.program.code} · {session.topic} · {session.teacher.name}",
            reverse("classes:detail", args=[session.code]),
        )

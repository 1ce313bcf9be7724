"""Recordings by who may know of them, and as lists and pages show them. No list holds what its reader may
not watch."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from eduraise.access import rules as access_rules
from eduraise.accounts.models import User
from eduraise.attendance.enums import Status
from eduraise.attendance.models import Mark
from eduraise.classes.lessons import name_lessons
from eduraise.classes.models import ClassSession, JoinClick
from eduraise.programs.enums import Permission
from eduraise.programs.models import Assignment, Enrolment, Program
from eduraise.recordings.enums import STUDENTS_SEE, Audience, State
from eduraise.recordings.models import Recording, RecordingFile, RecordingQuerySet, Viewing, playable

PAGE = 25
#: What students are shown: what can be watched, and what will be.
WERE_THERE = (Status.PRESENT, Status.LATE, Status.LEFT_EARLY)
SHOWN = (State.PROCESSING, State.READY, State.ATTACHED)


def was_there(person: Any, session: Any) -> Q:
    """Whether a person was in a class: by her mark; while that says nothing, by her click on Join."""
    marks = Mark.objects.filter(register__session=session, student=person).exclude(status="")
    clicked = JoinClick.objects.filter(session=session, person=person)
    return Q(Exists(marks.filter(status__in=WERE_THERE))) | (Q(Exists(clicked)) & ~Q(Exists(marks)))


def managed_by(user: User, now: datetime) -> RecordingQuerySet:
    """The recordings that `user` manages: shows, hides, keeps, deletes."""
    programs = access_rules.programs_with(user, Permission.RECORDINGS, now)
    return _there().filter(program__in=programs.values("pk"))


def known_to(user: User, now: datetime) -> RecordingQuerySet:
    """Every recording that `user` may know of: those that she manages, those that teachers watch of what she
    teaches, those that students watch of what she attends."""
    return _there().filter(_reaches(user, now, Q(state__in=SHOWN) | _can_be_played()))


def gone_from(user: User, now: datetime) -> RecordingQuerySet:
    """What was recorded, and deleted since, of all that `user` could have watched."""
    at_zoom = Q(state__in=(State.TRASHED, State.DELETED)) & ~_can_be_played()
    gone = Q(removed_at__isnull=False) | at_zoom
    return Recording.objects.with_audience().filter(_reaches(user, now, Q()), gone)


def _can_be_played() -> Q:
    """Whether some of it is here, also where not all of it was copied before it was deleted at Zoom."""
    return Q(Exists(playable(RecordingFile.objects.filter(recording=OuterRef("pk")))))


def _reaches(user: User, now: datetime, to_students: Q) -> Q:
    """What somebody may know of; to_students: what of it, while she only attends."""
    if not user.is_active:
        return Q(pk__in=[])
    if user.is_admin:
        return Q()
    managed = Q(program__in=access_rules.programs_with(user, Permission.RECORDINGS, now).values("pk"))
    own = Assignment.objects.active(now).filter(person=user)
    teaches = Q(program__in=own.filter(only_for__isnull=True).values("program")) | Q(
        session__uid__in=own.filter(only_for__isnull=False).values("only_for")
    )
    attends = Q(program__in=access_rules.attended_programs(user, now).values("pk"))
    as_teacher = teaches & ~Q(audience=Audience.NOBODY)
    everybody = Q(audience=Audience.ENROLLED) | (
        Q(audience=Audience.PRESENT) & was_there(user.pk, OuterRef("session"))
    )
    return managed | as_teacher | (attends & everybody & to_students)


def who_watch(recording: Recording, now: datetime) -> QuerySet[User]:
    """The students who may watch a recording, `recording` as `with_audience` gives it."""
    if recording.audience not in STUDENTS_SEE or recording.program.archived_at is not None:
        return User.objects.none()
    students = access_rules.students_of([recording.program], now)
    if recording.audience == Audience.ENROLLED:
        return students
    return students.filter(was_there(OuterRef("pk"), recording.session_id))


def find(user: User, uid: Any, now: datetime) -> Recording | None:
    """The recording with this uid, if `user` may know of it, with its files."""
    return shown(known_to(user, now), now).filter(uid=uid).first()


def shown(rows: RecordingQuerySet, now: datetime) -> RecordingQuerySet:
    """With all that lists and pages say of them, in a constant number of queries.

    lacks_watchers: it is for students who were there, and none of those enrolled was; register_state: how far
    the register that says so has come.
    """
    files = RecordingFile.objects.order_by("begins_at", "pk").defer("cues", "url")
    related = ("program__recording_rules", "session__teacher", "visible_by", "added_by", "host")
    students = Enrolment.objects.active(now).filter(program=OuterRef("program"))
    there = students.filter(was_there(OuterRef("person"), OuterRef(OuterRef("session"))))
    lacks = Case(When(audience=Audience.PRESENT, then=~Exists(there)), default=False)
    said = {"lacks_watchers": lacks, "register_state": F("session__register__state")}
    return (
        rows.with_media().annotate(**said).select_related(*related).prefetch_related(Prefetch("files", files))
    )


def name_classes(recordings: Iterable[Recording], now: datetime) -> None:
    """Give the classes of recordings that are at hand their topics of the syllabus; one query."""
    recordings = list(recordings)
    for one in recordings:
        one.session.program = one.program  # which was read with it
    name_lessons([one.session for one in recordings], now)


def is_managed(user: User, recording: Recording, now: datetime) -> bool:
    """Whether `user` shows, hides, keeps and deletes this recording."""
    return access_rules.can(user, Permission.RECORDINGS, recording.program, now)


def page_of(rows: RecordingQuerySet, number: str | None, now: datetime) -> Page[Recording]:
    """One page of a list, the latest class first."""
    return Paginator(shown(rows, now).latest_first(), PAGE).get_page(number)


def of_class(user: User, session: ClassSession, now: datetime) -> list[Recording]:
    """The recordings of a class that `user` may know of."""
    rows = known_to(user, now).filter(session=session)
    return list(shown(rows, now).order_by("started_at", "pk"))


def programs_in(user: User, now: datetime) -> QuerySet[Program]:
    """The programs of whose recordings `user` may know, for a filter."""
    rows = known_to(user, now).filter(program=OuterRef("pk"))
    return Program.objects.filter(Exists(rows)).order_by("title", "pk")


def _storage(path: str = "") -> dict[str, Any]:
    """What sums up bytes of files: at Zoom (as it says), and here. path: from the row to its files."""
    at_zoom = Q(
        **{
            f"{path}recording__state__in": (State.PROCESSING, State.READY),
            f"{path}recording__zoom_uuid__isnull": False,
            f"{path}gone_at__isnull": True,
        }
    )
    here = ~Q(**{f"{path}copied_path": ""})
    return {
        "at_zoom": Coalesce(Sum(f"{path}bytes", filter=at_zoom), 0),
        "here": Coalesce(Sum(f"{path}copied_bytes", filter=here), 0),
    }


def storage_of(program: Program) -> dict[str, int]:
    """How many bytes a program's recordings take: at Zoom (as it says), and here. One query."""
    return RecordingFile.objects.filter(recording__program=program).aggregate(**_storage())


def storage_of_all() -> dict[str, int]:
    """The same for all programs together. One query."""
    return RecordingFile.objects.aggregate(**_storage())


def storage_by_program(number: str | None) -> Page[Any]:
    """Programs with the bytes that the recordings of each take (`at_zoom`, `here`), the most first."""
    rows = Program.objects.annotate(**_storage("recordings__files__"), bytes=F("at_zoom") + F("here"))
    used = rows.filter(bytes__gt=0).order_by("-bytes", "code_key")
    return Paginator(used, PAGE).get_page(number)


def viewings_of(recording: Recording) -> Page[Any]:
    """Who opened or watched it, the last first."""
    rows = Viewing.objects.filter(recording=recording).select_related("person").order_by("-at", "-pk")
    return Paginator(rows, PAGE).get_page(1)


def viewer_counts(recordings: Iterable[Recording]) -> dict[int, int]:
    """How many people played each recording; one query for any number."""
    ids = [recording.pk for recording in recordings]
    rows = Viewing.objects.filter(recording__in=ids, seconds__gt=0).values("recording")
    return {row["recording"]: row["n"] for row in rows.annotate(n=Count("person", distinct=True))}


def _there() -> RecordingQuerySet:
    """All that were not removed."""
    return Recording.objects.with_audience().filter(removed_at__isnull=True)

"""A school to measure in: many programs, each with a teacher and her coming classes, written in bulk."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from random import Random

from django.db import transaction
from tests.classes.rows import make_host
from tests.school import School

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.classes.texts import topic_key
from eduraise.classes.times import local_written
from eduraise.core.codes import ALPHABET, new_uid
from eduraise.programs.enums import Preset
from eduraise.programs.models import Assignment, ClassSettings, Enrolment, Program, TeacherProfile
from eduraise.zoom.enums import OperationState
from eduraise.zoom.models import ZoomMeeting, ZoomOccurrence, ZoomOperation, ZoomUser

CLASSES_OF_A_PROGRAM = 100
HOUR = timedelta(hours=1)
_number = count(1)
# the same codes in each run, and none twice
_codes = iter(Random(1).sample(range(len(ALPHABET) ** 6), 200_000))


def program_with_classes(school: School, number: int, *, classes: int = CLASSES_OF_A_PROGRAM) -> User:
    """A program with its teacher, a student, and so many coming classes of an hour; the teacher."""
    teacher = school.teacher(f"teacher{number}")
    program = school.make_program(f"P{number}", f"Program {number}")
    school.assign(teacher, program)
    school.enrol(school.person(f"student{number}"), program)
    starts = [school.now + timedelta(days=i // 3, hours=2 + 2 * (i % 3)) for i in range(classes)]
    fill(program, teacher, make_host(teacher, school.now), starts, school.now)
    return teacher


@transaction.atomic
def grow(school: School, first: int, last: int) -> None:
    """Small programs numbered from `first` up to, without, `last`: each with a teacher who hosts, a student,
    and four coming classes."""
    now, numbers = school.now, range(first, last)
    since = {"from_at": now - timedelta(days=1)}
    teachers = joined([f"teacher{number}" for number in numbers], now)
    students = joined([f"student{number}" for number in numbers], now)
    programs = Program.objects.bulk_create(
        Program(
            code=f"P{number}",
            code_key=f"p{number}",
            title=f"Program {number}",
            zone="Europe/Madrid",
            created_at=now,
            opened_at=now,
        )
        for number in numbers
    )
    TeacherProfile.objects.bulk_create(TeacherProfile(person=each) for each in teachers)
    ClassSettings.objects.bulk_create(ClassSettings(program=each, notice_minutes=0) for each in programs)
    Assignment.objects.bulk_create(
        Assignment(person=person, program=program, preset=Preset.TEACHER, **since)
        for person, program in zip(teachers, programs, strict=True)
    )
    Enrolment.objects.bulk_create(
        Enrolment(person=person, program=program, **since)
        for person, program in zip(students, programs, strict=True)
    )
    for place, (program, teacher) in enumerate(zip(programs, teachers, strict=True)):
        starts = [now + timedelta(days=1 + (7 * week + place) % 30, hours=2) for week in range(4)]
        fill(program, teacher, make_host(teacher, now), starts, now)


def joined(names: list[str], now: datetime) -> list[User]:
    """People of these names, written in bulk."""
    return User.objects.bulk_create(
        User(
            email=f"{name}@school.example",
            email_key=f"{name}@school.example",
            name=name.title(),
            name_key=name,
            joined_at=now,
        )
        for name in names
    )


def fill(program: Program, teacher: User, host: ZoomUser, starts: list[datetime], now: datetime) -> None:
    """A booked class at each of these instants."""
    uids = [new_uid() for _ in starts]
    meetings = ZoomMeeting.objects.bulk_create(
        ZoomMeeting(
            host=host,
            program=program,
            ref=f"bench-{next(_number)}",
            wanted_topic="Lesson",
            zone=program.zone,
            meeting_number=str(90_000_000 + next(_number)),
        )
        for _ in starts
    )
    occurrences = ZoomOccurrence.objects.bulk_create(
        ZoomOccurrence(
            meeting=meeting,
            held_for=uid,
            wanted_starts_at=at,
            wanted_ends_at=at + HOUR,
            zoom_starts_at=at,
            zoom_minutes=60,
        )
        for meeting, uid, at in zip(meetings, uids, starts, strict=True)
    )
    ZoomOperation.objects.bulk_create(done(meeting, now) for meeting in meetings)
    ClassSession.objects.bulk_create(
        booked(program, teacher, occurrence, at, now)
        for occurrence, at in zip(occurrences, starts, strict=True)
    )


def done(meeting: ZoomMeeting, now: datetime) -> ZoomOperation:
    """The create that booked a meeting."""
    return ZoomOperation(
        meeting=meeting,
        kind="create",
        state=OperationState.DONE,
        not_before=now,
        first_not_before=now,
        next_at=now,
        deadline_at=now + timedelta(days=30),
        created_at=now,
    )


def booked(
    program: Program, teacher: User, occurrence: ZoomOccurrence, at: datetime, now: datetime
) -> ClassSession:
    """A class that Zoom holds."""
    local, fold = local_written(at, program.zone)
    topic = f"Lesson of {at:%d %B}"
    return ClassSession(
        uid=occurrence.held_for,
        code=code(next(_codes)),
        program=program,
        teacher=teacher,
        occurrence=occurrence,
        topic=topic,
        topic_key=topic_key(topic),
        starts_at=at,
        ends_at=at + HOUR,
        zone=program.zone,
        local_start=local,
        fold=fold,
        changed_at=now,
        tell_at=now,
        created_at=now,
        created_by=teacher,
    )


def code(number: int) -> str:
    """A class's code made of a number."""
    letters = ""
    for _ in range(6):
        number, rest = divmod(number, len(ALPHABET))
        letters += ALPHABET[rest]
    return f"{letters[:4]}-{letters[4:]}"

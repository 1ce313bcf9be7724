"""The demo's coordination: hours and days off of its own teacher, notes from class to class, and a program
that is behind by the one class that it lost.
"""

from __future__ import annotations

from datetime import time, timedelta

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.core import clock
from eduraise.notes.actions import write_note
from eduraise.ops.demo.cast import EXPERIMENTS, NOTES, PROGRAMS
from eduraise.programs.models import Program, TeacherProfile
from eduraise.programs.slots import SlotDraft, add_slots
from eduraise.programs.stating import add_days_off, add_hours
from eduraise.programs.syllabus import add_topics
from eduraise.programs.timetable_queries import dated_of

# Counted from the school's first day, which lies two weeks back
OFF_AFTER = timedelta(days=34)


def coordinate(teacher: User) -> None:
    """State when the demo's own teacher is there, and plan a program that needs each of its classes."""
    now = clock.now()
    profile = TeacherProfile.objects.get(person=teacher)
    for since, until in ((time(9), time(14)), (time(16), time(21))):
        add_hours(profile=profile, weekdays=range(1, 6), since=since, until=until, by=teacher, now=now)
    first = now.date() + OFF_AFTER
    add_days_off(
        profile=profile,
        starts_on=first,
        ends_on=first + timedelta(days=1),
        note="Conference in Lisbon",
        by=teacher,
        now=now,
    )
    _need_each_class()


def is_to_be_lost(session: ClassSession) -> bool:
    """Whether it is the one class that puts a program behind."""
    program = session.program
    return program.code == EXPERIMENTS[0] and not program.classes.filter(cancelled_at__isnull=False).exists()


def leave_note(session: ClassSession) -> None:
    """What the assistant of the demo's own teacher leaves for the next class."""
    if session.program.code != PROGRAMS[0][0]:
        return
    helper = _one_of(session.program, "assistant")
    place = session.program.classes.filter(starts_at__lt=session.starts_at).count()
    write_note(session=session, text=NOTES[place % len(NOTES)], by=helper, now=clock.now())


def _need_each_class() -> None:
    """A timetable, and a topic for each of its hours."""
    now, (code, titles) = clock.now(), EXPERIMENTS
    program = Program.objects.get(code=code)
    lead = _one_of(program, "lead")
    hours = next(slots for other, _title, _subject, slots in PROGRAMS if other == code)
    drafts = [SlotDraft(day + 1, time(hour), minutes, teacher=lead) for day, hour, minutes in hours]
    add_slots(program=program, drafts=drafts, by=lead, now=now)
    number = sum(1 for one in dated_of(program) if not one.holiday and one.on > now.date())
    topics = [f"{titles[place % len(titles)]}, part {place // len(titles) + 1}" for place in range(number)]
    add_topics(program=program, titles=topics, by=lead, now=now)


def _one_of(program: Program, preset: str) -> User:
    return program.assignments.filter(preset=preset).select_related("person")[0].person

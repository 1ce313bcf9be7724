"""How the demo's students come to class: through the door and into the pretend Zoom's rooms, most of them
under their names, one under a device's, one late, one by phone; and what their teachers say of those.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from eduraise.accounts.models import User
from eduraise.attendance import tray
from eduraise.attendance.enums import Verdict
from eduraise.attendance.keeping_up import fold_due
from eduraise.attendance.models import Register
from eduraise.attendance.reading import read_due
from eduraise.classes import joining
from eduraise.classes.models import ClassSession
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.ops.demo.steering import control, move_to
from eduraise.programs.models import Program

CALLER = "+34 600 100 200"
COMING = 18


@dataclass(frozen=True)
class Coming:
    """How one student comes. after, until: minutes after the start; until None: to the end. clicks: by the
    door; name: as they are called at Zoom."""

    student: User
    name: str
    after: int = 3
    until: int | None = None
    clicks: bool = True


def coming_to(session: ClassSession) -> list[Coming]:
    """Who comes to a class how: another student each time is late, leaves early, is missing."""
    students = students_of(session.program)
    turn = session.program.classes.filter(starts_at__lt=session.starts_at).count()
    found = []
    for place, student in enumerate(students):
        part = (place + turn) % len(students)
        if part == 3:
            continue
        found.append(
            Coming(
                student,
                _device_of(student) if place == 5 else student.name,
                after=19 if part == 4 else 3,
                until=session.minutes - 25 if part == 6 else None,
                clicks=part != 7,
            )
        )
    return found


def _device_of(student: User) -> str:
    return f"iPhone of {student.name.split()[0]}"


def students_of(program: Program) -> list[User]:
    """Some of a program's students."""
    rows = program.enrolments.select_related("person").order_by("pk")[:COMING]
    return [row.person for row in rows]


def hold(session: ClassSession, number: int, *, until: datetime) -> None:
    """The teacher starts a class, students come and go, one calls, until its end or `until`."""
    move_to(max(session.starts_at - timedelta(minutes=2), clock.now()))
    control("people", meeting=number, action="host_start")
    people = coming_to(session)
    for minutes in sorted({one.after for one in people} | {one.until for one in people if one.until}):
        at = session.starts_at + timedelta(minutes=minutes)
        if at > until:
            return
        move_to(max(at, clock.now()))
        _come(session, number, [one for one in people if one.after == minutes], calls=minutes == 3)
        for one in people:
            if one.until == minutes:
                control("people", meeting=number, action="leave", people=[one.name])
    if session.ends_at <= until:
        move_to(session.ends_at)
        control("people", meeting=number, action="end")


def _come(session: ClassSession, number: int, people: Iterable[Coming], *, calls: bool) -> None:
    entering: list[Any] = []
    for one in people:
        try:
            if one.clicks:
                joining.join(user=one.student, session=session, now=clock.now())
        except DomainError:
            continue  # the door is shut for them
        entering.append(one.name)
    if calls:
        entering.append({"phone": CALLER})
    if entering:
        control("people", meeting=number, action="join", people=entering)
        control("people", meeting=number, action="admit")


def note() -> None:
    """Registers keep up, and lists are read."""
    now = clock.now()
    while read_due(now).total():
        continue
    fold_due(now)


def say_who(program: Program, by: User) -> None:
    """The teacher has said of all classes but the last one who everybody was: whose a device is, and that
    who calls is a guest. It is known from then on."""
    registers = Register.objects.filter(session__program=program).order_by("-session__starts_at")
    devices = {_device_of(one): one for one in students_of(program)}
    for register in registers[1:]:
        for one in tray.unknown_in(register):
            person = one.suggested or devices.get(one.name)
            if one.is_phone or person is not None:
                verdict = Verdict.GUEST if one.is_phone else Verdict.STUDENT
                tray.identify(
                    register=register, keys=one.keys, verdict=verdict, person=person, by=by, now=clock.now()
                )

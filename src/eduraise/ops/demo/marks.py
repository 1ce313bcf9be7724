"""What the demo's people say to attendance: excuses that were answered and one that waits, a mark set by
hand, and a program that is stricter than others.
"""

from __future__ import annotations

from dataclasses import replace

from eduraise.accounts.models import User
from eduraise.attendance.correcting import Said, correct_marks
from eduraise.attendance.enums import RegisterState, Status
from eduraise.attendance.excuses import answer_excuse, send_excuse
from eduraise.attendance.models import Mark
from eduraise.attendance.rules import change_rules, rules_of
from eduraise.classes.models import ClassSession
from eduraise.core import clock
from eduraise.programs.models import Program

ACCEPTED = "My bus broke down and the next one came an hour later. I have done the exercises at home."
DECLINED = "I forgot that it was today."
WAITING = "I have a doctor’s appointment at that hour. Could somebody send me the sheet?"


def be_strict(program: Program, by: User) -> None:
    """In this program whoever comes five minutes late is late."""
    change_rules(program=program, rules=replace(rules_of(program), late_minutes=5), by=by, now=clock.now())


def speak_of_the_past(program: Program, by: User) -> None:
    """Two who were absent send an excuse, of which one is accepted; one who was late had said so before."""
    recent = Mark.objects.filter(register__session__program=program, register__state=RegisterState.FINAL)
    marks = recent.select_related("student", "register__session__program").order_by("-held_on", "pk")
    absent = marks.filter(status=Status.ABSENT)[:2]
    for mark, text in zip(absent, (ACCEPTED, DECLINED), strict=False):
        excuse = send_excuse(session=mark.register.session, student=mark.student, text=text, now=clock.now())
        answer_excuse(excuse=excuse, accept=text == ACCEPTED, by=by, now=clock.now())
    late = marks.filter(status=Status.LATE).first()
    if late is not None:
        said = Said(status=Status.PRESENT, why="Had told me on Monday")
        correct_marks(
            register=late.register, students={late.student_id: None}, said=said, by=by, now=clock.now()
        )


def wait_for_an_answer(program: Program) -> None:
    """A student can't come to the program's class after the next."""
    coming = ClassSession.objects.coming(clock.now()).filter(program=program).order_by("starts_at")
    student = program.enrolments.select_related("person").order_by("pk")[4:5]
    for session, spell in zip(coming[1:2], student, strict=False):
        send_excuse(session=session, student=spell.person, text=WAITING, now=clock.now())

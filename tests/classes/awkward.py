"""A teacher's classes in every state, with names that are as long, foreign and odd as people make them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import QuerySet

from eduraise.accounts.models import User
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.enums import DifferenceField
from eduraise.classes.models import ClassSession, Difference
from eduraise.programs.enums import MaterialKind
from eduraise.programs.models import Material
from eduraise.zoom.enums import OperationState
from eduraise.zoom.models import ZoomOperation
from tests.classes.rows import make_class, sit, want
from tests.school import School

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
LONG = ("Über die Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamten " * 3)[:150]
UNBROKEN = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 2
HTML = "<script>alert(1)</script> & <b>“sets”</b> are 5 > 3"
ARABIC = "المعادلات التربيعية: إكمال المربع 🧮"


@dataclass
class Awkward:
    """Classes by the state that they are in, at one instant."""

    school: School
    now: datetime
    by_state: dict[str, ClassSession] = field(default_factory=dict)

    def code(self, state: str) -> str:
        return self.by_state[state].code


def make_awkward(school: School, *, more: int = 0) -> Awkward:
    """One class in each state about 10:00 in Madrid, and `more` ordinary ones after them."""
    made = Awkward(school, school.now)
    _name(school)
    days = iter(range(2, 20))
    states = made.by_state
    states["live"] = _class(school, -24 * MINUTE, LONG)
    sit(states["live"], school.now - 23 * MINUTE)
    states["open"] = _class(school, 5 * MINUTE, HTML, teacher=school.tove)
    states["soon"] = _class(school, 40 * MINUTE, ARABIC, teacher=school.teacher("wim", zone="Asia/Kathmandu"))
    school.assign(states["soon"].teacher, school.program)
    states["ended"] = _class(school, -26 * HOUR, "Catch-up hour")
    sit(states["ended"], school.now - 26 * HOUR, ended_at=school.now - 25 * HOUR)
    states["not_held"] = _class(school, -50 * HOUR, UNBROKEN)
    states["later"] = _class(school, next(days) * 24 * HOUR, UNBROKEN, description="Bring paper.\n\n" + LONG)
    states["cancelled"] = _class(
        school,
        next(days) * 24 * HOUR,
        "Retake",
        cancelled_at=school.now,
        cancelled_by=school.ada,
        cancel_message="I am ill; " + LONG,
    )
    states["moved"] = _moved(school, next(days) * 24 * HOUR)
    states["booking"] = _class(
        school, next(days) * 24 * HOUR, "Graphs", at_zoom=False, operation=OperationState.PENDING
    )
    states["silent"] = _class(
        school, next(days) * 24 * HOUR, "Graphs 2", at_zoom=False, operation=OperationState.PENDING
    )
    _operations(states["silent"]).update(last_error_code="outcome_unknown")
    states["refused"] = _class(school, next(days) * 24 * HOUR, "Graphs 3", operation=None)
    _refused(states["refused"], "invalid_field:topic", school.now)
    states["gone"] = _class(school, next(days) * 24 * HOUR, "Graphs 4")
    _differs(states["gone"], DifferenceField.GONE, school.now)
    states["time_differs"] = _class(school, next(days) * 24 * HOUR, "Graphs 5")
    _differs(states["time_differs"], DifferenceField.TIME, school.now)
    leaving = school.teacher("a former teacher")
    states["no_teacher"] = _class(school, next(days) * 24 * HOUR, "Graphs 6", teacher=leaving)
    for number in range(more):
        _class(school, timedelta(days=25 + number), f"Ordinary {number}")
    return made


def _name(school: School) -> None:
    """Long names for the program and its people, and everything that a program can have."""
    program = school.program
    program.title = "Algebra II for people who " + "never quite " * 9 + "saw it"
    program.support_contact = "help@a-very-long-address-that-nobody-would-like-to-type.school.example"
    program.guidelines, program.software = "Be on time. " + UNBROKEN, "Zoom ≥ 5.0; Geogebra"
    program.save()
    Material.objects.create(
        program=program,
        kind=MaterialKind.TEXT,
        title=LONG,
        text="Read this. " + UNBROKEN,
        position=1,
        created_at=school.now,
    )
    for person in (school.ada, school.tariq, school.tove, school.sana):
        person.zone = "Europe/Madrid"
        person.save()
    school.tariq.name = "Aurelio Constantino Montgomery-Featherstonehaugh y Castellanos"
    school.tariq.save()


def _class(
    school: School, after: timedelta, topic: str, *, teacher: User | None = None, **fields: object
) -> ClassSession:
    return make_class(
        school.program, teacher or school.tariq, school.now + after, topic=topic, now=school.now, **fields
    )


def _moved(school: School, after: timedelta) -> ClassSession:
    session = _class(school, after, "Sets, moved")
    return change_class(
        session=session,
        seen_version=session.version,
        edit=Edit(starts_at=session.starts_at + 3 * HOUR),
        by=school.tariq,
        now=school.now,
        message="The room is taken. " + LONG,
    )


def _operations(session: ClassSession) -> QuerySet[ZoomOperation]:
    assert session.occurrence
    return ZoomOperation.objects.filter(meeting=session.occurrence.meeting)


def _refused(session: ClassSession, code: str, now: datetime) -> None:
    assert session.occurrence
    want(session.occurrence.meeting, "update", OperationState.FAILED, now, answer_code=code)


def _differs(session: ClassSession, what: DifferenceField, now: datetime) -> None:
    starts_at = session.starts_at + 2 * HOUR
    Difference.objects.create(
        session=session,
        field=what,
        ours={"starts_at": session.starts_at.isoformat(), "minutes": 60},
        zooms={"starts_at": starts_at.isoformat(), "minutes": 60},
        seen_at=now,
    )

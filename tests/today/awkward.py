"""A day with everything that strains a page: long names, many scripts, much at once, much gone wrong."""

from __future__ import annotations

from datetime import timedelta

from eduraise.classes.models import ClassSession, JoinClick
from eduraise.programs.enums import Preset
from eduraise.programs.models import Material
from eduraise.zoom.enums import HostState, OperationState
from eduraise.zoom.models import ZoomUser
from tests.classes.rows import make_class, make_host, sit
from tests.school import School

LONG = "Foundations of Community Nursing and Primary Health Care (evening group, second intake)"
UNBROKEN = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz"
ARABIC = "الدرس الخامس: في السوق"


def furnish(school: School) -> ClassSession:
    """Fill the school; the class that is next for tariq and sana starts in eight minutes."""
    school.tariq.name = "Maximiliana Featherstonehaugh-Vandenberghe de la Cruz y Rodríguez-Fernández"
    school.tariq.save()
    school.sana.name = "Nguyễn Thị Minh Châu"
    school.sana.save()
    make_host(school.tariq, school.now)
    _people(school)
    nursing = school.make_program("NUR-1", LONG, zone="Europe/London", opened_at=school.now)
    for code in ("NUR-1", "ESL-3", "ARB-1"):
        program = (
            nursing if code == "NUR-1" else school.make_program(code, ARABIC if code == "ARB-1" else UNBROKEN)
        )
        school.assign(school.tariq, program, Preset.TEACHER)
        school.enrol(school.sana, program)
    for number in range(6):
        Material.objects.create(
            program=nursing,
            kind="link",
            title=UNBROKEN if number == 1 else f"Worksheet {number}",
            url="https://sheets.example",
            created_at=school.now,
        )
    _classes(school)
    near = make_class(
        school.program,
        school.tariq,
        school.now + timedelta(minutes=8),
        minutes=90,
        topic="Quadratic equations: completing the square",
        now=school.now,
        chosen_settings={"auto_recording": "cloud"},
    )
    make_class(nursing, school.tariq, school.now + timedelta(days=1), topic=LONG, now=school.now)
    _live(school)
    return near


def _people(school: School) -> None:
    mariam = school.teacher("mariam")
    mariam.name = "مريم الحدّاد"
    mariam.save()
    for person, preset in ((mariam, Preset.OBSERVER), (school.tove, Preset.ASSISTANT)):
        if person is mariam:
            school.assign(person, school.program, preset)
    for number in range(5):
        school.assign(school.teacher(f"colleague{number}"), school.program, Preset.TEACHER)
    ZoomUser.objects.filter(teacher=school.olu).delete()
    make_host(school.olu, school.now - timedelta(days=2), state=HostState.LOST)


def _classes(school: School) -> None:
    now, program, teacher = school.now, school.program, school.tariq
    for days in (1, 4, 6):
        over = make_class(program, teacher, now - timedelta(days=days), topic=f"Factorising {days}", now=now)
        if days != 4:
            sit(over, over.starts_at + timedelta(minutes=days), ended_at=over.ends_at)
        click(over, school)
    at = now + timedelta(hours=5)
    make_class(
        program,
        teacher,
        at,
        topic="Catch-up hour",
        now=now,
        cancelled_at=now,
        cancelled_by=school.ada,
        cancel_message="The room is flooded, see you on Tuesday in the other building.",
    )
    make_class(program, teacher, at + timedelta(days=1), topic=UNBROKEN, now=now)
    for number, operation in enumerate((OperationState.FAILED, OperationState.PENDING, None)):
        make_class(
            program,
            teacher,
            at + timedelta(days=2, hours=number),
            topic=f"In trouble {number}",
            now=now,
            at_zoom=False,
            operation=operation,
        )


def _live(school: School) -> None:
    """Elsewhere a class is on, and few have come."""
    started = school.now - timedelta(minutes=20)
    live = make_class(school.other_program, school.olu, started, topic="Open studio: " + LONG, now=started)
    sit(live, live.starts_at)
    for number in range(7):
        student = school.person(f"student{number}")
        school.enrol(student, school.other_program)
        if number < 2:
            JoinClick.objects.create(session=live, person=student, at=school.now, way=JoinClick.Way.COMMON)


def click(session: ClassSession, school: School) -> None:
    """Sana went in."""
    JoinClick.objects.create(session=session, person=school.sana, at=session.starts_at, way="common")

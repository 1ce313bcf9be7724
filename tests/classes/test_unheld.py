"""Classes that nobody can hold: the admins hear of it within minutes, in one message for all that one person
or one Zoom user leaves behind, and once more of a class that begins soon."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.classes.unheld import SOON, UNHELD, tell_unheld
from eduraise.notifications.models import Message
from eduraise.notifications.registry import kind_of
from eduraise.notifications.sending import require_needed
from eduraise.ops.schedule import REGULAR
from eduraise.zoom.models import ZoomUser
from tests.classes.pages import signed_in, text_of
from tests.classes.rows import make_class
from tests.school import School

pytestmark = pytest.mark.django_db
TEN_MINUTES = timedelta(minutes=10)


def classes(school: School, number: int, first: float = 24, **fields: object) -> list[ClassSession]:
    """So many classes of tariq, three hours apart."""
    assert school.ada.pk
    starts = [school.now + timedelta(hours=first + 3 * place) for place in range(number)]
    return [
        make_class(school.program, school.tariq, at, topic=f"Class {place}", now=school.now, **fields)  # type: ignore[arg-type]
        for place, at in enumerate(starts)
    ]


def told(person: User) -> list[str]:
    return sorted(Message.objects.filter(person=person).values_list("kind", flat=True))


def letter(school: School, kind: str = UNHELD) -> tuple[str, list[str]]:
    message = Message.objects.get(person=school.ada, kind=kind)
    found = kind_of(kind).words([message], school.now)[message.pk]
    return found.title, [label for label, _when in found.facts]


def test_it_is_looked_for_often_enough() -> None:
    (work,) = [one for one in REGULAR if one.name == "unheld"]
    assert timedelta(seconds=work.every) <= TEN_MINUTES / 2


def test_nothing_is_told_of_classes_that_can_be_held(school: School) -> None:
    classes(school, 3, first=0.5)
    assert tell_unheld(school.now) == {"causes": 0, "soon": 0}
    assert told(school.ada) == []


def test_a_teacher_who_is_gone_leaves_sixty_and_admins_hear_once(school: School) -> None:
    classes(school, 60)
    boss = school.person("boss", is_admin=True)
    User.objects.filter(pk=school.tariq.pk).update(is_active=False)
    for _turn in range(3):
        tell_unheld(school.now)
        school.clock.advance(minutes=2)

    assert told(school.ada) == told(boss) == [UNHELD]
    assert told(school.olu) == told(school.sana) == []
    title, named = letter(school)
    assert title == "60 classes that nobody can hold"
    assert named == [f"Class {place}" for place in range(20)] + ["And 40 more"]
    page = text_of(signed_in(school.ada).get("/zoom/meetings/?tab=attention"))
    assert "Class 0" in page
    school.clock.advance(days=1)
    tell_unheld(school.now)
    assert told(school.ada) == [UNHELD, UNHELD]  # as long as it is so, once a day


def test_whoever_left_the_program_leaves_its_classes_too(school: School) -> None:
    classes(school, 2)
    school.tariq.assignments.update(until_at=school.now)
    tell_unheld(school.now)
    assert letter(school)[0] == "2 classes that nobody can hold"


def test_a_zoom_user_who_is_removed_from_the_account_is_one_message(school: School) -> None:
    classes(school, 5)
    ZoomUser.objects.update(state="gone", state_reason="deactivated")
    tell_unheld(school.now)
    assert letter(school)[0] == "5 classes that nobody can hold"
    message = Message.objects.get(person=school.ada)
    (said, _more) = kind_of(UNHELD).words([message], school.now)[message.pk].sentences
    assert said == f"Nobody can start what is held on {ZoomUser.objects.get().email}."


def test_a_lost_connection_is_told_to_its_teacher_and_here_only_before_a_class(school: School) -> None:
    classes(school, 2, first=3)
    ZoomUser.objects.update(state="lost", state_reason="invalid_grant")
    tell_unheld(school.now)
    assert told(school.ada) == []
    school.clock.advance(hours=2, minutes=5)
    tell_unheld(school.now)
    assert told(school.ada) == [UNHELD, SOON]


def test_a_class_without_anybody_at_an_hour_before_is_told_by_itself_once(school: School) -> None:
    classes(school, 2, first=2)
    school.tariq.assignments.update(until_at=school.now)
    tell_unheld(school.now)
    assert told(school.ada) == [UNHELD]
    for _turn in range(3):
        school.clock.advance(minutes=31)
        tell_unheld(school.now)
    assert told(school.ada) == [UNHELD, SOON]
    assert letter(school, SOON) == ("“Class 0” begins soon, and nobody can hold it", ["Class 0"])


def test_what_was_mended_before_the_mail_went_out_is_not_mailed(school: School) -> None:
    session = classes(school, 1)[0]
    school.tariq.assignments.update(until_at=school.now)
    tell_unheld(school.now)
    message = Message.objects.select_related("person").get(person=school.ada)
    assert require_needed(message, school.now).name == UNHELD
    school.assign(school.olu, school.program, preset="lead")
    ClassSession.objects.filter(pk=session.pk).update(teacher=school.olu)

    assert not kind_of(UNHELD).still_true(message, school.now)
    assert kind_of(UNHELD).words([message], school.now) == {}


def test_the_queries_are_as_many_for_sixty_as_for_one(school: School) -> None:
    counts = []
    for number in (1, 59):
        classes(school, number, first=24 + number)
        school.tariq.assignments.update(until_at=school.now)
        Message.objects.all().delete()
        with CaptureQueriesContext(connection) as asked:
            tell_unheld(school.now)
        counts.append(len(asked))
    assert counts[0] == counts[1]

"""Classes take the topics of the syllabus in order: a cancelled one gives its topic to the next."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eduraise.classes.cancelling import cancel_class
from eduraise.classes.models import ClassSession
from eduraise.programs.materials import add_material
from eduraise.programs.timetable_models import SyllabusTopic
from tests.classes.pages import signed_in
from tests.classes.rows import make_class
from tests.school import School

pytestmark = pytest.mark.django_db


@pytest.fixture
def sessions(school: School) -> list[ClassSession]:
    for place, title in enumerate(("Rings", "Fields", "Groups"), 1):
        SyllabusTopic.objects.create(
            program=school.program,
            title=title,
            notes=f"Read chapter {place}.",
            position=place * 1024,
            created_at=school.now,
        )
    return [
        make_class(school.program, school.tariq, school.now + timedelta(days=day), now=school.now)
        for day in (1, 2)
    ]


def page(school: School, session: ClassSession) -> str:
    return signed_in(school.sana).get(f"/classes/{session.code}/").content.decode()


def test_the_next_class_takes_over_what_a_cancelled_one_had(
    school: School, sessions: list[ClassSession]
) -> None:
    first, second = sessions
    assert "Rings" in page(school, first)
    assert "Read chapter 1." in page(school, first)
    assert "Fields" in page(school, second)
    cancel_class(session=first, seen_version=first.version, by=school.tariq, now=school.now)
    assert "Rings" not in page(school, first)
    assert "Rings" in page(school, second)
    assert "Fields" not in page(school, second)


def test_who_teaches_reads_whether_classes_and_topics_come_out_even(
    school: School, sessions: list[ClassSession]
) -> None:
    where = f"/programs/{school.program.code}/"
    words = "1 topic of the syllabus has no class: schedule 1 more."
    assert words in signed_in(school.tariq).get(where).content.decode()
    assert words not in signed_in(school.sana).get(where).content.decode()


def test_a_class_shows_its_topics_materials_with_the_topic(
    school: School, sessions: list[ClassSession]
) -> None:
    for title, topic, audience in (
        ("Rings sheet", "Rings", "students"),
        ("Rings keys", "Rings", "teachers"),
        ("Fields sheet", "Fields", "students"),
        ("Reader", "", "students"),
    ):
        add_material(
            program=school.program,
            title=title,
            kind="link",
            url="https://school.example/sheet",
            visible_to=audience,
            topic=SyllabusTopic.objects.filter(title=topic).first(),
            by=school.ada,
            now=school.now,
        )

    def given(who: str) -> tuple[list[str], list[str]]:
        answer = signed_in(getattr(school, who)).get(f"/classes/{sessions[0].code}/")
        detail = answer.context["detail"]
        return [one.title for one in detail.topic_materials], [one.title for one in detail.materials]

    assert given("sana") == (["Rings sheet"], ["Fields sheet", "Reader"])
    assert given("tariq") == (["Rings sheet", "Rings keys"], ["Fields sheet", "Reader"])
    html = page(school, sessions[0])
    assert html.count("Rings sheet") == 1
    assert html.index("Rings sheet") < html.index("Fields sheet")
    assert "Rings keys" not in html

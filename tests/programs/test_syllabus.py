"""Topics of a program: pasted, put in order, changed, removed and brought back, each with its materials."""

from __future__ import annotations

import re
from typing import Any

import pytest

from eduraise.accounts.models import User
from eduraise.programs.materials import add_material
from eduraise.programs.models import Material, Program, SyllabusTopic
from eduraise.programs.syllabus import GAP, add_topics, move_topic
from eduraise.programs.timetable_queries import topics_of
from tests.programs.browsing import as_, filled
from tests.school import School

AT = "/programs/ALG-2/syllabus/"


@pytest.fixture(autouse=True)
def program(school: School) -> Program:
    """Made before anybody asks for it."""
    return school.program


def order(school: School) -> list[str]:
    return [one.title for one in topics_of(school.program)]


def add(school: School, *titles: str, **fields: Any) -> list[SyllabusTopic]:
    act = {"program": school.program, "by": school.ada, "now": school.now}
    return add_topics(titles=titles, **(act | fields))


def post(person: User, topic: SyllabusTopic, tail: str, **sent: str) -> Any:
    return as_(person).post(f"{AT}{topic.uid}/{tail}/", sent)


def test_a_pasted_list_comes_after_what_is_there(school: School) -> None:
    add(school, "Sets")
    text = "1. Numbers\r\n2) Lines\r\n\r\n- Curves\n • Areas \n3D bodies\n1984"
    answer = as_(school.tariq).post(f"{AT}new/", {"titles": text})

    assert answer.headers["Location"] == AT
    assert order(school) == ["Sets", "Numbers", "Lines", "Curves", "Areas", "3D bodies", "1984"]
    page = as_(school.sana).get(AT).content.decode()
    assert [f"{n}. {title}" in page for n, title in enumerate(order(school), 1)] == [True] * 7


def test_lines_that_are_too_long_are_named_and_nothing_is_added(school: School) -> None:
    text = "\n".join(["Numbers", "x" * 151, "", "y" * 151])
    answer = as_(school.ada).post(f"{AT}new/", {"titles": text})
    assert answer.status_code == 422
    assert answer.context["form"].errors["titles"] == [
        "Line 2 is longer than 150 letters.",
        "Line 4 is longer than 150 letters.",
    ]
    assert as_(school.ada).post(f"{AT}new/", {"titles": " \n- \n"}).status_code == 422
    too_many = as_(school.ada).post(f"{AT}new/", {"titles": "\n".join(map(str, range(501)))})
    assert too_many.context["form"].errors["titles"] == ["A syllabus has 500 topics at most."]
    assert order(school) == []


def test_topics_move_up_and_down_and_the_button_keeps_its_place(school: School) -> None:
    one, two, three = add(school, "One", "Two", "Three")

    answer = post(school.tariq, three, "place", to="up")
    assert order(school) == ["One", "Three", "Two"]
    assert answer.headers["Location"] == f"{AT}#up-{three.uid}"

    post(school.tariq, three, "place", to="down")
    post(school.tariq, three, "place", to="down")  # it is the last already
    post(school.tariq, one, "place", to="up")
    assert order(school) == ["One", "Two", "Three"]
    assert post(school.tariq, two, "place", to="away").status_code == 404


def test_a_move_is_one_update_while_there_is_room_and_then_all_are_spaced_afresh(school: School) -> None:
    one, two, three = add(school, "One", "Two", "Three")
    for _turn in range(14):  # each move halves the room
        move_topic(topic=two, is_up=True, by=school.ada, now=school.now)
        move_topic(topic=two, is_up=False, by=school.ada, now=school.now)
    assert order(school) == ["One", "Two", "Three"]
    SyllabusTopic.objects.filter(pk=one.pk).update(position=1)
    SyllabusTopic.objects.filter(pk=two.pk).update(position=2)
    SyllabusTopic.objects.filter(pk=three.pk).update(position=3)

    move_topic(topic=three, is_up=True, by=school.ada, now=school.now)

    assert order(school) == ["One", "Three", "Two"]
    assert [topic.position for topic in topics_of(school.program)] == [GAP, 2 * GAP, 3 * GAP]


def test_a_topic_is_changed_and_put_at_any_place(school: School) -> None:
    *_rest, last = add(school, *map(str, range(1, 8)))
    address = f"{AT}{last.uid}/"
    sent = filled(as_(school.tariq), address, title="Sets", notes="Chapter 1\nand 2", place="3")
    assert as_(school.tariq).post(address, sent).headers["Location"] == AT

    assert order(school) == ["1", "2", "Sets", "3", "4", "5", "6"]
    page = as_(school.sana).get(AT).content.decode()
    assert "Chapter 1<br>and 2" in page
    sent = filled(as_(school.tariq), address, place="99")
    as_(school.tariq).post(address, sent)
    assert order(school)[-1] == "Sets"


def test_one_of_two_who_change_a_topic_is_told(school: School) -> None:
    (topic,) = add(school, "Sets")
    address = f"{AT}{topic.uid}/"
    first = filled(as_(school.ada), address, title="Groups")
    second = filled(as_(school.tariq), address, title="Rings")
    assert as_(school.ada).post(address, first).status_code == 302
    answer = as_(school.tariq).post(address, second)
    assert answer.status_code == 422
    assert "Somebody else saved this meanwhile" in answer.content.decode()
    assert order(school) == ["Groups"]


def test_a_removal_is_undone_and_keeps_place_and_materials(school: School) -> None:
    _one, two, _three = add(school, "One", "Two", "Three")
    sheet = material(school, "Sheet")
    give(school, two, sheet)
    page = as_(school.ada).post(f"{AT}{two.uid}/removal/", follow=True).content.decode()
    assert f"{AT}{two.uid}/return/" in page
    assert order(school) == ["One", "Three"]
    assert as_(school.ada).get(f"{AT}{two.uid}/").status_code == 404

    post(school.ada, two, "return")
    assert order(school) == ["One", "Two", "Three"]
    assert "Sheet" in as_(school.sana).get(AT).content.decode()


def material(school: School, title: str, **fields: Any) -> Material:
    act = {"program": school.program, "kind": "text", "text": "Read.", "by": school.ada, "now": school.now}
    return add_material(title=title, **(act | fields))  # type: ignore[arg-type]


def give(school: School, topic: SyllabusTopic, *materials: Material) -> Any:
    address = f"{AT}{topic.uid}/"
    sent = filled(as_(school.tariq), address, materials=[str(one.uid) for one in materials])
    return as_(school.tariq).post(address, sent)


def shown(person: User) -> dict[str, list[str]]:
    topics = as_(person).get(AT).context["topics"]
    return {one.title: [each.title for each in one.given] for one in topics}


def test_materials_go_with_a_topic_for_those_who_may_have_them(school: School) -> None:
    one, two = add(school, "One", "Two")
    sheet, keys = material(school, "Sheet"), material(school, "Keys", visible_to="teachers")
    give(school, one, sheet, keys)
    assert shown(school.tove) == {"One": ["Sheet", "Keys"], "Two": []}
    assert shown(school.sana) == {"One": ["Sheet"], "Two": []}

    give(school, two, sheet)
    assert shown(school.tove) == {"One": ["Keys"], "Two": ["Sheet"]}
    give(school, two)
    assert shown(school.tove) == {"One": ["Keys"], "Two": []}
    Material.objects.filter(pk=keys.pk).update(removed_at=school.now)
    assert shown(school.tove) == {"One": [], "Two": []}


def test_a_material_is_added_to_a_topic_by_an_admin(school: School) -> None:
    one, two = add(school, "One", "Two")
    address = f"{AT}{one.uid}/materials/new/"
    assert address in as_(school.ada).get(f"{AT}{one.uid}/").content.decode()
    assert address not in as_(school.tariq).get(f"{AT}{one.uid}/").content.decode()
    seen_before = filled(as_(school.tariq), f"{AT}{one.uid}/")
    sent = {"title": "Sheet", "kind": "link", "url": "https://school.example/1", "visible_to": "students"}

    assert as_(school.ada).post(address, sent | {"url": "no address"}).status_code == 422
    assert as_(school.ada).post(address, sent).headers["Location"] == f"{AT}{one.uid}/"
    assert shown(school.sana) == {"One": ["Sheet"], "Two": []}
    assert 'href="https://school.example/1"' in as_(school.sana).get(AT).content.decode()
    # whoever had the form open before doesn't take it off unawares
    assert as_(school.tariq).post(f"{AT}{one.uid}/", seen_before).status_code == 422
    assert shown(school.sana) == {"One": ["Sheet"], "Two": []}

    post(school.ada, two, "removal")
    for who, where in ((school.tariq, one), (school.sana, one), (school.ada, two)):
        assert as_(who).post(f"{AT}{where.uid}/materials/new/", sent).status_code == 404
    assert Material.objects.count() == 1


def test_a_text_that_goes_with_a_topic_is_read_there(school: School) -> None:
    (one,) = add(school, "One")
    material(school, "Before class", topic=one, text="Draw a triangle.")
    assert "Draw a triangle." in as_(school.sana).get(AT).content.decode()


def test_what_belongs_to_another_program_or_one_teacher_goes_with_no_topic(school: School) -> None:
    (one,) = add(school, "One")
    own = material(school, "Own", assignment=school.tariq.assignments.get())
    other = material(school, "Theirs", program=school.other_program)
    material(school, "Sheet")
    for wrong in (own, other):
        assert give(school, one, wrong).status_code == 422
    assert set(Material.objects.values_list("topic", flat=True)) == {None}


def test_who_may_change_it_and_who_only_sees_it(school: School) -> None:
    topic, _next = add(school, "One", "Two")
    for person in (school.tove, school.sana):
        assert f"{AT}{topic.uid}/" not in as_(person).get(AT).content.decode()
        assert as_(person).post(f"{AT}new/", {"titles": "Three"}).status_code == 404
        for tail in ("removal", "return", "place"):
            assert post(person, topic, tail, to="down").status_code == 404
    for person in (school.olu, school.finn):
        assert as_(person).get(AT).status_code == 404
    (theirs,) = add(school, "Theirs", program=school.other_program)
    for tail in ("removal", "return", "place"):
        assert post(school.ada, theirs, tail, to="down").status_code == 404
    assert order(school) == ["One", "Two"]


def test_hundreds_come_in_pages_that_number_on(school: School, django_assert_max_num_queries: Any) -> None:
    topics = add(school, *(f"Topic {number}" for number in range(1, 251)))
    client = as_(school.tariq)
    client.get(AT)
    with django_assert_max_num_queries(13):
        page = client.get(f"{AT}?page=2").content.decode()
    text = re.sub(r"<[^>]+>", "", page)
    assert ["101. Topic 101" in text, "200. Topic 200" in text, "201. Topic" in text] == [True, True, False]
    # the first of a page goes up to the page before
    assert f'id="up-{topics[100].uid}"' in page
    answer = post(school.tariq, topics[100], "place", to="up")
    assert answer.headers["Location"] == f"{AT}#up-{topics[100].uid}"
    assert order(school)[99:101] == ["Topic 101", "Topic 100"]


def test_an_archived_program_keeps_its_syllabus_as_it_was(school: School) -> None:
    topic, _next = add(school, "One", "Two")
    school.program.archived_at = school.now
    school.program.save()
    assert f"{AT}{topic.uid}/" not in as_(school.ada).get(AT).content.decode()
    told = as_(school.ada).post(f"{AT}{topic.uid}/place/", {"to": "down"}, follow=True).content.decode()
    assert "This program is archived. Restore it first." in told
    assert order(school) == ["One", "Two"]

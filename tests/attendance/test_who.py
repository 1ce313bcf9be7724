"""Those who were in a class are taken for people by what is known of them here, and asked about otherwise."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eduraise.accounts.models import User
from eduraise.attendance import tray
from eduraise.attendance.enums import KnownBy, RegisterState, Room, Source, Verdict
from eduraise.attendance.folding import fold_register
from eduraise.attendance.keeping_up import fold_due
from eduraise.attendance.marking import Rules
from eduraise.attendance.models import Identification, IdentityLink, Mark, Participant, Register
from eduraise.attendance.refusals import RegisterLocked
from eduraise.attendance.rules import change_rules, preview
from eduraise.programs.models import Enrolment
from eduraise.zoom.models import Registrant
from tests.attendance.rows import Told
from tests.classes.rows import make_class, make_host
from tests.school import School

pytestmark = pytest.mark.django_db


@pytest.fixture
def eva(school: School, told: Told) -> object:
    person = school.person("eva")
    school.enrol(person, school.program)
    return person


def unknown(told: Told) -> list[str]:
    return [one.name for one in tray.unknown_in(told.register)]


def say(told: Told, name: str, verdict: Verdict = Verdict.STUDENT, **more: object) -> Identification:
    keys = [key for one in tray.unknown_in(told.register) if one.name == name for key in one.keys]
    given = {"person": told.school.sana if verdict == Verdict.STUDENT else None} | more
    return tray.identify(
        register=told.register,
        keys=keys,
        verdict=verdict,
        by=told.school.tariq,
        now=told.school.now,
        **given,  # type: ignore[arg-type]
    )


def test_a_student_who_pressed_join_and_has_her_name_is_known(told: Told) -> None:
    told.click(told.school.sana, -1)
    told.somebody("SANA", 0)
    told.name()

    assert told.known() == {"SANA": ("Sana", KnownBy.TWO_FACTS)}
    assert unknown(told) == []


def test_a_name_alone_is_asked_about(told: Told) -> None:
    told.somebody("Sana", 0, 50)
    told.name()

    assert told.known() == {"Sana": (None, KnownBy.NONE)}
    [one] = tray.unknown_in(told.register)
    assert (one.name, one.suggested, one.seconds, one.stays) == ("Sana", told.school.sana, 3000, 1)
    assert one.why == "has that name, and pressed no Join just before"


def test_a_wait_before_being_let_in_is_an_arrival(told: Told) -> None:
    told.click(told.school.sana, -1)
    told.somebody("Sana", 0, 20, room=Room.WAITING, stay="s")
    told.somebody("Sana", 20, stay="s")
    told.name()

    assert told.known()["Sana"] == ("Sana", KnownBy.TWO_FACTS)


def test_a_personal_link_is_certain(told: Told) -> None:
    assert told.session.occurrence is not None
    Registrant.objects.create(
        meeting=told.session.occurrence.meeting,
        person=told.school.sana,
        email=told.school.sana.email,
        zoom_registrant_id="R1",
        next_at=told.school.now,
    )
    told.somebody("iPhone", 0, zoom_registrant_id="R1")
    told.somebody("Stranger", 0, zoom_registrant_id="R2")
    told.name()

    assert told.known() == {
        "iPhone": ("Sana", KnownBy.REGISTRANT),
        "Stranger": (None, KnownBy.NONE),
    }


def test_by_a_link_that_was_replaced_she_stays_known(told: Told) -> None:
    assert told.session.occurrence is not None
    row = Registrant.objects.create(
        meeting=told.session.occurrence.meeting,
        person=told.school.sana,
        email=told.school.sana.email,
        zoom_registrant_id="R2",
        next_at=told.school.now,
    )
    row.former.create(zoom_registrant_id="R1", until_at=told.school.now)
    told.somebody("iPhone", 0, 20, zoom_registrant_id="R1")
    told.somebody("iPad", 25, 60, zoom_registrant_id="R2")
    told.name()

    assert told.known() == dict.fromkeys(("iPhone", "iPad"), ("Sana", KnownBy.REGISTRANT))


def test_one_link_used_from_two_places_at_once_is_flagged(told: Told) -> None:
    assert told.session.occurrence is not None
    Registrant.objects.create(
        meeting=told.session.occurrence.meeting,
        person=told.school.sana,
        email=told.school.sana.email,
        zoom_registrant_id="R1",
        next_at=told.school.now,
    )
    told.somebody("Sana", 0, 50, zoom_registrant_id="R1")
    told.name()
    assert not Participant.objects.filter(link_shared=True).exists()
    told.somebody("Friend", 10, 50, zoom_registrant_id="R1")
    told.name()

    assert Participant.objects.filter(link_shared=True).count() == 2


def test_it_is_flagged_while_both_are_still_in_the_meeting(told: Told) -> None:
    assert told.session.occurrence is not None
    Registrant.objects.create(
        meeting=told.session.occurrence.meeting,
        person=told.school.sana,
        email=told.school.sana.email,
        zoom_registrant_id="R1",
        next_at=told.school.now,
    )

    def are_flagged(minutes: float) -> bool:
        told.school.clock.set(told.at(minutes))
        told.name()
        return Participant.objects.filter(link_shared=True).exists()

    # her line breaks, and she is back a moment before Zoom notices; her leaving is told without her id
    told.somebody("Sana", 0, None, key="s", stay="1", zoom_registrant_id="R1")
    told.somebody("Sana", 5, None, key="s", stay="2", zoom_registrant_id="R1")
    assert not are_flagged(5.5)
    told.somebody("Sana", None, 5.6, key="1", stay="1")
    assert not are_flagged(9)

    told.somebody("Friend", 10, None, key="f", zoom_registrant_id="R1")
    assert not are_flagged(11)
    assert are_flagged(12)
    told.sitting(until=13)
    assert not are_flagged(14)  # whose leaving nobody told may have left any time


def test_the_teacher_is_known_by_the_zoom_account_that_she_connected(told: Told) -> None:
    assert told.session.occurrence is not None
    host = told.session.occurrence.meeting.host
    told.somebody("Prof. T", 0, zoom_user_id=host.zoom_user_id)
    told.name()

    assert told.known() == {"Prof. T": ("Tariq", KnownBy.ZOOM_ID)}
    assert Participant.objects.get().verdict == Verdict.TEACHER


def test_who_starts_a_shared_host_is_the_classes_teacher(school: School) -> None:
    pool = make_host(school.tariq, school.now)
    pool.teacher, pool.kind = None, "pool"
    pool.save()
    told = Told(school)
    assert told.session.occurrence is not None
    meeting = told.session.occurrence.meeting
    meeting.host = pool
    meeting.save()
    told.somebody("School room 1", 0, zoom_user_id=pool.zoom_user_id)
    told.name()

    assert told.known() == {"School room 1": ("Tariq", KnownBy.ZOOM_ID)}


def test_two_students_of_one_name_are_asked_about(told: Told, school: School) -> None:
    twin = school.person("sana2")
    twin.name = "Sana"
    twin.save()
    school.enrol(twin, school.program)
    told.click(school.sana, -1)
    told.click(twin, -1)
    told.somebody("Sana", 0)
    told.name()

    assert told.known() == {"Sana": (None, KnownBy.NONE)}


def test_a_former_students_name_is_no_reason_to_doubt(told: Told, school: School) -> None:
    school.finn.name = "Sana"
    school.finn.save()
    told.click(school.sana, -1)
    told.somebody("Sana", 0)
    told.name()

    assert told.known()["Sana"] == ("Sana", KnownBy.TWO_FACTS)


def test_an_address_that_was_changed_here_speaks_against_nobody(told: Told, school: School) -> None:
    """Zoom's client goes on with the one from before: her name and her press of Join are two facts still. The
    new one is as good, and the old one alone credits nobody."""
    before = school.sana.email
    school.sana.email = "sana.new@school.example"
    school.sana.save()
    told.click(school.sana, -1)
    told.somebody("Sana", 0, 20, key="first", email=before)
    told.name()
    assert told.known() == {"Sana": ("Sana", KnownBy.TWO_FACTS)}

    told.click(school.sana, 25)
    told.somebody("iPhone", 26, 40, key="second", email="sana.new@school.example")
    told.click(school.sana, 45)
    told.somebody("iPad", 46, 60, key="third", email=before)
    told.name()
    known = told.known()
    assert known["iPhone"] == ("Sana", KnownBy.TWO_FACTS)
    assert known["iPad"] == (None, KnownBy.NONE)


def test_an_address_that_somebody_else_has_by_now_is_theirs(told: Told, school: School) -> None:
    """She gave it up and another student took it: who comes with it under her name is asked about."""
    before = school.sana.email
    school.sana.email = "sana.new@school.example"
    school.sana.save()
    other = school.person("other")
    other.email = before
    other.save()
    school.enrol(other, school.program)
    told.click(school.sana, -1)
    told.somebody("Sana", 0, 20, email=before)
    told.name()
    assert told.known() == {"Sana": (None, KnownBy.NONE)}


def test_who_is_enrolled_or_leaves_during_the_class_counts_as_of_it(told: Told, school: School) -> None:
    Enrolment.objects.filter(person=school.sana).update(until_at=told.at(20))
    late = school.person("late")
    school.enrol(late, school.program, from_at=told.at(30))
    for person in (school.sana, late):
        told.click(person, 31)
        told.somebody(person.name, 31.5)
    told.name()

    assert {who for who, _how in told.known().values()} == {"Sana", "Late"}


def test_a_list_of_the_same_stays_is_of_the_same_people(told: Told) -> None:
    told.somebody("iPhone", 0, 50)
    told.name()
    say(told, "iPhone")
    told.list_says(told.row("iPhone", 0, 50), told.row("Other", 0, 50))
    told.name()

    people = Participant.objects.values_list("source", "name", "person__name", "known_by").order_by("pk")
    assert list(people) == [
        (Source.WEBHOOK, "iPhone", "Sana", KnownBy.HAND),
        (Source.PAST, "iPhone", "Sana", KnownBy.HAND),
        (Source.PAST, "Other", None, KnownBy.NONE),
    ]
    assert unknown(told) == ["Other"]


def test_who_is_told_of_by_two_sources_is_asked_about_once(told: Told) -> None:
    told.somebody("iPhone", 0, 50)
    told.list_says(told.row("iPhone", 0, 50))
    told.name()

    assert unknown(told) == ["iPhone"]


def test_all_stays_under_one_name_are_asked_about_together(told: Told) -> None:
    told.list_says(told.row("iPhone", 0, 20), told.row("iPhone", 22, 50))
    told.name()

    [one] = tray.unknown_in(told.register)
    assert (one.stays, one.seconds, len(one.keys)) == (2, 48 * 60, 2)


@pytest.mark.parametrize("spans", [((0, 50), (10, 50)), ((0, 20), (30, 50)), ((0, None), (1, None))])
def test_two_whom_zoom_tells_apart_are_asked_about_each(
    told: Told, eva: object, spans: tuple[tuple[float, float | None], ...]
) -> None:
    for key, (joined, left) in zip(("m1", "m2"), spans, strict=True):
        told.somebody("iPhone", joined, left, key=key, stay=f"stay of {key}")
    told.click(told.school.sana, -1)
    told.name()
    first, second = sorted(tray.unknown_in(told.register), key=lambda one: one.keys)

    tray.identify(
        register=told.register,
        keys=first.keys,
        verdict=Verdict.STUDENT,
        person=told.school.sana,
        by=told.school.tariq,
        now=told.school.now,
    )
    told.name()

    [left] = tray.unknown_in(told.register)
    assert left.keys == second.keys
    tray.identify(
        register=told.register,
        keys=left.keys,
        verdict=Verdict.STUDENT,
        person=eva,  # type: ignore[arg-type]
        by=told.school.tariq,
        now=told.school.now,
    )
    told.name()
    assert set(Participant.objects.values_list("person__name", flat=True)) == {"Sana", "Eva"}
    link = IdentityLink.objects.get(kind="name")
    assert (link.person, link.verdict) == (None, Verdict.STUDENT)


def test_two_of_a_list_who_were_there_at_once_are_two(told: Told) -> None:
    told.list_says(
        told.row("iPhone", 0, 50, stay="1"), told.row("iPhone", 5, 50, stay="2"), told.row("iPhone", 51, 60)
    )
    told.name()

    assert sorted(one.stays for one in tray.unknown_in(told.register)) == [1, 2]


def test_a_list_of_before_that_no_longer_names_somebody_asks_nothing_about_them(told: Told) -> None:
    told.list_says(told.row("Gone", 0, 50))
    told.list_says(told.row("Stays", 0, 50), at=told.school.now + timedelta(minutes=30))
    told.name()

    assert unknown(told) == ["Stays"]


def test_what_was_said_is_remembered_for_the_next_class(told: Told, school: School) -> None:
    told.somebody("iPhone of S", 0, zoom_user_id="z-1")
    told.name()
    say(told, "iPhone of S")
    assert unknown(told) == []

    nexts = Told(school, make_class(school.program, school.tariq, told.at(1440), now=school.now))
    nexts.somebody("whatever", 0, zoom_user_id="z-1", uuid="two")
    nexts.name()
    assert nexts.known() == {"whatever": ("Sana", KnownBy.ZOOM_ID)}


def test_a_remembered_name_needs_a_press_of_join_all_the_same(told: Told, school: School) -> None:
    told.somebody("iPhone of S", 0)
    told.name()
    say(told, "iPhone of S")

    nexts = Told(school, make_class(school.program, school.tariq, told.at(1440), now=school.now))
    nexts.somebody("iPhone of S", 0, uuid="two")
    nexts.name()
    assert nexts.known() == {"iPhone of S": (None, KnownBy.NONE)}
    nexts.click(school.sana, -2)
    nexts.name()
    assert nexts.known() == {"iPhone of S": ("Sana", KnownBy.TWO_FACTS)}


def test_a_name_is_remembered_in_its_program_alone(told: Told, school: School) -> None:
    told.somebody("Examiner", 0)
    told.name()
    say(told, "Examiner", Verdict.GUEST)

    elsewhere = Told(school, make_class(school.other_program, school.olu, told.nine, now=school.now))
    elsewhere.somebody("Examiner", 0, uuid="two")
    elsewhere.name()
    assert elsewhere.known() == {"Examiner": (None, KnownBy.NONE)}


def test_no_value_by_which_somebody_is_known_stands_in_the_table(told: Told) -> None:
    told.somebody("iPhone of S", 0, zoom_user_id="z-secret", email="s@mail.example")
    told.name()
    say(told, "iPhone of S")

    kept = str(list(IdentityLink.objects.values()))
    assert not any(value in kept for value in ("iphone of s", "z-secret", "s@mail"))
    assert IdentityLink.objects.count() == 3


def test_a_callers_number_is_remembered(told: Told, school: School) -> None:
    told.somebody("+34 600 000 001", 0)
    told.name()
    say(told, "+34 600 000 001")
    told.somebody("Caller", 10, phone="+34600000001", key="again")
    told.name()

    assert told.known()["Caller"] == ("Sana", KnownBy.REMEMBERED)


def test_what_was_said_can_be_taken_back_with_what_was_remembered(told: Told) -> None:
    told.somebody("iPhone", 0, zoom_user_id="z-1")
    told.name()
    said = say(told, "iPhone")
    assert tray.take_back(said=said, by=told.school.tariq, now=told.school.now)
    told.name()

    assert unknown(told) == ["iPhone"]
    assert IdentityLink.objects.count() == 0
    assert not tray.take_back(said=said, by=told.school.tariq, now=told.school.now)


def test_what_was_remembered_before_comes_back(told: Told, eva: object) -> None:
    told.somebody("Tablet", 0, zoom_user_id="z-1")
    told.name()
    say(told, "Tablet")
    told.somebody("Tablet", 5, key="again", zoom_user_id="z-1")
    told.name()
    row = Participant.objects.get(key="again")
    again = tray.identify(
        register=told.register,
        keys=[row.pk],
        verdict=Verdict.STUDENT,
        person=eva,  # type: ignore[arg-type]
        by=told.school.tariq,
        now=told.school.now,
    )
    link = IdentityLink.objects.get(kind="zoom_id")
    assert (link.person, link.verdict) == (None, Verdict.STUDENT)  # a device of two is nobody's

    tray.take_back(said=again, by=told.school.tariq, now=told.school.now)
    assert IdentityLink.objects.get(kind="zoom_id").person == told.school.sana


@pytest.mark.parametrize("first", [True, False])
def test_of_two_answers_either_can_be_taken_back_first(told: Told, eva: object, first: bool) -> None:
    told.somebody("iPhone", 0, 50, key="m1")
    told.somebody("iPhone", 5, 50, key="m2")
    told.name()
    said = []
    for person in (told.school.sana, eva):
        one = min(tray.unknown_in(told.register), key=lambda one: one.keys)
        said.append(
            tray.identify(
                register=told.register,
                keys=one.keys,
                verdict=Verdict.STUDENT,
                person=person,  # type: ignore[arg-type]
                by=told.school.tariq,
                now=told.school.now,
            )
        )
        told.name()
    assert IdentityLink.objects.get().person is None

    for one in said if first else said[::-1]:
        held = said[1] if one is said[0] else said[0]
        tray.take_back(said=Identification.objects.get(pk=one.pk), by=told.school.tariq, now=told.school.now)
        if Identification.objects.get(pk=held.pk).undone_at is None:
            assert IdentityLink.objects.get().person == held.person

    assert not IdentityLink.objects.exists()


@pytest.mark.parametrize("without", [0, 1, 2])
@pytest.mark.parametrize("whose", ["ssE", "sEE", "sEs", "sEG", "sGG", "GGE", "Ess"])
def test_of_three_answers_any_can_be_taken_back_as_if_it_had_never_been_said(
    told: Told, eva: User, whose: str, without: int
) -> None:
    people = {"s": told.school.sana, "E": eva, "G": None}
    said = []
    for number, whom in enumerate(whose):
        told.somebody("iPhone", number, 50, key=f"m{number}")
        told.name()
        said.append(
            tray.identify(
                register=told.register,
                keys=[Participant.objects.get(key=f"m{number}").pk],
                verdict=Verdict.STUDENT if people[whom] else Verdict.GUEST,
                person=people[whom],
                by=told.school.tariq,
                now=told.school.now,
            )
        )
        told.name()

    def take_back(number: int) -> None:
        one = Identification.objects.get(pk=said[number].pk)
        tray.take_back(said=one, by=told.school.tariq, now=told.school.now)

    def remembered() -> list[tuple[User | None, str]]:
        return [(link.person, link.verdict) for link in IdentityLink.objects.select_related("person")]

    def expected(left: list[str]) -> list[tuple[User | None, str]]:
        if not left:
            return []
        alone = (people[left[0]], Verdict.STUDENT if people[left[0]] else Verdict.GUEST)
        return [alone if len(set(left)) == 1 else (None, Verdict.STUDENT)]

    left = list(enumerate(whose))
    for number in [without, *(place for place in (2, 0, 1) if place != without)]:
        take_back(number)
        left = [one for one in left if one[0] != number]
        assert remembered() == expected([whom for _place, whom in left])


def test_a_guest_counts_for_nobody_and_is_not_asked_about_again(told: Told) -> None:
    told.somebody("Inspector", 0, 20)
    told.name()
    say(told, "Inspector", Verdict.GUEST)
    told.somebody("Inspector", 30, key="again")
    told.name()

    assert unknown(told) == []
    assert set(Participant.objects.values_list("person", "verdict")) == {(None, Verdict.GUEST)}


def test_somebody_outside_the_class_can_not_be_chosen(told: Told) -> None:
    told.somebody("iPhone", 0)
    told.name()
    for person in (told.school.finn, told.school.tariq, told.school.ada):
        with pytest.raises(tray.NotInThisClass):
            say(told, "iPhone", person=person)

    assert unknown(told) == ["iPhone"]


def test_those_of_another_class_can_not_be_named_from_here(told: Told, school: School) -> None:
    told.somebody("Here", 0)
    other = Told(school, make_class(school.other_program, school.olu, told.nine, now=school.now))
    other.somebody("Elsewhere", 0, uuid="two")
    keys = [Participant.objects.get(name="Elsewhere").pk]

    with pytest.raises(tray.NobodyLeft):
        tray.identify(
            register=told.register, keys=keys, verdict=Verdict.GUEST, by=school.tariq, now=school.now
        )


def test_a_locked_register_takes_no_names(told: Told) -> None:
    told.somebody("iPhone", 0)
    Register.objects.update(state=RegisterState.LOCKED, locked_at=told.school.now)

    with pytest.raises(RegisterLocked):
        say(told, "iPhone")


def test_a_name_said_moves_the_mark_and_its_history_says_why(told: Told) -> None:
    told.somebody("iPhone", 0, 60)
    told.sitting(until=60)
    told.name()
    fold_register(told.register.pk, told.at(61))
    Register.objects.update(state=RegisterState.FINAL, final_at=told.at(61))
    assert Mark.objects.get().rule_status == "absent"

    say(told, "iPhone")
    told.name()
    fold_register(told.register.pk, told.at(62))
    mark = Mark.objects.get()
    assert (mark.rule_status, mark.rule_minutes) == ("present", 60)
    assert [(one.before, one.after, one.cause) for one in mark.changes.all()] == [
        ("absent", "present", "identity")
    ]


def test_other_rules_take_nobody_for_somebody_else(told: Told, school: School) -> None:
    told.sitting(until=60)
    told.somebody("iPhone", 0, 45)
    told.click(school.sana, -1)
    school.clock.set(told.at(70))
    fold_due(school.now)
    Register.objects.update(state=RegisterState.FINAL, final_at=school.now)
    other = Told(school, make_class(school.program, school.tariq, told.at(180), now=school.now))
    other.somebody("iPhone", 0, uuid="two")
    other.name()
    say(other, "iPhone")
    school.clock.set(told.at(90))
    rules = Rules(present_share=10)
    foreseen = preview(school.program, rules)

    change_rules(program=school.program, rules=rules, by=school.ada, now=school.now)
    fold_due(school.now)

    mark = Mark.objects.get(register__session=told.session)
    assert (foreseen.number, mark.rule_status, mark.rules_version) == (0, "absent", 2)
    assert not mark.changes.exists()

    # when Zoom tells more they are taken for her, and the history says why
    told.somebody("Late", 50, 60)
    school.clock.set(told.at(100))
    fold_due(school.now)
    mark.refresh_from_db()
    assert mark.rule_status == "left_early"
    assert [change.cause for change in mark.changes.all()] == ["identity"]


def test_naming_takes_the_same_queries_for_two_as_for_a_hundred(told: Told) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            told.name()
        return len(caught)

    told.somebody("A", 0, zoom_user_id="z", email="a@mail.example", zoom_registrant_id="r")
    told.name()
    told.somebody("B", 0, 5, email="b@mail.example")
    few = queries()
    for number in range(100):
        told.somebody(f"N{number}", 0, 5, email=f"n{number}@mail.example")

    assert queries() <= few + 1

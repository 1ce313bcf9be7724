"""Who somebody in a class is: certain by what Zoom knows, by two facts else, and never by a name alone."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from eduraise.attendance.enums import Hint, KnownBy, Verdict
from eduraise.attendance.keys import name_form
from eduraise.attendance.naming import Class, Named, Said, Someone, name_all, shared_links

SANA, EVA, BEN, TWIN, TARIQ = 1, 2, 3, 4, 9
NAMES = {"sana": {SANA}, "eva": {EVA, TWIN}, "ben": {BEN}, "tariq": {TARIQ}}
EMAILS = {"sana@school.example": {SANA}, "eva@school.example": {EVA}, "ben@school.example": {BEN}}


def school(**more: Any) -> Class:
    given: dict[str, Any] = {
        "students": frozenset({SANA, EVA, BEN, TWIN}),
        "staff": frozenset({TARIQ}),
        "names": {name: frozenset(persons) for name, persons in NAMES.items()},
        "emails": {email: frozenset(persons) for email, persons in EMAILS.items()},
        "clicks": {person: [0] for person in (SANA, EVA, BEN, TWIN, TARIQ)},
    }
    return Class(**(given | more))


def someone(key: int = 1, *, name: str = "", email: str = "", at: int = 10, **more: Any) -> Someone:
    given: dict[str, Any] = {
        "names": frozenset({name} if name else ()),
        "emails": frozenset({email} if email else ()),
        "spans": ((at, 3000),),
    }
    return Someone(key=key, **(given | more))


def who(one: Someone, known: Class | None = None) -> Named:
    return name_all([one], known or school())[one.key]


def test_a_personal_link_is_certain_whatever_name_is_shown() -> None:
    found = who(someone(name="iphone", registered=frozenset({BEN})), school(clicks={}))

    assert found == Named(BEN, Verdict.STUDENT, KnownBy.REGISTRANT)


def test_a_connected_or_confirmed_zoom_account_is_certain() -> None:
    known = school(
        clicks={},
        zoom_ids={"z-tariq": TARIQ},
        remembered_zoom_ids={"z-eva": Said(EVA, Verdict.STUDENT)},
    )

    assert who(someone(zoom_ids=frozenset({"z-tariq"})), known) == Named(
        TARIQ, Verdict.TEACHER, KnownBy.ZOOM_ID
    )
    assert who(someone(zoom_ids=frozenset({"z-eva"})), known) == Named(EVA, Verdict.STUDENT, KnownBy.ZOOM_ID)


def test_certain_facts_that_differ_credit_nobody() -> None:
    known = school(remembered_zoom_ids={"z-eva": Said(EVA, Verdict.STUDENT)})
    found = who(someone(registered=frozenset({BEN}), zoom_ids=frozenset({"z-eva"})), known)

    assert found == Named(suggested=BEN, hint=Hint.CONFLICT)


def test_minutes_in_which_zoom_let_nobody_in_are_not_counted() -> None:
    """She pressed Join when the door opened; the host came twenty-five minutes later, and Zoom let her in."""

    def known(click: int, at: int, shut: tuple[int, int] | None = (0, 1500)) -> bool:
        one = someone(name="sana", at=at, shut=shut)
        return who(one, school(clicks={SANA: [click]})).person == SANA

    assert known(0, 1503)
    assert known(0, 1500 + 600)
    assert not known(0, 1500 + 601)
    # where people can come in before the host, nobody waits
    assert not known(0, 1503, shut=None)
    # a press from before the door opened, or one during the sitting before, was for another coming
    assert not known(-1, 1503)
    # a press after it was started counts from itself
    assert known(1510, 2110)
    assert not known(1510, 2111)


def test_who_waited_is_not_credited_by_a_name_that_fits_another_or_without_a_click() -> None:
    waited = {"shut": (0, 1500), "at": 1503}
    clicks = school(clicks={EVA: [10], BEN: [10]})
    assert who(someone(name="sana", **waited), clicks).person is None
    assert who(someone(name="eva", **waited), clicks).person is None
    # one press stands for one place: of two who come in with one name at one second neither is she
    two = [someone(1, name="ben", **waited), someone(2, name="ben", **waited)]
    assert [named.person for named in name_all(two, clicks).values()] == [None, None]


def test_an_own_click_and_a_name_that_fits_nobody_else_are_two_facts() -> None:
    assert who(someone(name="sana")) == Named(SANA, Verdict.STUDENT, KnownBy.TWO_FACTS)
    assert who(someone(name="tariq")) == Named(TARIQ, Verdict.TEACHER, KnownBy.TWO_FACTS)
    assert who(someone(name="eva", email="eva@school.example")).person == EVA


def test_a_name_alone_credits_nobody() -> None:
    assert who(someone(name="sana"), school(clicks={})) == Named(suggested=SANA, hint=Hint.NAME)


def test_an_address_alone_credits_nobody() -> None:
    found = who(someone(email="ben@school.example"), school(clicks={}))

    assert found == Named(suggested=BEN, hint=Hint.EMAIL)


def test_a_click_stands_for_ten_minutes_and_for_no_arrival_before_it() -> None:
    def known_at(at: int) -> str:
        return str(who(someone(name="sana", at=at), school(clicks={SANA: [1000]})).known_by)

    assert [known_at(at) for at in (990, 995, 1000, 1600, 1601)] == [
        KnownBy.NONE,
        KnownBy.TWO_FACTS,
        KnownBy.TWO_FACTS,
        KnownBy.TWO_FACTS,
        KnownBy.NONE,
    ]


def test_a_name_of_two_in_the_class_is_nobodys() -> None:
    assert who(someone(name="eva")).person is None


def test_anothers_click_is_no_fact_for_a_name() -> None:
    found = who(someone(name="sana"), school(clicks={BEN: [0]}))

    assert (found.person, found.suggested) == (None, SANA)


def test_an_address_of_one_under_the_name_of_another_is_a_doubt() -> None:
    found = who(someone(name="sana", email="ben@school.example"))

    assert (found.person, found.hint) == (None, Hint.CONFLICT)


def test_an_address_of_somebody_outside_the_class_speaks_against_a_name_in_it() -> None:
    known = school(elsewhere=frozenset({"olu@school.example"}))

    assert who(someone(name="sana", email="olu@school.example"), known).hint == Hint.CONFLICT
    assert who(someone(name="sana", email="private@mail.example"), known).person == SANA


def test_a_name_confirmed_before_is_as_good_as_an_own_one_and_no_better() -> None:
    confirmed = {"iphone of eva": Said(EVA, Verdict.STUDENT)}

    assert who(someone(name="iphone of eva"), school(remembered_names=confirmed)).person == EVA
    assert who(someone(name="iphone of eva"), school(remembered_names=confirmed, clicks={})) == Named(
        suggested=EVA, hint=Hint.REMEMBERED
    )


def test_a_confirmed_name_that_is_anothers_own_fits_two() -> None:
    known = school(remembered_names={"sana": Said(BEN, Verdict.STUDENT)})

    assert who(someone(name="sana"), known).person is None


def test_somebody_whom_nothing_fits_may_be_who_clicked_and_is_nowhere() -> None:
    known = school(clicks={EVA: [0], SANA: [0]})
    found = name_all([someone(1, name="sana"), someone(2, name="iphone", at=20)], known)

    assert found[2] == Named(suggested=EVA, hint=Hint.CLICK)


LIND, LINDA, IVO, NORA = 11, 12, 13, 14
NAMED = {"eva lind": {LIND}, "linda roca": {LINDA}, "=2+5 ivo": {IVO}, "nora castell": {NORA}}


def class_of(clicks: dict[int, list[int]], **more: set[int]) -> Class:
    names = {name: frozenset(persons) for name, persons in (NAMED | more).items()}
    return school(students=frozenset({LIND, LINDA, IVO, NORA, TWIN}), names=names, emails={}, clicks=clicks)


def test_who_has_exactly_the_name_and_pressed_join_is_credited_whoever_else_pressed_it() -> None:
    known = class_of({LIND: [0], IVO: [2], NORA: [3], LINDA: [4]})

    assert who(someone(name="eva lind"), known).person == LIND


def test_the_likest_name_is_suggested_whoever_pressed_join() -> None:
    everybody = {LIND: [0], LINDA: [0], NORA: [0], IVO: [0]}
    for name, person in (("ivo", IVO), ("nora c.", NORA), ("iphone de linda", LINDA), ("eba lind", LIND)):
        without = {other: clicks for other, clicks in everybody.items() if other != person}
        assert who(someone(name=name), class_of(everybody)) == Named(suggested=person, hint=Hint.LIKE_CLICK)
        assert who(someone(name=name), class_of(without)) == Named(suggested=person, hint=Hint.LIKE)
        assert who(someone(name=name), class_of({})) == Named(suggested=person, hint=Hint.LIKE)


def test_of_two_of_one_name_the_one_who_pressed_join_is_suggested_in_true_words() -> None:
    twins = {"eva lind": {LIND, TWIN}}

    assert who(someone(name="eva lind"), class_of({TWIN: [0], IVO: [0]}, **twins)) == Named(
        suggested=TWIN, hint=Hint.NAMESAKE
    )
    assert who(someone(name="eva lind"), class_of({TWIN: [0], LIND: [0]}, **twins)) == Named(
        hint=Hint.SEVERAL
    )


def test_initials_alone_are_like_nobody() -> None:
    assert who(someone(name="n c"), class_of({NORA: [0], IVO: [0]})) == Named()


def test_who_of_two_clicked_for_a_stranger_is_not_guessed() -> None:
    assert who(someone(name="stranger"), school(clicks={EVA: [0], BEN: [0]})) == Named()


def test_one_click_stands_for_one_place_at_a_time() -> None:
    known = school(clicks={SANA: [0]})
    found = name_all([someone(1, name="sana", at=10), someone(2, name="sana", at=40)], known)

    assert found[1].known_by == KnownBy.TWO_FACTS
    assert found[2] == Named(suggested=SANA, hint=Hint.SECOND)


def test_a_press_of_join_that_another_of_hers_took_credits_nobody_else() -> None:
    known = school(clicks={SANA: [0]})
    found = name_all(
        [someone(1, registered=frozenset({SANA}), at=10), someone(2, name="sana", at=40)],
        known,
    )

    assert found[1].person == SANA
    assert found[2] == Named(suggested=SANA, hint=Hint.SECOND)


def test_two_at_once_under_a_name_that_was_confirmed_before_are_both_asked_about() -> None:
    confirmed = school(
        clicks={BEN: [0, 5, 20]},
        remembered_names={"iphone": Said(BEN, Verdict.STUDENT), "visitor": Said(None, Verdict.GUEST)},
    )
    for name in ("iphone", "visitor"):
        pair = [someone(1, name=name, at=10), someone(2, name=name, at=40)]
        assert [found.person for found in name_all(pair, confirmed).values()] == [None, None]
        assert [found.verdict for found in name_all(pair, confirmed).values()] == ["", ""]
        assert {found.suggested for found in name_all(pair, confirmed).values()} == {BEN}
    named = [someone(1, name="iphone", at=10, said=Said(BEN, Verdict.STUDENT)), someone(2, name="iphone")]
    assert name_all(named, confirmed)[2] == Named(suggested=BEN, hint=Hint.SECOND)


def test_each_device_with_its_own_click_is_hers() -> None:
    known = school(clicks={SANA: [0, 30]})
    found = name_all([someone(1, name="sana", at=10), someone(2, name="sana", at=40)], known)

    assert [found[1].person, found[2].person] == [SANA, SANA]


def test_who_comes_again_after_leaving_within_the_time_is_the_same() -> None:
    known = school(clicks={SANA: [0]})
    again = [someone(1, name="sana", spans=((10, 100),)), someone(2, name="sana", spans=((120, 900),))]

    assert {one.person for one in name_all(again, known).values()} == {SANA}


def test_of_two_who_come_in_one_second_neither_is_credited() -> None:
    known = school(clicks={SANA: [0]})
    found = name_all([someone(1, name="sana"), someone(2, name="sana")], known)

    assert {one.person for one in found.values()} == {None}


def test_a_stay_without_a_known_end_may_still_go_on() -> None:
    known = school(clicks={SANA: [0]})
    found = name_all(
        [someone(1, name="sana", spans=((10, None),)), someone(2, name="sana", spans=((120, 900),))], known
    )

    assert [found[1].person, found[2].person] == [SANA, None]


def test_a_known_caller_is_known_by_the_number() -> None:
    known = school(clicks={}, remembered_phones={"number": Said(BEN, Verdict.STUDENT)})

    assert who(someone(phones=frozenset({"number"})), known).person == BEN


def test_guests_are_known_again_and_never_take_a_students_name() -> None:
    known = school(
        clicks={},
        remembered_names={
            "inspector": Said(None, Verdict.GUEST),
            "sana": Said(None, Verdict.IGNORED),
        },
    )

    assert who(someone(name="inspector"), known) == Named(None, Verdict.GUEST, KnownBy.REMEMBERED)
    assert who(someone(name="sana"), known) == Named(suggested=SANA, hint=Hint.NAME)


def test_a_device_of_several_people_is_nobodys() -> None:
    known = school(clicks={}, remembered_zoom_ids={"family": Said(None, Verdict.STUDENT)})

    assert who(someone(name="family", zoom_ids=frozenset({"family"})), known) == Named()


def test_what_was_said_by_hand_goes_before_all_else() -> None:
    said = Said(BEN, Verdict.STUDENT)

    assert who(someone(name="sana", registered=frozenset({SANA}), said=said)) == Named(
        BEN, Verdict.STUDENT, KnownBy.HAND
    )


def test_names_are_one_however_unicode_writes_them() -> None:
    assert name_form("  Jose\u0301  PÉREZ ") == name_form("josé pérez")
    assert name_form("Ｓａｎａ") == "sana"
    assert name_form("Sana K.") != name_form("Sana")


def test_a_link_in_use_at_two_places_at_once_is_noticed() -> None:
    assert shared_links([(1, "a", 0, 600), (1, "b", 300, 900)]) == {1}
    # a device that takes over, and a stay told of by two sources
    assert shared_links([(1, "a", 0, 600), (1, "b", 570, 900)]) == set()
    assert shared_links([(1, "a", 0, 600), (1, "a", 0, 600), (2, "b", 0, 600)]) == set()
    assert shared_links([(1, "a", 0, None), (1, "b", 300, 900)]) == set()


# By any facts

PERSONS = (SANA, EVA, BEN, TWIN)
somebodies = st.builds(
    lambda name, email, began, lasted, linked, shut: {
        "name": name,
        "email": email,
        "spans": ((began, None if lasted is None else began + lasted),),
        "registered": frozenset(linked),
        "shut": shut and (shut[0], sum(shut)),
    },
    st.sampled_from(["", "sana", "eva", "ben", "stranger", "tariq"]),
    st.sampled_from(["", *EMAILS, "private@mail.example"]),
    st.integers(0, 3000),
    st.one_of(st.none(), st.integers(1, 3000)),
    st.lists(st.sampled_from(PERSONS), max_size=2),
    st.one_of(st.none(), st.tuples(st.integers(0, 1500), st.integers(0, 1500))),
)
clicks = st.dictionaries(st.sampled_from([*PERSONS, TARIQ]), st.lists(st.integers(0, 3000), max_size=3))


@settings(max_examples=400, deadline=None)
@given(st.lists(somebodies, max_size=6), clicks, st.randoms(use_true_random=False))
def test_nobody_is_ever_credited_by_less_than_the_rule_asks(
    people: list[dict[str, Any]], pressed: dict[int, list[int]], shuffled: Any
) -> None:
    known = school(clicks=pressed)
    given = [someone(number, **facts) for number, facts in enumerate(people)]
    found = name_all(given, known)
    shuffled.shuffle(given)
    assert name_all(given, known) == found

    for one in given:
        named = found[one.key]
        if named.known_by == KnownBy.REGISTRANT:
            assert one.registered == {named.person}
        elif named.known_by == KnownBy.TWO_FACTS:
            person = named.person
            assert person is not None
            arrived = [began for began, _ended in one.spans]
            counted = [_counts_from(one, click) for click in pressed.get(person, [])]
            assert any(-5 <= at - click <= 600 for at in arrived for click in counted)
            by_email = set().union(*(EMAILS.get(email, set()) for email in one.emails))
            by_name = set().union(*(NAMES.get(name, set()) for name in one.names))
            assert by_email == {person} or (not by_email and by_name == {person})
            assert not by_name or person in by_name
        else:
            assert named.person is None
    _assert_one_place_a_click(given, found, pressed)


def _counts_from(one: Someone, click: int) -> int:
    """A press while nobody could go in counts from when people could."""
    return one.shut[1] if one.shut and one.shut[0] <= click <= one.shut[1] else click


def _assert_one_place_a_click(
    people: list[Someone], found: dict[int, Named], pressed: dict[int, list[int]]
) -> None:
    """At no moment are there more of one person by two facts than the times that they pressed Join."""
    for person, times in pressed.items():
        mine = [
            one
            for one in people
            if found[one.key].known_by == KnownBy.TWO_FACTS and found[one.key].person == person
        ]
        for at in {began for one in mine for began, _ended in one.spans}:
            there = [
                one
                for one in mine
                if any(began <= at and (ended is None or at < ended) for began, ended in one.spans)
            ]
            assert len(there) <= len(times)

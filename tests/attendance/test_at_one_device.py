"""Whoever sits at another's device has what is seen of that one, and what is seen of themselves."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from eduraise.attendance.enums import Room, Source
from eduraise.attendance.marking import Rules
from eduraise.attendance.presence import Facts, fold
from eduraise.attendance.spans import FOREVER
from eduraise.attendance.stays import Fact, Seen, Sitting


@given(
    stays=st.lists(
        st.tuples(st.integers(0, 3500), st.integers(1, 3600), st.sampled_from([1, 2])), max_size=12
    )
)
def test_who_sits_beside_somebody_has_their_time_and_the_own(stays: list[tuple[int, int, int]]) -> None:
    facts, seen = [], []
    for number, (began, length, person) in enumerate(stays):
        seen.append(Seen(number, 1, Source.WEBHOOK, person, "student", False))
        ended = min(began + length, 3600)
        facts += [Fact(number, Room.MAIN, f"s{number}", began, None)]
        facts += [Fact(number, Room.MAIN, f"s{number}", None, ended)]

    def told(people: dict[int, int], beside: dict[int, tuple[int, ...]]) -> Facts:
        return Facts(
            planned=3600,
            spells={1: [(-10, FOREVER)], 2: [(-10, FOREVER)]},
            sittings=[Sitting(key=1, began=0, ended=3600, host_came=0)],
            seen=[one._replace(person=people[one.person or 0]) for one in seen],
            facts=facts,
            beside=beside,
        )

    apart = fold(told({1: 1, 2: 2}, {1: (2,)}), Rules(), 7200).marks
    as_one = fold(told({1: 2, 2: 2}, {}), Rules(), 7200).marks
    alone = fold(told({1: 1, 2: 2}, {}), Rules(), 7200).marks

    assert apart[2] == as_one[2]
    assert apart[1] == alone[1]

"""The sums of a register: each student is counted once, whatever the class's state."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.core.cache import cache

from eduraise.accounts.models import User
from eduraise.attendance.closing import finish, lock_due
from eduraise.attendance.correcting import Said, correct_marks
from eduraise.attendance.enums import Room, Status
from eduraise.attendance.sheet import Sheet
from eduraise.classes.joining import standing_of
from eduraise.classes.states import state_of
from eduraise.zoom.models import ZoomInstance
from tests.attendance.scene import Scene
from tests.classes.rows import sit
from tests.school import School

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(school: School) -> Scene:
    """Tariq's class of an hour; Sana, Bea, Cem, Dan and Eda are enrolled."""
    for name in ("bea", "cem", "dan", "eda"):
        school.enrol(school.person(name), school.program)
    assert school.sana
    return Scene(school)


def sheet(scene: Scene, minute: float, show: str = "") -> Sheet:
    """The register as Tariq sees it then."""
    now: datetime = scene.at(minute)
    scene.school.clock.set(now)
    cache.clear()
    session = state_of(scene.session, now)
    return Sheet(session, standing_of(scene.school.tariq, session, now), now, show=show)


def begin(scene: Scene) -> ZoomInstance:
    """It is on: Sana is in it, Bea waits, Cem left again, Dan is said to be excused, Eda never came."""
    sitting = sit(scene.session, scene.at(-5))
    scene.was_in(sitting, scene.school.sana, (0, None))
    scene.was_in(sitting, User.objects.get(name="Bea"), (1, None), room=Room.WAITING)
    scene.was_in(sitting, User.objects.get(name="Cem"), (2, 8))
    scene.fold(9)
    correct_marks(
        register=scene.register,
        students={User.objects.get(name="Dan").pk: None},
        said=Said(status=Status.EXCUSED),
        by=scene.school.tariq,
        now=scene.at(9),
    )
    return sitting


def end(sitting: ZoomInstance, at: datetime) -> None:
    ZoomInstance.objects.filter(pk=sitting.pk).update(ended_at=at)


def before(scene: Scene) -> float:
    return -30


def with_doors_open(scene: Scene) -> float:
    begin(scene)
    return -1


def nobody_started(scene: Scene) -> float:
    scene.fold(5)
    return 10


def running(scene: Scene) -> float:
    begin(scene)
    return 10


def ended_before_its_time(scene: Scene) -> float:
    end(begin(scene), scene.at(30))
    return 31


def over_time_not_folded(scene: Scene) -> float:
    begin(scene)
    return 61


def over_time(scene: Scene) -> float:
    begin(scene)
    scene.fold(60)
    return 61


def judged_too_early(scene: Scene) -> float:
    """Its end was moved on after its marks were made."""
    begin(scene)
    scene.fold(60)
    return 59


def just_ended(scene: Scene) -> float:
    end(begin(scene), scene.at(60))
    return 60.1


def pending(scene: Scene) -> float:
    end(begin(scene), scene.at(60))
    scene.fold(62)
    return 63


def final(scene: Scene) -> float:
    pending(scene)
    assert finish(scene.register.pk, scene.at(100))
    return 101


def locked(scene: Scene) -> float:
    final(scene)
    assert lock_due(scene.at(60 * 24 * 20)) == 1
    return 60 * 24 * 20


def never_told(scene: Scene) -> float:
    scene.fold(70)
    return 120


STATES: dict[Callable[[Scene], float], dict[str, int]] = {
    before: {"enrolled": 5},
    with_doors_open: {"here": 1, "in the waiting room": 1, "gone again": 1, "excused": 1, "enrolled": 1},
    nobody_started: {"not here yet": 5},
    running: {"here": 1, "in the waiting room": 1, "gone again": 1, "not here yet": 1, "excused": 1},
    ended_before_its_time: {"came": 2, "excused": 1, "not seen": 2},
    over_time_not_folded: {"here": 1, "in the waiting room": 1, "gone again": 1, "excused": 1, "not seen": 1},
    over_time: {"present": 1, "absent": 3, "excused": 1},
    judged_too_early: {"here": 1, "in the waiting room": 1, "gone again": 1, "not here yet": 1, "excused": 1},
    just_ended: {"excused": 1, "without a mark": 4},
    pending: {"present": 1, "absent": 3, "excused": 1},
    final: {"present": 1, "absent": 3, "excused": 1},
    locked: {"present": 1, "absent": 3, "excused": 1},
    never_told: {"without a mark": 5},
}


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_each_student_is_counted_once(scene: Scene, state: Callable[[Scene], float]) -> None:
    minute = state(scene)

    seen = sheet(scene, minute)

    assert {one.words: one.number for one in seen.sums} == STATES[state]
    assert sum(one.number for one in seen.sums) == len(seen.rows) == 5
    # and each sum leads to those whom it counts
    for one in [*seen.sums, *seen.sums_among]:
        assert len(sheet(scene, minute, one.value).page) == one.number


def test_who_is_set_by_hand_is_counted_beside_the_marks(scene: Scene) -> None:
    seen = sheet(scene, pending(scene))

    assert [(one.words, one.number) for one in seen.sums_among] == [("set by hand", 1)]

"""When a host is looked at next: the nearer a class, the sooner, whoever planned it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eduraise.zoom.models import ZoomUser
from eduraise.zoom.wake import wake_due
from tests.linked import LinkedZoom
from tests.school import School


@pytest.fixture
def host(linked: LinkedZoom, school: School) -> ZoomUser:
    return linked.connect(school.tariq)


@pytest.mark.parametrize(
    ("class_in", "rest"),
    [
        (timedelta(hours=40), timedelta(hours=6)),
        (timedelta(days=10), timedelta(days=1)),
        (timedelta(days=60), timedelta(days=30)),
    ],
)
def test_a_class_booked_after_an_idle_wake_up_is_followed_as_closely_as_any(
    linked: LinkedZoom, host: ZoomUser, class_in: timedelta, rest: timedelta
) -> None:
    """A host without classes rests for thirty days; what is booked then must not wait for those."""
    ZoomUser.objects.update(wake_at=linked.now)
    wake_due(linked.now)

    linked.want(host, starts_at=linked.now + class_in)

    left = ZoomUser.objects.get().wake_at - linked.now  # type: ignore[operator]
    assert rest * 0.95 <= left <= rest


def test_a_class_within_two_hours_has_its_host_looked_at_now(linked: LinkedZoom, host: ZoomUser) -> None:
    linked.want(host, starts_at=linked.now + timedelta(minutes=90))
    assert ZoomUser.objects.get().wake_at == linked.now


def test_an_earlier_look_stays_planned(linked: LinkedZoom, host: ZoomUser) -> None:
    soon = linked.now + timedelta(minutes=3)
    ZoomUser.objects.update(wake_at=soon)
    linked.want(host, starts_at=linked.now + timedelta(days=3))
    assert ZoomUser.objects.get().wake_at == soon

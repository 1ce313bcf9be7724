"""A series changed together while an answer of Zoom gets lost, whichever it is: in the end each class
stands once at Zoom, as it is here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from eduraise.classes.changing import Edit, change_class
from eduraise.classes.handing_together import give_together
from eduraise.classes.models import ClassSession
from eduraise.classes.series_parts import Scope
from eduraise.classes.together import cancel_part, change_together
from eduraise.zoom import api
from eduraise.zoom.models import ZoomOperation
from tests.classes.test_together import again, host, sessions
from tests.linked import LinkedZoom, silence_over
from tests.truths.meetings import meetings_stand
from tests.truths.zoom import seen_at

pytestmark = pytest.mark.django_db
__all__ = ["host", "sessions"]
HOUR = timedelta(hours=1)


class LosesAnswer(httpx.BaseTransport):
    """Loses the answer to the k-th call that changes something; Zoom has done it."""

    def __init__(self, through: httpx.BaseTransport, place: int) -> None:
        self.through, self.left = through, place
        self.lost: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        answer = self.through.handle_request(request)
        if request.method != "GET" and "/meetings" in request.url.path:
            self.left -= 1
            if self.left == -1:
                self.lost.append(request.method)
                raise httpx.ReadTimeout("lost", request=request)
        return answer


@pytest.fixture
def losing(linked: LinkedZoom, place: int) -> Iterator[LosesAnswer]:
    transport = LosesAnswer(linked.sim.transport, place)
    yield transport
    api.install(None)


def come_to_rest(linked: LinkedZoom) -> None:
    """An unknown create is looked for twice, a minute apart; the former series ends once that stands."""
    for _turn in range(40):
        linked.push()
        linked.advance(seconds=30)
        silence_over()


def stands(linked: LinkedZoom, losing: LosesAnswer) -> None:
    assert len(losing.lost) == 1
    assert list(meetings_stand(seen_at(linked.sim))) == []
    assert not ZoomOperation.objects.filter(state__in=("pending", "calling", "unknown", "failed")).exists()


@pytest.mark.parametrize("place", range(3))
def test_another_hour_from_one_of_them_on(
    linked: LinkedZoom, sessions: list[ClassSession], losing: LosesAnswer
) -> None:
    by, former = linked.school.tariq, again(sessions[4])
    # the new meeting, a date that lies elsewhere there, the end of the former one
    alone = Edit(starts_at=former.starts_at + 5 * HOUR)
    change_alone(linked, former, alone)
    api.install(losing)
    change_together(
        session=again(sessions[2]),
        seen_version=1,
        scope=Scope.FOLLOWING,
        edit=Edit(starts_at=sessions[2].starts_at + HOUR, topic="Later"),
        by=by,
        now=linked.now,
    )
    come_to_rest(linked)
    stands(linked, losing)


@pytest.mark.parametrize("place", range(2))
def test_another_teacher_for_all(
    linked: LinkedZoom, sessions: list[ClassSession], losing: LosesAnswer
) -> None:
    school = linked.school
    tess = school.teacher("tess")
    school.assign(tess, school.program)
    linked.connect(tess)
    api.install(losing)
    give_together(
        session=again(sessions[1]),
        seen_version=1,
        scope=Scope.ALL,
        teacher=tess,
        by=school.ada,
        now=linked.now,
    )
    come_to_rest(linked)
    stands(linked, losing)


@pytest.mark.parametrize("place", range(3))
def test_those_that_follow_are_cancelled(
    linked: LinkedZoom, sessions: list[ClassSession], losing: LosesAnswer
) -> None:
    api.install(losing)
    by, now = linked.school.ada, linked.now
    cancel_part(session=again(sessions[3]), seen_version=1, scope=Scope.FOLLOWING, by=by, now=now)
    come_to_rest(linked)
    stands(linked, losing)


@pytest.mark.parametrize("place", [0])
def test_a_title_for_all(linked: LinkedZoom, sessions: list[ClassSession], losing: LosesAnswer) -> None:
    api.install(losing)
    by, now = linked.school.tariq, linked.now
    edit = Edit(topic="Sets", chosen={"auto_recording": "cloud"})
    change_together(session=again(sessions[3]), seen_version=1, scope=Scope.ALL, edit=edit, by=by, now=now)
    come_to_rest(linked)
    stands(linked, losing)


def change_alone(linked: LinkedZoom, session: ClassSession, edit: Edit) -> None:
    """One of them is put elsewhere first."""
    change_class(session=session, seen_version=1, edit=edit, by=linked.school.tariq, now=linked.now)
    come_to_rest(linked)

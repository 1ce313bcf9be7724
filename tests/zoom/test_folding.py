"""A wish that comes while the one before it is on its way: nothing is lost, and nothing stands in the way."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from eduraise.zoom import push, settling, waiting
from eduraise.zoom.enums import OperationKind, OperationState, Why
from eduraise.zoom.models import ZoomMeeting, ZoomOccurrence, ZoomOperation, ZoomUser
from eduraise.zoom.wanting import want_change, want_gone
from eduraise.zoom.wishes import want
from tests.linked import SETTINGS, LinkedZoom
from tests.school import School

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def host(linked: LinkedZoom, school: School) -> ZoomUser:
    return linked.connect(school.tariq)


@transaction.atomic
def change(linked: LinkedZoom, occurrence: ZoomOccurrence, topic: str) -> None:
    row = ZoomOccurrence.objects.select_related("meeting__host", "meeting__program").get(pk=occurrence.pk)
    want_change(
        occurrence=row,
        topic=topic,
        agenda="",
        settings=SETTINGS,
        starts_at=row.wanted_starts_at,
        ends_at=row.wanted_ends_at,
        zone="Europe/Madrid",
        not_before=linked.now,
        now=linked.now,
        by=None,
    )


@transaction.atomic
def cancel(linked: LinkedZoom, occurrence: ZoomOccurrence) -> None:
    row = ZoomOccurrence.objects.select_related("meeting__host").get(pk=occurrence.pk)
    want_gone(occurrence=row, not_before=linked.now, now=linked.now, by=None)


def die_while_calling(linked: LinkedZoom) -> None:
    """A process has taken all that waits, and is no more."""
    ZoomOperation.objects.filter(state=OperationState.PENDING).update(
        state=OperationState.CALLING, lease_until=linked.now - timedelta(days=1)
    )


def topics(linked: LinkedZoom) -> list[str]:
    return [meeting["topic"] for meeting in linked.sim.meetings]


def test_a_change_whose_process_died_goes_with_the_one_that_came_after_it(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    occurrence = linked.want(host)
    other = linked.want(host, topic="Graphs", starts_at=linked.now + timedelta(days=2))
    linked.push()
    change(linked, occurrence, "Second")
    die_while_calling(linked)
    change(linked, occurrence, "Third")
    change(linked, other, "Trees")

    linked.push()

    assert sorted(topics(linked)) == ["Third", "Trees"]
    assert linked.states()[2:] == [("update", "overtaken"), ("update", "done"), ("update", "done")]


def test_a_change_without_an_answer_goes_with_the_one_that_came_meanwhile(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    occurrence = linked.want(host)
    linked.push()
    change(linked, occurrence, "Second")
    waiting_for = ["Third"]

    def meanwhile(request: object) -> None:
        if getattr(request, "method", "") == "PATCH" and waiting_for:
            change(linked, occurrence, waiting_for.pop())

    linked.sim.fault("status", status=500, operation="meetingUpdate")
    linked.before_call(meanwhile)
    linked.push()

    assert topics(linked) == ["Third"]
    assert linked.states() == [("create", "done"), ("update", "overtaken"), ("update", "done")]


def test_the_newer_one_is_for_the_whole_if_the_older_one_was(linked: LinkedZoom, host: ZoomUser) -> None:
    occurrence = linked.want(host)
    linked.push()
    change(linked, occurrence, "Second")
    die_while_calling(linked)
    meeting = ZoomMeeting.objects.get(pk=occurrence.meeting_id)
    far = linked.now + timedelta(days=1)
    want(
        meeting,
        OperationKind.UPDATE,
        not_before=linked.now,
        deadline_at=far,
        now=linked.now,
        by=None,
        why=Why.PREFLIGHT,
    )

    linked.push()

    assert topics(linked) == ["Second"]


def test_what_nobody_wants_any_more_is_removed_though_its_create_had_begun(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    """The removal is looked at before the create is answered, and carried out after."""
    occurrence = linked.want(host)
    cancel(linked, occurrence)
    [create, delete] = ZoomOperation.objects.order_by("pk")
    ZoomOperation.objects.filter(pk=create.pk).update(state=OperationState.CALLING)

    assert not push._drop_unsent(delete, linked.now)

    assert linked.states() == [("create", "calling"), ("delete", "pending")]
    assert ZoomMeeting.objects.get().gone_at is None


def test_a_create_that_is_answered_just_then_is_not_taken_for_unsent(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    occurrence = linked.want(host)
    before = ZoomOperation.objects.select_related("meeting").get()
    linked.push()
    cancel(linked, occurrence)
    delete = ZoomOperation.objects.get(kind=OperationKind.DELETE)
    delete.meeting = before.meeting  # as it was read before the answer came

    assert not push._drop_unsent(delete, linked.now)

    linked.push()
    assert linked.numbers() == []


def test_a_meeting_that_nobody_wants_and_nobody_removes_is_removed(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    occurrence = linked.want(host)
    linked.push()
    ZoomMeeting.objects.filter(pk=occurrence.meeting_id).update(wanted_gone=True)
    create = ZoomOperation.objects.select_related("meeting").get()

    settling.follow_up(create, create.meeting.wanted_version, linked.now)

    linked.push()
    assert linked.numbers() == []


def test_nothing_is_put_back_that_another_process_has(linked: LinkedZoom, host: ZoomUser) -> None:
    linked.want(host)
    operation = ZoomOperation.objects.get()
    ZoomOperation.objects.update(state=OperationState.CALLING, fence=operation.fence + 1)
    rows = ZoomOperation.objects.filter(pk=operation.pk, fence=operation.fence)

    assert waiting.put_back(rows, operation, linked.now, next_at=linked.now) == 0
    assert linked.states() == [("create", "calling")]

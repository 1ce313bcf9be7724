"""Two workers, or a worker and a person, at the same moment: one recording, one call, one word to each."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from eduraise.notifications.models import Message
from eduraise.recordings import expiring, finding, settling, telling, viewings
from eduraise.recordings.actions import delete, keep
from eduraise.recordings.enums import State
from eduraise.recordings.models import HostWatch, Recording, Viewing
from tests.at_once import at_once
from tests.recordings.recorded import Recorded

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_workers_find_one_recording(held: Recorded) -> None:
    held.linked.advance(minutes=11)
    now = held.now
    at_once(*[lambda: finding.find_due(now)] * 2)

    assert Recording.objects.count() == 1
    assert Recording.objects.get().files.count() == 2
    assert HostWatch.objects.count() == 1


def test_an_event_and_the_reconciler_make_one_of_it(held: Recorded) -> None:
    held.linked.advance(minutes=11)
    now, host = held.now, held.host
    assert held.session.occurrence is not None
    held.work()
    uuid = str(Recording.objects.get().zoom_uuid)
    Recording.objects.all().delete()
    HostWatch.objects.update(next_at=now)
    number = str(held.session.occurrence.meeting.meeting_number)

    def hear() -> bool:
        with transaction.atomic():
            return finding.hear(host=host, number=number, uuid=uuid, began_at=held.session.starts_at, now=now)

    at_once(hear, lambda: finding.find_due(now))

    assert Recording.objects.count() == 1


def test_two_workers_tell_and_delete_once(held: Recorded) -> None:
    assert held.school.sana.pk
    held.linked.advance(minutes=11)
    finding.find_due(held.now)
    now = held.now
    at_once(*[lambda: telling.tell_due(now)] * 2)
    delete(recording=held.recording, by=held.school.tariq, now=held.now)
    held.linked.advance(seconds=11)
    later = held.now
    at_once(*[lambda: settling.settle_due(later)] * 2)

    assert Message.objects.filter(kind="recording.ready").count() == 1
    assert (held.recording.state, held.sim.called("recordingDelete")) == (State.TRASHED, 1)


def test_kept_and_deleted_by_the_rule_at_once_it_is_one_of_both(held: Recorded) -> None:
    held.rules(keeps="delete", keep_days=1)
    held.ready()
    held.work(minutes=1)
    held.linked.advance(days=9)
    now, recording = held.now, held.recording
    at_once(
        lambda: keep(recording=recording, is_kept=True, by=held.school.tariq, now=now),
        lambda: expiring.delete_due(now),
    )
    held.work(seconds=1)

    assert held.recording.is_kept
    assert held.recording.state == State.READY


def test_a_player_that_asks_for_several_parts_at_once_watches_once(held: Recorded) -> None:
    held.linked.advance(minutes=11)
    finding.find_due(held.now)
    recording, student, begun = held.recording, held.school.sana, held.now
    for days in range(10):
        now = begun + timedelta(days=days)
        at_once(*[lambda now=now: viewings.note_watching(recording, student, now)] * 6)

    assert Viewing.objects.filter(recording=recording, person=student).count() == 10

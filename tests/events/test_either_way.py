"""By Zoom's events, by our own reading, or by events in disorder: what becomes of classes is the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import Q
from django.test import Client

from eduraise.classes.drafts import ClassDraft
from eduraise.classes.models import ClassSession, Difference
from eduraise.classes.scheduling import schedule_class
from eduraise.classes.states import with_states
from eduraise.events.models import MeetingWatch, ZoomEvent
from eduraise.notifications.models import Message
from eduraise.ops import regular
from eduraise.ops.schedule import REGULAR
from eduraise.zoom.models import ZoomInstance, ZoomMeeting, ZoomUser
from tests.linked import LinkedZoom, linked
from tests.zoom_simulator import zoom_sim

__all__ = ["linked", "zoom_sim"]

WORK = tuple(work.name for work in REGULAR if work.name not in ("heartbeat", "prune"))


def by_events(linked: LinkedZoom) -> None:
    """Zoom's events come, each once and in order."""
    linked.sim.receiver = knock


def by_reading(linked: LinkedZoom) -> None:
    """The school's app has no events: what Zoom sends is answered by nobody."""
    linked.sim.receiver = lambda _headers, _body: (404, b"")


def by_events_in_disorder(linked: LinkedZoom) -> None:
    """People come in before the class begins, and each other event comes again."""
    linked.sim.receiver = knock
    linked.sim.fault("reorder", event="meeting.started", times=None)
    linked.sim.fault("repeat", event="meeting.*", times=None)


def knock(headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
    """Zoom's delivery at the product's door."""
    answer = Client().generic(
        "POST", "/zoom/webhook/", body, content_type="application/json", headers=headers
    )
    return answer.status_code, answer.content


class Days:
    """Two days of one teacher: a class moved in Zoom, one deleted there, one held. Hours are from now."""

    def __init__(self, linked: LinkedZoom) -> None:
        self.linked = linked
        linked.connect(linked.school.tariq)
        ZoomUser.objects.update(wake_at=linked.now)  # as connecting does
        self.moved_to = linked.now + timedelta(hours=33)
        self.held, self.moved, self.deleted = (
            self.book(*of) for of in (("Held", 26), ("Moved", 30), ("Deleted", 36))
        )
        self.work()

    def book(self, topic: str, hours: int) -> ClassSession:
        school = self.linked.school
        draft = ClassDraft(
            program=school.program,
            teacher=school.tariq,
            topic=topic,
            starts_at=school.now + timedelta(hours=hours),
            duration=timedelta(minutes=60),
            zone="Europe/Madrid",
        )
        return schedule_class(by=school.tariq, draft=draft, now=school.now)

    def pass_by(self) -> None:
        """All that happens, until the class that was held is over for half an hour."""
        people, sim = self.linked.sim.people, self.linked.sim
        sim.edit_meeting(number(self.moved), start_time=f"{self.moved_to:%Y-%m-%dT%H:%M:%SZ}")
        sim.delete_meeting(number(self.deleted))
        self.wait(minutes=60, times=25)
        self.wait(minutes=29, times=2)
        people.host_start(number(self.held))
        self.began_at = self.linked.now
        people.join(number(self.held), "Sana", "Finn")
        self.wait(minutes=1, times=3)
        self.wait(minutes=5, times=5)
        people.leave(number(self.held), "Finn")
        self.wait(minutes=5, times=5)
        people.end(number(self.held))
        self.ended_at = self.linked.now
        self.wait(minutes=5, times=9)

    def wait(self, *, minutes: int, times: int) -> None:
        """Let time pass in steps; in each, what Zoom sends arrives and the worker does what is due."""
        for _step in range(times):
            self.linked.advance(minutes=minutes)
            self.linked.sim.deliver()
            self.work()

    def work(self) -> None:
        for name in WORK:
            run = regular.run(name, now=self.linked.now)
            assert (run.result, run.counts.get("broken", 0)) == ("ok", 0), f"{name}: {run.result}"


def number(session: ClassSession) -> int:
    meeting = ZoomMeeting.objects.get(occurrences__held_for=session.uid)
    return int(meeting.meeting_number or 0)


def known(now: datetime) -> dict[str, Any]:
    """How all stands in the end, for those who look at it."""
    classes = with_states(ClassSession.objects.order_by("starts_at"), now)
    differences = Difference.objects.order_by("session__starts_at")
    return {
        "classes": [
            (row.topic, row.shown_state, row.attention, row.was_held)  # type: ignore[attr-defined]
            for row in classes
        ],
        "differences": [
            (found.session.topic, found.field, found.state, found.zooms.get("starts_at"))
            for found in differences.select_related("session")
        ],
        "sittings": list(ZoomInstance.objects.values_list("occurrence__held_for", flat=True)),
        "running": ZoomInstance.objects.filter(ended_at__isnull=True).count(),
        "to read": MeetingWatch.objects.count(),
        "told": sorted(Message.objects.values_list("person__email", "kind")),
    }


def how_events_came() -> list[str]:
    """Whether some came again, and whether the class's begin came before those who joined it."""
    events = ZoomEvent.objects.order_by("pk")
    names = list(events.values_list("event", flat=True))
    if not names:
        return []
    again = events.filter(Q(copies__gt=1) | Q(state=ZoomEvent.State.DUPLICATE)).exists()
    in_order = names.index("meeting.started") < names.index("meeting.participant_joined")
    return ["again" if again else "once", "in order" if in_order else "out of order"]


@pytest.mark.parametrize(
    ("news_come", "came"),
    [
        (by_events, ["once", "in order"]),
        (by_reading, []),
        (by_events_in_disorder, ["again", "out of order"]),
    ],
)
def test_classes_end_alike(
    linked: LinkedZoom, news_come: Callable[[LinkedZoom], None], came: list[str]
) -> None:
    news_come(linked)
    days = Days(linked)

    days.pass_by()

    assert known(linked.now) == {
        "classes": [
            ("Held", "ended", "", True),
            ("Moved", "booked", "time_differs", False),
            ("Deleted", "booked", "gone", False),
        ],
        "differences": [
            ("Moved", "time", "open", days.moved_to.isoformat()),
            ("Deleted", "gone", "open", None),
        ],
        "sittings": [days.held.uid],
        "running": 0,
        "to read": 0,
        "told": [],
    }
    assert how_events_came() == came
    sitting = ZoomInstance.objects.get()
    assert abs(sitting.started_at - days.began_at) <= timedelta(minutes=1)
    assert abs(sitting.ended_at - days.ended_at) <= timedelta(minutes=5)

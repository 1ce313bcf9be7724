"""Where sources about Zoom's events disagree or are silent, a class is known the same with each answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from eduraise.classes.drafts import ClassDraft
from eduraise.classes.models import ClassSession, Difference
from eduraise.classes.scheduling import schedule_class
from eduraise.classes.states import with_states
from eduraise.events.models import ZoomEvent
from eduraise.events.reconcile import reconcile_due
from eduraise.events.tasks import apply_waiting
from eduraise.zoom.enums import HostState, Licence
from eduraise.zoom.models import ZoomInstance, ZoomMeeting, ZoomUser
from eduraise.zoom.wake import wake_due
from tests.events.test_either_way import knock
from tests.linked import LinkedZoom, linked
from tests.zoom_simulator import answers_of, each_answer, zoom_sim

__all__ = ["linked", "zoom_sim"]
pytestmark = pytest.mark.django_db

OLU = "olu@elsewhere.example"
Reading = Callable[[datetime], object]


class Lesson:
    """A class in an hour, for half an hour, of a teacher whose Zoom sends its events to our door."""

    def __init__(self, linked: LinkedZoom, *, licence: str = Licence.LICENSED, hours: int = 1) -> None:
        self.linked = linked
        self.host = linked.connect(linked.school.tariq, licence=licence)
        linked.sim.receiver = knock
        draft = ClassDraft(
            program=linked.school.program,
            teacher=linked.school.tariq,
            topic="Sets",
            starts_at=linked.now + timedelta(hours=hours),
            duration=timedelta(minutes=30),
            zone="Europe/Madrid",
        )
        self.session = schedule_class(by=linked.school.tariq, draft=draft, now=linked.now)
        linked.push()
        self.number = int(ZoomMeeting.objects.get().meeting_number or 0)

    def hold(self, *, work: Reading = apply_waiting) -> None:
        """The teacher comes, a student comes, goes aside and leaves, and the teacher ends it."""
        people = self.linked.sim.people
        self.wait(work, minutes=59)
        people.host_start(self.number)
        self.began_at = self.linked.now
        self.wait(work, minutes=5)
        people.join(self.number, "Sana", "Finn")
        people.admit(self.number)
        for action in ("breakout", "back"):
            self.wait(work, minutes=2)
            sim = self.linked.sim
            sim.control("POST", "people", meeting=self.number, action=action, people=["Sana"])
        people.leave(self.number, "Finn")
        self.wait(work, minutes=10)
        people.end(self.number)
        self.ended_at = self.linked.now
        self.wait(work, minutes=1)
        self.wait(work, minutes=12)  # past its planned end, until which it might go on

    def wait(self, work: Reading, *, minutes: int) -> None:
        """Let time pass; then Zoom sends what it has for us, and the worker does what is due."""
        self.linked.advance(minutes=minutes)
        self.linked.sim.deliver()
        work(self.linked.now)

    @property
    def known(self) -> dict[str, Any]:
        """What is known of it in the end."""
        [row] = with_states(ClassSession.objects.all(), self.linked.now)
        sittings = ZoomInstance.objects.order_by("pk")
        return {
            "class": (row.shown_state, row.attention, row.was_held),  # type: ignore[attr-defined]
            "sittings": list(sittings.values_list("occurrence__held_for", "started_at", "ended_at")),
            "host came": [sitting.host_joined_at for sitting in sittings],
        }

    @property
    def happened(self) -> dict[str, Any]:
        """The same, as it was."""
        return {
            "class": ("ended", "", True),
            "sittings": [(self.session.uid, self.began_at, self.ended_at)],
            "host came": [self.began_at],
        }


def states() -> set[str]:
    return set(ZoomEvent.objects.values_list("state", flat=True))


def read_and_apply(now: datetime) -> None:
    apply_waiting(now)
    reconcile_due(now)


@pytest.mark.parametrize(
    ("switch", "answer"),
    each_answer(
        "joined_moment",
        "leave_reasons",
        "ended_by",
        "event_extras",
        "identities_hidden",
        "breakout_leaves",
        "timestamp_unit",
        "url_validation",
        "awkward_uuids",
    ),
)
def test_what_events_tell_of_a_class_is_understood(linked: LinkedZoom, switch: str, answer: Any) -> None:
    linked.sim.switch(**{switch: answer})
    lesson = Lesson(linked)

    lesson.hold()

    assert lesson.known == lesson.happened
    assert states() <= {ZoomEvent.State.APPLIED, ZoomEvent.State.IGNORED}


@pytest.mark.parametrize("restamped", answers_of("retries_restamped"))
def test_what_comes_late_counts_whether_stamped_anew_or_not(linked: LinkedZoom, restamped: bool) -> None:
    """Our door had no room for an hour and a quarter: each event comes by its last repetition."""
    linked.sim.switch(retries_restamped=restamped)
    lesson = Lesson(linked)
    linked.sim.receiver = lambda _headers, _body: (503, b"")
    lesson.hold()
    for _minute in range(44):
        lesson.wait(apply_waiting, minutes=1)
    assert not ZoomEvent.objects.exists()

    linked.sim.receiver = knock
    for _minute in range(40):
        lesson.wait(apply_waiting, minutes=1)

    assert lesson.known == lesson.happened
    ages = set(ZoomEvent.objects.values_list("age", flat=True))
    assert ages == {ZoomEvent.Age.FRESH if restamped else ZoomEvent.Age.LATE}


@pytest.mark.parametrize("again", answers_of("retry_4xx"))
def test_events_that_were_refused_are_missed_by_nobody(linked: LinkedZoom, again: bool) -> None:
    """Until a quarter of an hour after the class our secret was another than Zoom's."""
    linked.sim.switch(retry_4xx=again)
    lesson = Lesson(linked)
    linked.sim.receiver = lambda headers, body: knock(headers | {"x-zm-signature": f"v0={'0' * 64}"}, body)
    lesson.hold(work=read_and_apply)
    for _minute in range(15):
        lesson.wait(read_and_apply, minutes=1)
    linked.sim.receiver = knock

    for _minute in range(60):
        lesson.wait(read_and_apply, minutes=1)

    assert ZoomEvent.objects.filter(state=ZoomEvent.State.APPLIED).exists() == again
    assert lesson.known["class"] == lesson.happened["class"]
    [(held_for, began_at, ended_at)] = lesson.known["sittings"]
    assert held_for == lesson.session.uid
    assert abs(began_at - lesson.began_at) <= timedelta(minutes=5)
    assert abs(ended_at - lesson.ended_at) <= timedelta(minutes=5)


@pytest.mark.parametrize("told", answers_of("basic_host_joined"))
def test_a_basic_hosts_class_is_held_whether_her_coming_is_told_or_not(
    linked: LinkedZoom, told: bool
) -> None:
    linked.sim.switch(basic_host_joined=told)
    lesson = Lesson(linked, licence=Licence.BASIC)

    lesson.hold()

    assert lesson.known == lesson.happened | {"host came": [lesson.began_at if told else None]}


@pytest.mark.parametrize("of_whom", answers_of("webhooks_for"))
def test_events_of_people_who_never_connected_change_nothing(linked: LinkedZoom, of_whom: str) -> None:
    linked.sim.switch(webhooks_for=of_whom)
    lesson = Lesson(linked)
    other = int(linked.sim.add_meeting(OLU, topic="Choir")["id"])
    linked.sim.people.host_start(other)
    linked.sim.people.end(other)

    lesson.hold()

    assert lesson.known == lesson.happened
    assert (ZoomEvent.State.QUARANTINED in states()) == (of_whom == "everyone")


@pytest.mark.parametrize("has_all", answers_of("free_plan_events"))
def test_a_move_at_zoom_is_seen_whether_the_plan_has_that_event_or_not(
    linked: LinkedZoom, has_all: bool
) -> None:
    linked.sim.switch(free_plan_events=has_all)
    lesson = Lesson(linked, licence=Licence.BASIC, hours=30)
    linked.sim.control("POST", "accounts", id="sim-account", plan="free")
    moved_to = lesson.session.starts_at + timedelta(hours=2)
    linked.sim.edit_meeting(lesson.number, start_time=f"{moved_to:%Y-%m-%dT%H:%M:%SZ}")

    lesson.wait(read_and_apply, minutes=10)
    seen_by_the_event = Difference.objects.exists()
    ZoomUser.objects.update(wake_at=linked.now)
    wake_due(linked.now)
    lesson.wait(read_and_apply, minutes=1)

    assert seen_by_the_event == has_all == ("meeting.updated" in linked.sim.events)
    assert Difference.objects.get().zooms["starts_at"] == moved_to.isoformat()


@pytest.mark.parametrize("where", answers_of("deauthorized_time"))
def test_who_removed_the_app_is_disconnected_wherever_the_time_of_it_stands(
    linked: LinkedZoom, where: str
) -> None:
    linked.sim.switch(app_published=True, deauthorized_time=where)
    lesson = Lesson(linked)
    lesson.wait(apply_waiting, minutes=5)

    linked.sim.user(lesson.host.email, revoke=True)
    lesson.wait(apply_waiting, minutes=1)

    host = ZoomUser.objects.get()
    assert (host.state, host.access_token, host.refresh_token) == (HostState.LOST, None, None)


@pytest.mark.parametrize("published", answers_of("app_published"))
def test_who_removed_the_app_is_found_out_with_or_without_an_event(
    linked: LinkedZoom, published: bool
) -> None:
    linked.sim.switch(app_published=published)
    lesson = Lesson(linked, hours=30)

    linked.sim.user(lesson.host.email, revoke=True)
    lesson.wait(apply_waiting, minutes=61)
    by_event = ZoomUser.objects.get().state == HostState.LOST
    ZoomUser.objects.update(wake_at=linked.now)
    wake_due(linked.now)

    assert by_event == published
    assert ZoomUser.objects.get().state == HostState.LOST


@pytest.mark.parametrize("without", answers_of("series_without_top_times"))
def test_a_class_made_recurring_and_later_at_zoom_is_seen_as_moved(linked: LinkedZoom, without: bool) -> None:
    linked.sim.switch(series_without_top_times=without)
    lesson = Lesson(linked, hours=30)
    moved_to = lesson.session.starts_at + timedelta(hours=2)
    linked.sim.edit_meeting(
        lesson.number,
        type=8,
        start_time=f"{moved_to:%Y-%m-%dT%H:%M:%SZ}",
        recurrence={"type": 1, "end_times": 3},
    )

    lesson.wait(read_and_apply, minutes=10)

    assert Difference.objects.get().zooms == {"starts_at": moved_to.isoformat(), "minutes": 30}


@pytest.mark.parametrize("without", answers_of("series_without_top_times"))
def test_a_class_made_recurring_at_zoom_is_held_as_it_was_planned(linked: LinkedZoom, without: bool) -> None:
    linked.sim.switch(series_without_top_times=without)
    lesson = Lesson(linked)
    linked.sim.edit_meeting(lesson.number, type=8, recurrence={"type": 1, "end_times": 3})

    lesson.hold(work=read_and_apply)
    for _step in range(8):
        lesson.wait(read_and_apply, minutes=5)

    assert not Difference.objects.exists()
    assert lesson.known == lesson.happened

"""What happens at each crash point: who is doing what when the process dies, and what must be so afterwards.

A scenario sets the scene, lets a real process die, lets a living worker carry on, and says what is particular
to it; what must hold everywhere (`tests/truths.py`) is asked of all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from eduraise.accounts.models import Invitation
from eduraise.attendance.models import Mark, Register
from eduraise.classes.models import ClassSession, JoinClick
from eduraise.classes.scheduling import schedule_class
from eduraise.core import clock
from eduraise.events.models import ZoomEvent
from eduraise.notifications.models import Delivery, Message
from eduraise.programs.importing import check_import, confirm_import
from eduraise.programs.models import Enrolment
from eduraise.programs.tables import read_table
from eduraise.recordings.actions import copy_here, show_to
from eduraise.recordings.actions import delete as delete_recording
from eduraise.recordings.copying import verify
from eduraise.recordings.models import Recording
from eduraise.substitutes.asking import ask
from eduraise.substitutes.models import Substitution
from eduraise.substitutes.taking import accept
from eduraise.zoom.enums import HostState
from eduraise.zoom.models import Connecting, ZoomInstance, ZoomUser
from tests.classes.pages import signed_in
from tests.planner.plans import begin as begin_plan
from tests.planner.plans import candidates, plan_of
from tests.sweep.world import World, until

type Story = Callable[[World, str], None]


@dataclass(frozen=True)
class Scenario:
    """One death. at: the point, or `point:nth` for its nth pass in that process."""

    at: str
    title: str
    story: Story

    @property
    def point(self) -> str:
        """The point without the pass."""
        return self.at.partition(":")[0]


SCENARIOS: list[Scenario] = []


def at(*points: str) -> Callable[[Story], Story]:
    """Let a story be told with the death at each of these points."""

    def tell(story: Story) -> Story:
        for point in points:
            SCENARIOS.append(Scenario(point, story.__name__, story))
        return story

    return tell


def passes_of(prefix: str, *names: str) -> list[str]:
    """Full names of points."""
    return [f"{prefix}.{name}" for name in names]


PUSH = passes_of("zoom.push", "before_claim", "claimed", "sent", "answered", "stored")


# A change to Zoom


@at("classes.action.written", "classes.action.committed", *PUSH)
def a_teacher_books(world: World, point: str) -> None:
    with world.web(point) as web:
        tariq = web.browser(world.school.tariq)
        form = tariq.form("/zoom/create-meeting/", "plan") | {"topic": "Sets", "date": world.tomorrow}
        tariq.post_to_death("/zoom/create-meeting/", **form)
        web.wait_for_death()
    is_written = point != "classes.action.written"
    world.carry_on()
    assert [meeting["topic"] for meeting in world.sim.meetings] == ["Sets"] * is_written
    # the form, sent again by whoever got no answer
    assert signed_in(world.school.tariq).post("/zoom/create-meeting/", form).status_code == 302
    world.carry_on(1)
    assert [meeting["topic"] for meeting in world.sim.meetings] == ["Sets"]


@at(*PUSH)
def a_worker_books_what_waited(world: World, point: str) -> None:
    world.book_later("Sets")
    world.worker_dies("push", point)
    world.carry_on()


@at(*(f"{point}:2" for point in PUSH))
def a_worker_changes_the_second_of_two(world: World, point: str) -> None:
    first, second = world.book("Sets"), world.book("Graphs", in_hours=50)
    world.edit(first, topic="More sets")
    world.edit(second, topic="More graphs")
    world.school.clock.advance(seconds=15)
    world.worker_dies("push", point)
    world.carry_on()
    assert sorted(meeting["topic"] for meeting in world.sim.meetings) == ["More graphs", "More sets"]


@at(*PUSH)
def a_worker_deletes(world: World, point: str) -> None:
    world.cancel(world.book())
    world.school.clock.advance(seconds=15)
    world.worker_dies("push", point)
    world.carry_on()
    assert world.sim.meetings == []


@at("zoom.push.before_claim")
def a_worker_looks_for_a_meeting_of_unknown_outcome(world: World, point: str) -> None:
    world.sim.control("POST", "faults", match={"operation": "meetingCreate"}, effect={"do": "do_then_drop"})
    world.book()
    world.worker_dies("push", point)
    world.carry_on()
    assert world.sim.called("meetingCreate") == 1


# An action


@at("classes.action.written", "classes.action.committed")
def a_teacher_moves_a_class(world: World, point: str) -> None:
    session = world.book()
    with world.web(point) as web:
        tariq = web.browser(world.school.tariq)
        form = tariq.form(f"/classes/{session.code}/change/", "plan") | {"minutes": "45"}
        tariq.post_to_death(f"/classes/{session.code}/change/", **form)
        web.wait_for_death()
    world.carry_on(2)
    minutes = 60 if point == "classes.action.written" else 45
    assert [meeting["duration"] for meeting in world.sim.meetings] == [minutes]


@at("classes.action.written", "classes.action.committed")
def a_teacher_cancels(world: World, point: str) -> None:
    session = world.book()
    with world.web(point) as web:
        tariq = web.browser(world.school.tariq)
        form = tariq.form(f"/classes/{session.code}/cancellation/", "cancel")
        tariq.post_to_death(f"/classes/{session.code}/cancellation/", **form)
        web.wait_for_death()
    world.carry_on(2)
    assert len(world.sim.meetings) == (point == "classes.action.written")


@at("classes.action.written", "classes.action.committed")
def a_teacher_undoes_a_cancellation(world: World, point: str) -> None:
    session = world.book()
    with world.web(point) as web:
        # cancelled by a process that lives, undone by one that doesn't
        version = world.cancel(session).version
        tariq = web.browser(world.school.tariq)
        tariq.post_to_death(f"/classes/{session.code}/changes/{version}/undo/")
        web.wait_for_death()
    world.carry_on(2)
    assert len(world.sim.meetings) == (point == "classes.action.committed")


@at("classes.action.written", "classes.action.committed")
def a_teacher_restores_what_was_moved_in_zoom(world: World, point: str) -> None:
    session = world.book(in_hours=0.1)
    number = world.sim.meetings[0]["id"]
    elsewhere = session.starts_at + timedelta(minutes=30)
    world.sim.control("POST", "meetings", number=number, start_time=f"{elsewhere:%Y-%m-%dT%H:%M:%SZ}")
    world.carry_on(2)
    with world.web(point) as web:
        tariq = web.browser(world.school.tariq)
        tariq.post_to_death(f"/classes/{session.code}/difference/", choice="restore")
        web.wait_for_death()
    if point == "classes.action.written":
        again = signed_in(world.school.tariq)
        assert again.post(f"/classes/{session.code}/difference/", {"choice": "restore"}).status_code == 302
    world.carry_on(2)


@at("classes.action.written", "classes.action.committed")
def a_substitute_says_yes(world: World, point: str) -> None:
    session, row = _asked(world)
    olu, address = world.school.olu, f"/substitutions/{row.uid}/"
    with world.web(point) as web:
        form = web.browser(olu).form(address, "answer") | {"answer": "yes"}
        web.browser(olu).post_to_death(address, **form)
        web.wait_for_death()
    if point == "classes.action.written":  # nothing happened; she presses again
        assert signed_in(olu).post(address, form).status_code == 302
    world.carry_on(12)
    session.refresh_from_db()
    assert session.teacher == olu
    assert _hosts(world) == [olu.email]


@at("classes.action.written", "classes.action.committed")
def a_class_is_given_back(world: World, point: str) -> None:
    session, row = _asked(world)
    olu, tariq = world.school.olu, world.school.tariq
    accept(row=row, seen_version=session.version, by=olu, now=world.school.now)
    world.carry_on(1)
    address = f"/classes/{session.code}/substitute/return/"
    with world.web(point) as web:
        web.browser(tariq).post_to_death(address)
        web.wait_for_death()
    if point == "classes.action.written":
        assert signed_in(tariq).post(address).status_code == 302
    world.carry_on(12)
    assert _hosts(world) == [tariq.email]


@at(*PUSH)
def a_worker_names_an_alternative_host(world: World, point: str) -> None:
    session, row = _asked(world)
    olu = world.school.olu
    hers = ZoomUser.objects.filter(teacher=olu)
    hers.update(state=HostState.CLOSED)  # so that no meeting of hers can be made
    accept(row=row, seen_version=session.version, by=olu, now=world.school.now)
    world.worker_dies("push", point)
    world.carry_on()
    assert [one["settings"]["alternative_hosts"] for one in world.sim.meetings] == [olu.email]
    hers.update(state=HostState.CONNECTED)


def _asked(world: World) -> tuple[ClassSession, Substitution]:
    """tariq can't teach a class, and asks olu."""
    session, olu = world.book(), world.school.olu
    world.linked.connect(olu)
    world.carry_on(1)
    session.refresh_from_db()
    now, by = world.school.now, world.school.tariq
    return session, ask(session=session, seen_version=session.version, teacher=olu, by=by, now=now)


def _hosts(world: World) -> list[str]:
    """Whose meetings stand at Zoom."""
    emails = dict(ZoomUser.objects.values_list("zoom_user_id", "email"))
    return [emails[meeting["host_id"]] for meeting in world.sim.meetings]


# A token


@at("zoom.tokens.claimed", "zoom.tokens.stored")
def a_worker_refreshes_a_token(world: World, point: str) -> None:
    world.book_later("Sets")
    world.expire_token()
    world.worker_dies("push", point)
    world.carry_on(8)
    assert [meeting["topic"] for meeting in world.sim.meetings] == ["Sets"]


@at("zoom.tokens.answered")
def a_new_pair_dies_with_its_worker_and_zoom_still_takes_the_old_one(world: World, point: str) -> None:
    world.sim.control("POST", "switches", refresh_mode="grace")
    a_worker_refreshes_a_token(world, point)


@at("zoom.tokens.answered")
def a_new_pair_dies_with_its_worker_and_she_connects_again(world: World, point: str) -> None:
    tariq = world.school.tariq
    world.sim.control("POST", "switches", refresh_mode="strict")
    world.book_later("Sets")
    world.expire_token()
    world.worker_dies("push", point)
    world.carry_on(8)
    # nobody has a pair that lives: she is told, and what she wants waits for her
    assert ZoomUser.objects.get(teacher=tariq).state == "lost"
    assert Message.objects.filter(person=tariq, kind="zoom.lost").count() == 1
    assert world.sim.meetings == []
    with world.web() as web:
        browser = web.browser(tariq)
        assert browser.get(world.consent(browser, tariq)).status_code == 302
    world.carry_on(8)
    assert [meeting["topic"] for meeting in world.sim.meetings] == ["Sets"]


# Connecting


@at("zoom.connect.exchanged", "zoom.connect.pending_stored")
def a_teacher_comes_back_from_zooms_page(world: World, point: str) -> None:
    tove = world.school.tove
    with world.web(point) as web:
        browser = web.browser(tove)
        browser.get_to_death(world.consent(browser, tove))
        web.wait_for_death()
    # nobody confirms, so that what was begun is dropped; then she begins anew
    world.carry_on(12)
    assert not Connecting.objects.filter(refresh_token__isnull=False).exists()
    with world.web() as web:
        browser = web.browser(tove)
        assert browser.get(world.consent(browser, tove)).status_code == 302
        assert browser.post("/zoom/connect/confirmation/", answer="yes", pending=pending()).status_code == 302
    assert ZoomUser.objects.get(teacher=tove).state == "connected"


@at("zoom.connect.confirmed")
def a_teacher_confirms_her_account(world: World, point: str) -> None:
    tove = world.school.tove
    with world.web(point) as web:
        browser = web.browser(tove)
        browser.get(world.consent(browser, tove))
        browser.post_to_death("/zoom/connect/confirmation/", answer="yes", pending=pending())
        web.wait_for_death()
    world.carry_on(12)
    assert ZoomUser.objects.get(teacher=tove).state == "connected"
    assert not Connecting.objects.filter(refresh_token__isnull=False).exists()


def pending() -> str:
    """The consent that waits for its teacher's word."""
    return str(Connecting.objects.get(refresh_token__isnull=False).uid)


# An event


@at("events.door.verified", "events.door.stored")
def zoom_tells_of_a_start(world: World, point: str) -> None:
    session = world.book(in_hours=0.1)
    with world.web(point) as web:
        world.start(session)
        web.wait_for_death()
    with world.web():
        # Zoom tells it again five minutes later
        world.carry_on(2)
        world.school.clock.advance(minutes=4)
        until(lambda: started_events() == 1, "the event, told again")
        world.carry_on(1)
    world.carry_on(1)  # nobody takes events any more: whatever came last is applied, too
    assert started_events() == 1
    assert [one.meeting_number for one in ZoomInstance.objects.all()] == [str(world.sim.meetings[0]["id"])]


@at("events.apply.claimed", "events.apply.applied")
def a_worker_applies_an_event(world: World, point: str) -> None:
    session = world.book(in_hours=0.1)
    with world.web():
        world.start(session)
        until(lambda: started_events() == 1, "the event")
    world.worker_dies("apply", point)
    world.carry_on(3)
    assert ZoomEvent.objects.get(event="meeting.started").state == "applied"
    assert ZoomInstance.objects.count() == 1


def started_events() -> int:
    """How many deliveries of a class's start are kept."""
    bodies = ZoomEvent.objects.values_list("body", flat=True)
    return sum(b'"meeting.started"' in bytes(body) for body in bodies)


# A mail


@at(*passes_of("notifications.send", "claimed", "sent", "stored"))
def a_worker_mails_a_student(world: World, point: str) -> None:
    world.book()
    world.school.clock.advance(seconds=15)
    world.do("push", "announce")
    world.worker_dies("send", point)
    world.carry_on(20)
    # of a mail that may have arrived an admin is told; it is not sent again by itself
    states = sorted(Delivery.objects.values_list("state", flat=True))
    one_is_unknown = point != "notifications.send.stored"
    assert states.count("failed") == one_is_unknown
    is_lost = point == "notifications.send.claimed"
    assert sum(world.mails().values()) == len(states) - is_lost


# A plan


@at("planner.group.written", "planner.group.written:2", "classes.action.written", "classes.action.committed")
def a_worker_schedules_a_term(world: World, point: str) -> None:
    school = world.school
    first = school.now.date() + timedelta(days=3)
    days = [first + timedelta(weeks=week) for week in range(4)]
    later = [on + timedelta(days=1) for on in days]
    plan = plan_of(school, candidates(school, days) + candidates(school, later, slot_uid=None))
    assert begin_plan(school, plan) == 8
    world.worker_dies("plan", point)
    world.carry_on(3)
    plan.refresh_from_db()
    assert (plan.state, plan.rows.filter(state="booked").count()) == ("booked", 8)
    assert len(world.sim.meetings) == 2
    assert Message.objects.filter(person=school.sana, kind="plan.booked").count() == 1


# An import


@at("programs.import.line_written", "programs.import.line_written:2")
def a_worker_imports_people(world: World, point: str) -> None:
    lines = "".join(f"Person {n},p{n}@example.org,student,ALG-2\n" for n in range(3))
    now = world.school.now
    run = check_import(table=read_table(lines), program=None, by=world.school.ada, now=now)
    confirm_import(run=run, by=world.school.ada, now=now)
    world.worker_dies("import", point)
    world.carry_on(2)
    run.refresh_from_db()
    assert run.state == "done"
    assert Enrolment.objects.filter(program=world.school.program, source="import").count() == 3
    assert Invitation.objects.count() == 3


# A recording


def recorded_class(world: World) -> Recording:
    """A class that was recorded to the cloud, found and ready."""
    draft = replace(world.draft("Sets", 2), chosen={"auto_recording": "cloud"})
    session = schedule_class(by=world.school.tariq, draft=draft, now=world.school.now)
    world.do("push")
    world.school.clock.advance(hours=2)
    world.start(session)
    world.school.clock.advance(hours=1)
    session.refresh_from_db()
    assert session.occurrence
    number = int(session.occurrence.meeting.meeting_number or 0)
    world.sim.control("POST", "people", meeting=number, action="end")
    for _turn in range(2):
        world.school.clock.advance(minutes=11)
        world.do("recordings")
    return Recording.objects.get(session=session, state="ready")


@at(*passes_of("recordings.settle", "claimed", "sent"))
def a_worker_deletes_a_recording(world: World, point: str) -> None:
    recording = recorded_class(world)
    delete_recording(recording=recording, by=world.school.tariq, now=world.school.now)
    world.school.clock.advance(seconds=15)
    world.worker_dies("recordings", point)
    world.carry_on()
    recording.refresh_from_db()
    assert (recording.state, recording.gone_by, recording.wish) == ("trashed", "hand", "")
    assert world.sim.called("recordingDelete") <= 2


@at(*passes_of("recordings.settle", "claimed", "sent"))
def a_worker_hides_a_recording_at_zoom(world: World, point: str) -> None:
    recording = recorded_class(world)
    show_to(recording=recording, visible="nobody", by=world.school.tariq, now=world.school.now)
    world.school.clock.advance(seconds=15)
    world.worker_dies("recordings", point)
    world.carry_on()
    recording.refresh_from_db()
    assert (recording.hidden_at_zoom, recording.share_before) == (True, "publicly")


@at("recordings.copy.written", "recordings.copy.written:2")
def a_worker_copies_a_recording(world: World, point: str) -> None:
    recording = recorded_class(world)
    copy_here(recording=recording, by=world.school.tariq, now=world.school.now)
    world.worker_dies("copies", point)
    world.carry_on()
    recording.refresh_from_db()
    assert recording.has_copy
    assert verify(recording, world.school.now)


# Who was in a class


def held_class(world: World) -> ClassSession:
    """A class that is over; its teacher came, and sana, through the door."""
    session = schedule_class(by=world.school.tariq, draft=world.draft("Sets", 2), now=world.school.now)
    world.do("push")
    world.school.clock.advance(hours=2)
    world.start(session)
    JoinClick.objects.create(session=session, person=world.school.sana, at=clock.now(), way="common")
    session.refresh_from_db()
    assert session.occurrence
    number = int(session.occurrence.meeting.meeting_number or 0)
    for action in ("join", "admit"):
        world.sim.control("POST", "people", meeting=number, action=action, people=[{"name": "Sana"}])
    world.school.clock.advance(minutes=61)
    world.sim.control("POST", "people", meeting=number, action="end")
    world.do("reconcile", "read", "fold")
    return session


def settled(world: World) -> None:
    """A list is final once it was read twice alike, half an hour apart."""
    for _half_hour in range(3):
        world.carry_on(1)
        world.school.clock.advance(minutes=31)
    world.carry_on(1)


def sana_was_there(session: ClassSession) -> None:
    """Whoever read or folded it, and however often."""
    mark = Mark.objects.get(register__session=session)
    assert (mark.status, mark.rule_minutes >= 55) == ("present", True)
    assert Register.objects.get(session=session).state == "final"
    assert not mark.changes.exists()


@at(*passes_of("attendance.reading", "claimed", "read"))
def a_worker_reads_who_was_there(world: World, point: str) -> None:
    session = held_class(world)
    world.school.clock.advance(minutes=11)
    world.worker_dies("read", point)
    settled(world)
    sana_was_there(session)


@at(*passes_of("attendance.fold", "claimed", "folded"))
def a_worker_folds_a_register(world: World, point: str) -> None:
    session = held_class(world)
    world.school.clock.advance(minutes=11)
    world.do("read")
    world.worker_dies("fold", point)
    settled(world)
    sana_was_there(session)

"""A random run: people, Zoom, the network and the worker act in any order; chosen by a seed, so repeatable.

Whatever happened, the world is then left in peace, each difference with Zoom is settled by somebody, and what
must always hold (`tests/truths.py`) is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from django.test import Client

from eduraise.classes.cancelling import cancel_class
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.differences import book_again, guard_again, restore_ours, take_zooms_time
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.enums import DifferenceField, DifferenceState
from eduraise.classes.models import ClassSession, Difference
from eduraise.classes.scheduling import schedule_class
from eduraise.classes.undoing import undo_change
from eduraise.core.errors import DomainError
from eduraise.ops import regular
from eduraise.ops.schedule import REGULAR
from eduraise.programs.actions import archive_program
from eduraise.programs.enums import Differences
from eduraise.programs.models import ClassSettings, Enrolment
from eduraise.zoom import pool, wholeaccount
from eduraise.zoom.enums import RegistrantState
from eduraise.zoom.models import Registrant, ZoomMeeting, ZoomUser
from tests.linked import LinkedZoom
from tests.truths import untrue

WORK = tuple(work.name for work in REGULAR if work.name not in ("heartbeat", "prune"))
REGISTERED = RegistrantState.REGISTERED
CALLS = (
    "addBatchRegistrants",
    "meetingRegistrantCreate",
    "meetingRegistrantStatus",
    "meetingCreate",
    "meetingUpdate",
    "meetingDelete",
    "meeting",
    "meetings",
    "oauthToken",
)
EFFECTS = (
    {"do": "drop_before"},
    {"do": "do_then_drop"},
    {"do": "status", "status": 500},
    {"do": "status", "status": 502, "work": True},
    {"do": "status", "status": 429, "headers": {"Retry-After": "7"}},
    {"do": "mangle", "how": "html"},
    {"do": "mangle", "how": "truncated"},
    {"do": "mangle", "how": "wrong_types"},
    {"do": "delay", "seconds": 60},
)
LOSSES = ({"do": "lose"}, {"do": "repeat"}, {"do": "reorder"}, {"do": "delay", "seconds": 90})


class Storm:
    """One run. trace: what was done, and what came of it."""

    def __init__(self, linked: LinkedZoom, seed: int) -> None:
        self.linked, self.school, self.sim = linked, linked.school, linked.sim
        self.chance = Random(seed)
        self.trace: list[str] = []
        self.teachers = [self.school.tariq, self.school.teacher("tess")]
        self.school.assign(self.teachers[1], self.school.program)
        for teacher in self.teachers:
            linked.connect(teacher)
        ZoomUser.objects.update(wake_at=self.now)  # as connecting does
        assert self.school.sana.pk
        # else a lost answer ends a teacher's connection: true of Zoom, and tried in the sweep
        self.sim.switch(refresh_mode="grace")
        self.sim.receiver = self._receive
        self.students = [self.school.sana, *(self.school.person(f"pupil{n}") for n in range(3))]
        self._choose_rules()
        self.acts: list[tuple[int, Callable[[], str]]] = [
            (5, self.book),
            (3, self.change),
            (2, self.cancel),
            (3, self.undo),
            (2, self.enrol_or_end),
            (3, self.settle_one),
            (2, self.move_in_zoom),
            (1, self.delete_in_zoom),
            (4, self.go_wrong),
            (2, self.lose_webhooks),
            (14, self.work),
            (4, self.deliver),
            (8, self.wait),
        ]

    @property
    def now(self) -> datetime:
        return self.school.now

    def _choose_rules(self) -> None:
        """Each run has its own: whether students are registered, what settles itself, whose Zoom is used."""
        rules = self.school.program.class_settings
        rules.registers_students = self.chance.random() < 0.5
        rules.differences_by_itself = self.chance.choice(Differences.values)
        rules.save()
        if self.chance.random() < 0.5:
            self._share_a_host()

    def _share_a_host(self) -> None:
        """The organisation's account, with one host for a teacher who has no Zoom of her own."""
        wholeaccount.account_due(self.now)
        account = wholeaccount.whole()
        assert account is not None
        pool.add(account=account, email="teacher01@demo.example", by=self.school.ada, now=self.now)
        guest = self.school.teacher("gwen")
        self.school.assign(guest, self.school.program)
        self.teachers.append(guest)

    def blow(self, acts: int) -> None:
        """Let so many things happen."""
        weights = [weight for weight, _act in self.acts]
        for _turn in range(acts):
            act = self.chance.choices([act for _weight, act in self.acts], weights)[0]
            try:
                came_of = act()
            except DomainError as refused:
                came_of = f"refused: {refused.code}"
            self.trace.append(f"{self.now:%H:%M:%S} {act.__name__} {came_of}")

    def calm(self) -> None:
        """Nothing goes wrong any more, people settle what is left, and the worker goes on until all rests.

        What a lost event told is seen by the next reading of a host's list, at most six hours later.
        """
        self.sim.control("DELETE", "faults")
        for minutes in (*[1] * 20, *[20] * 20):
            self.linked.advance(minutes=minutes)
            self.deliver()
            self._work(*WORK)
            while self.settle_one() != "nothing":
                self._work("push")
            if not self.untrue():
                return

    def untrue(self) -> list[str]:
        """What doesn't hold."""
        return untrue(self.sim.meetings, self.now) + self._registered_otherwise()

    def _registered_otherwise(self) -> list[str]:
        """Meetings for which others are registered than are enrolled, where the program wants them to be."""
        if self.school.program.archived_at is not None or not self._registers():
            return []
        enrolled = set(
            Enrolment.objects.active(self.now)
            .filter(program=self.school.program)
            .values_list("person__email", flat=True)
        )
        coming = ZoomMeeting.objects.filter(
            gone_at__isnull=True,
            wanted_gone=False,
            meeting_number__isnull=False,
            occurrences__wanted_ends_at__gt=self.now,
        ).distinct()
        return [
            f"{meeting}: {sorted(known)} registered, {sorted(enrolled)} enrolled"
            for meeting in coming
            if (known := set(_registered(meeting))) != enrolled
        ]

    def _registers(self) -> bool:
        return ClassSettings.objects.filter(
            program=self.school.program, registers_students=True, program__archived_at__isnull=True
        ).exists()

    # People

    def book(self) -> str:
        teacher = self.chance.choice(self.teachers)
        draft = ClassDraft(
            program=self.school.program,
            teacher=teacher,
            topic=f"Class {len(self.trace)}",
            starts_at=self._hour(),
            duration=timedelta(minutes=self.chance.choice((30, 60, 90))),
            zone="Europe/Madrid",
        )
        return schedule_class(by=teacher, draft=draft, now=self.now).code

    def change(self) -> str:
        if (session := self._some_class()) is None:
            return "nothing"
        edit = self.chance.choice(
            (
                Edit(topic=f"{session.topic}!"),
                Edit(starts_at=self._hour()),
                Edit(duration=timedelta(minutes=45)),
                Edit(starts_at=self._hour(), duration=timedelta(minutes=75), topic="Moved"),
            )
        )
        seen = session.version - (self.chance.random() < 0.1)
        change_class(session=session, seen_version=seen, edit=edit, by=session.teacher, now=self.now)
        return session.code

    def cancel(self) -> str:
        if (session := self._some_class()) is None:
            return "nothing"
        cancel_class(session=session, seen_version=session.version, by=session.teacher, now=self.now)
        return session.code

    def undo(self) -> str:
        recent = ClassSession.objects.order_by("-changed_at", "-pk").select_related("teacher").first()
        if recent is None:
            return "nothing"
        undo_change(session=recent, version=recent.version, by=recent.teacher, now=self.now)
        return recent.code

    def settle_one(self) -> str:
        """Somebody looks at a class that differs from Zoom, and chooses."""
        open_ones = Difference.objects.filter(state=DifferenceState.OPEN, session__cancelled_at__isnull=True)
        found = open_ones.select_related("session__teacher").order_by("pk").first()
        if found is None:
            return "nothing"
        session, by = found.session, found.session.teacher
        choice = {
            DifferenceField.TIME: restore_ours,
            DifferenceField.UNSAFE: guard_again,
        }.get(DifferenceField(found.field), book_again)
        if found.field == DifferenceField.TIME and self.chance.random() < 0.5:
            choice = take_zooms_time
        try:
            choice(session=session, seen_version=session.version, by=by, now=self.now)
        except DomainError as refused:
            if choice is not take_zooms_time:
                raise
            # Zoom's hour is another class's here
            restore_ours(session=session, seen_version=session.version, by=by, now=self.now)
            return f"{session.code}: {refused.code}, so restored"
        return f"{choice.__name__} {session.code}"

    def enrol_or_end(self) -> str:
        """A student comes into the program, or leaves it."""
        student = self.chance.choice(self.students)
        spell = Enrolment.objects.active(self.now).filter(person=student, program=self.school.program).first()
        if spell is None:
            self.school.enrol(student, self.school.program, from_at=self.now)
            return f"{student.name} in"
        Enrolment.objects.filter(pk=spell.pk).update(until_at=self.now, closed_at=self.now)
        return f"{student.name} out"

    def archive(self) -> None:
        archive_program(program=self.school.program, by=self.school.ada, now=self.now)

    # Zoom

    def move_in_zoom(self) -> str:
        if (number := self._some_meeting()) is None:
            return "nothing"
        self.sim.edit_meeting(number, start_time=f"{self._hour():%Y-%m-%dT%H:%M:%SZ}")
        return str(number)

    def delete_in_zoom(self) -> str:
        if (number := self._some_meeting()) is None:
            return "nothing"
        self.sim.delete_meeting(number)
        return str(number)

    # The network

    def go_wrong(self) -> str:
        effect, call = self.chance.choice(EFFECTS), self.chance.choice(CALLS)
        self.sim.control("POST", "faults", match={"operation": call}, effect=effect, times=1)
        return f"{call} {effect}"

    def lose_webhooks(self) -> str:
        effect = self.chance.choice(LOSSES)
        self.sim.control("POST", "faults", match={"event": "meeting.*"}, effect=effect, times=1)
        return str(effect)

    def deliver(self) -> str:
        return str(self.sim.deliver())

    # The worker

    def work(self) -> str:
        return self._work(self.chance.choice(WORK))

    def wait(self) -> str:
        seconds = self.chance.choice((1, 5, 12, 30, 65, 200))
        self.linked.advance(seconds=seconds)
        return str(seconds)

    def _work(self, *names: str) -> str:
        for name in names:
            run = regular.run(name, now=self.now)
            assert (run.result, run.counts.get("broken", 0)) == ("ok", 0), f"{name}: {run.result}"
        return " ".join(names)

    def _hour(self) -> datetime:
        """Some half hour from tomorrow on, near enough for hosts to be looked at every six hours."""
        base = self.now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=12)
        return base + timedelta(minutes=30 * self.chance.randrange(64))

    def _some_class(self) -> ClassSession | None:
        standing = ClassSession.objects.filter(cancelled_at__isnull=True).select_related("teacher", "program")
        rows = list(standing.order_by("pk"))
        return self.chance.choice(rows) if rows else None

    def _some_meeting(self) -> int | None:
        numbers = [int(meeting["id"]) for meeting in self.sim.meetings]
        return self.chance.choice(numbers) if numbers else None

    def _receive(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        answer = Client().generic(
            "POST", "/zoom/webhook/", body, content_type="application/json", headers=headers
        )
        return answer.status_code, answer.content


def _registered(meeting: ZoomMeeting) -> list[str]:
    """The addresses by which a meeting's registrants stand here."""
    rows = Registrant.objects.filter(meeting=meeting, state=REGISTERED)
    return list(rows.values_list("email", flat=True))

"""Who is there in a run, by which rules, and what everybody in it can choose from."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from eduraise.classes.models import ClassSession
from eduraise.programs.enums import Differences
from eduraise.zoom import pool, wholeaccount
from eduraise.zoom.enums import Plan
from eduraise.zoom.models import ZoomAccount, ZoomUser
from tests.linked import LinkedZoom
from tests.truths.zoom import SERIES


class Scene:
    """The school, its Zoom, and the dice. Each run has its own: whether students are registered, what
    settles itself, whose Zoom is used, how many meetings a host may hold, how Zoom takes spent tokens.
    """

    def __init__(self, linked: LinkedZoom, seed: int) -> None:
        self.linked, self.school, self.sim = linked, linked.school, linked.sim
        self.chance = Random(seed)
        self.sim.switch(refresh_mode=self.chance.choice(("strict", "grace")))
        self.teachers = [self.school.tariq, self.school.teacher("tess")]
        self.school.assign(self.teachers[1], self.school.program)
        for teacher in self.teachers:
            linked.connect(teacher)
        ZoomUser.objects.update(wake_at=self.now)  # as connecting does
        self.students = [self.school.sana, *(self.school.person(f"pupil{n}") for n in range(3))]
        self._choose_rules()

    @property
    def now(self) -> datetime:
        return self.school.now

    def hour(self) -> datetime:
        """Some half hour from tomorrow on, near enough for hosts to be looked at every six hours."""
        base = self.now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=12)
        return base + timedelta(minutes=30 * self.chance.randrange(64))

    def some_class(self) -> ClassSession | None:
        """One that isn't cancelled."""
        standing = ClassSession.objects.filter(cancelled_at__isnull=True).select_related("teacher", "program")
        rows = list(standing.order_by("pk"))
        return self.chance.choice(rows) if rows else None

    def some_meeting(self, *, single: bool = False) -> int | None:
        """The number of one that stands at Zoom; single: no series."""
        standing = (meeting for meeting in self.sim.meetings if not single or meeting["type"] != SERIES)
        numbers = [int(meeting["id"]) for meeting in standing]
        return self.chance.choice(numbers) if numbers else None

    def _choose_rules(self) -> None:
        rules = self.school.program.class_settings
        rules.registers_students = self.chance.random() < 0.5
        rules.differences_by_itself = self.chance.choice(Differences.values)
        rules.save()
        if self.chance.random() < 0.5:
            account = ZoomAccount.objects.get()
            self.sim.control("POST", "accounts", id=account.zoom_account_id, plan="business")
            ZoomAccount.objects.update(plan=Plan.BUSINESS)
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

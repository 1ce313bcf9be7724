"""What Zoom told of a class, as rows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from eduraise.accounts.models import User
from eduraise.attendance import facts, listed
from eduraise.attendance.enums import Room, Source
from eduraise.attendance.facts import Fact
from eduraise.attendance.models import Participant, Reading, Register
from eduraise.attendance.who import name_register
from eduraise.classes.models import ClassSession, JoinClick
from eduraise.zoom.held import Row
from eduraise.zoom.instances import fold_sitting
from eduraise.zoom.models import ZoomInstance
from tests.classes.rows import make_class
from tests.school import School


class Told:
    """A class of Tariq's at nine, and what Zoom tells of it. Times are minutes since its start."""

    def __init__(self, school: School, session: ClassSession | None = None) -> None:
        """session: another class than that one, of which is told."""
        self.school = school
        nine = school.now + timedelta(hours=1)
        self.session = session or make_class(school.program, school.tariq, nine, now=school.now)
        self.nine = self.session.starts_at
        self.began: dict[str, float] = {}

    def at(self, minutes: float) -> datetime:
        """An instant."""
        return self.nine + timedelta(minutes=minutes)

    def sitting(
        self, uuid: str = "one", *, until: float | None = None, since: float | None = None
    ) -> ZoomInstance:
        """It was held from–until; by default from what was said of it before, or from its start."""
        began = self.began.setdefault(uuid, 0 if since is None else since)
        assert self.session.occurrence is not None
        meeting = self.session.occurrence.meeting
        with transaction.atomic():
            return fold_sitting(
                host=meeting.host,
                meeting=meeting,
                number=str(meeting.meeting_number),
                uuid=uuid,
                began_at=self.at(began),
                ended_at=None if until is None else self.at(until),
            )

    def somebody(
        self,
        name: str,
        joined: float | None = 0,
        left: float | None = None,
        *,
        key: str = "",
        stay: str = "",
        room: Room = Room.MAIN,
        uuid: str = "one",
        **more: Any,
    ) -> None:
        """Events told of somebody who came, and went."""
        stay = stay or f"stay of {name} at {joined}"
        ends = [(at, comes) for at, comes in ((joined, True), (left, False)) if at is not None]
        told = [
            Fact(key=key or name, room=room, stay=stay, at=self.at(at), comes=comes, name=name, **more)
            for at, comes in ends
        ]
        with transaction.atomic():
            facts.keep([(self.sitting(uuid), told)])

    def list_says(
        self, *rows: Row, source: Source = Source.PAST, uuid: str = "one", at: datetime | None = None
    ) -> Reading:
        """A list of Zoom's was read."""
        return listed.keep(self.sitting(uuid), source, rows, at or self.school.now)

    def row(self, name: str, joined: float, left: float, **more: Any) -> Row:
        """One stay, as a list tells it."""
        given = {"stay": f"stay of {name} at {joined}", "email": "", "zoom_user_id": "", "seconds": 60}
        return Row(
            name=name,
            joined_at=self.at(joined),
            left_at=self.at(left),
            **({"zoom_registrant_id": ""} | given | more),
        )

    def click(self, person: User, minutes: float) -> None:
        """A press of Join."""
        JoinClick.objects.create(session=self.session, person=person, at=self.at(minutes), way="common")

    @property
    def register(self) -> Register:
        """As it stands now."""
        return Register.objects.get(session=self.session)

    def name(self) -> None:
        """Take those who were there for people."""
        name_register(self.register.pk, self.school.now)

    def known(self) -> dict[str, tuple[str | None, str]]:
        """By the name in the meeting: who that is, and how it is known."""
        rows = Participant.objects.filter(instance__occurrence__held_for=self.session.uid)
        return {
            row.name: (row.person.name if row.person else None, row.known_by)
            for row in rows.select_related("person")
        }

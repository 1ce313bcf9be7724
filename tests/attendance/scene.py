"""A class that was held, and what is told of who was in it, as the rows that come of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

from eduraise.accounts.models import User
from eduraise.attendance.enums import Room, Source
from eduraise.attendance.folding import fold_register
from eduraise.attendance.models import Interval, Mark, Participant, Reading, Register
from eduraise.classes.models import ClassSession
from eduraise.zoom.models import ZoomInstance
from tests.classes.rows import make_class, sit
from tests.school import School

_number = count(1)


class Scene:
    """A class of `minutes` that begins in an hour; the clock is moved to an hour after its end."""

    def __init__(self, school: School, *, minutes: int = 60, starts_at: datetime | None = None) -> None:
        self.school = school
        self.session: ClassSession = make_class(
            school.program,
            school.tariq,
            starts_at or school.now + timedelta(hours=1),
            minutes=minutes,
            now=school.now,
        )
        self.register = Register.objects.create(session=self.session, next_at=self.session.starts_at)

    def at(self, minute: float) -> datetime:
        """An instant by its minutes after the class's start."""
        return self.session.starts_at + timedelta(minutes=minute)

    def held(self, began: float = 0, ended: float | None = None) -> ZoomInstance:
        """One sitting from–until, by default as planned."""
        until = self.session.minutes if ended is None else ended
        return sit(self.session, self.at(began), ended_at=self.at(until))

    def was_in(
        self,
        sitting: ZoomInstance,
        person: User | None,
        *spans: tuple[float | None, float | None],
        source: Source = Source.WEBHOOK,
        room: Room = Room.MAIN,
        reading: Reading | None = None,
    ) -> Participant:
        """Somebody came and went, as one source tells it; None for an end that was lost."""
        who = Participant.objects.create(
            instance=sitting, source=source, key=f"participant-{next(_number)}", person=person
        )
        for joined, left in spans:
            stay = f"stay-{next(_number)}"
            is_event = source == Source.WEBHOOK
            for began, ended in [(joined, None), (None, left)] if is_event else [(joined, left)]:
                if began is None and ended is None:
                    continue
                Interval.objects.create(
                    participant=who,
                    reading=reading,
                    fact_key=next(_number).to_bytes(16),
                    room=room,
                    join_key=stay if is_event else "",
                    joined_at=None if began is None else self.at(began),
                    left_at=None if ended is None else self.at(ended),
                    held_on=self.session.starts_at.date(),
                )
        self.tell()
        return who

    def read(
        self,
        sitting: ZoomInstance,
        rows: dict[User, list[tuple[float, float]]],
        *,
        source: Source = Source.REPORT,
        is_complete: bool = True,
    ) -> Reading:
        """Zoom's list of a sitting was read."""
        reading = Reading.objects.create(
            instance=sitting,
            source=source,
            read_at=self.school.now,
            seen_at=self.school.now,
            rows=len(rows),
            digest="0",
            is_complete=is_complete,
        )
        for person, spans in rows.items():
            self.was_in(sitting, person, *spans, source=source, reading=reading)
        self.tell()
        return reading

    def tell(self) -> None:
        """More is known: the register is behind."""
        Register.objects.filter(pk=self.register.pk).update(facts_version=self._fresh().facts_version + 1)

    def fold(self, minute: float | None = None) -> bool:
        """The worker's turn, by default an hour after the class."""
        at = self.at(self.session.minutes + 60 if minute is None else minute)
        return fold_register(self.register.pk, at)

    def mark(self, student: User) -> Mark:
        """The student's mark as it stands."""
        return Mark.objects.get(register=self.register, student=student)

    def marks(self) -> dict[str, tuple[str, int]]:
        """Status and minutes that count, by the student's name."""
        return {
            mark.student.name: (
                mark.status,
                mark.rule_minutes if mark.hand_minutes is None else mark.hand_minutes,
            )
            for mark in Mark.objects.filter(register=self.register).select_related("student")
        }

    def _fresh(self) -> Register:
        self.register = Register.objects.get(pk=self.register.pk)
        return self.register

"""A small school in which tests happen: always the same people, standing for the same thing.

ada: admin. tariq: lead of the program. tove: assistant. olu: a teacher elsewhere, an outsider here.
sana: a student. finn: a former student.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from allauth.account.models import EmailAddress

from eduraise.accounts.models import User
from eduraise.programs.enums import Preset
from eduraise.programs.models import Assignment, ClassSettings, Enrolment, Program, TeacherProfile
from tests.moving import MovingClock

PASSWORD = "a long enough password"
# Hashed once
_HASH = ""


class School:
    """Makes people and programs when a test first speaks of them."""

    def __init__(self, moving: MovingClock) -> None:
        self.clock = moving

    @property
    def now(self) -> datetime:
        """The instant at which the test's clock stands."""
        return self.clock()

    def person(self, name: str, **fields: Any) -> User:
        """Somebody who has joined, with a verified address `name@school.example`."""
        global _HASH
        user = User(email=f"{name.lower()}@school.example", name=name.title(), joined_at=self.now, **fields)
        if not _HASH:
            user.set_password(PASSWORD)
            _HASH = user.password
        user.password = _HASH
        user.save()
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    def teacher(self, name: str, **fields: Any) -> User:
        """Somebody who may be assigned."""
        person = self.person(name, **fields)
        TeacherProfile.objects.create(person=person)
        return person

    @cached_property
    def ada(self) -> User:
        """The admin."""
        return self.person("ada", is_admin=True)

    @cached_property
    def tariq(self) -> User:
        """Leads the program."""
        person = self.teacher("tariq")
        self.assign(person, self.program, Preset.LEAD)
        return person

    @cached_property
    def tove(self) -> User:
        """Assists in the program."""
        person = self.teacher("tove")
        self.assign(person, self.program, Preset.ASSISTANT)
        return person

    @cached_property
    def olu(self) -> User:
        """Teaches elsewhere."""
        person = self.teacher("olu")
        self.assign(person, self.other_program, Preset.LEAD)
        return person

    @cached_property
    def sana(self) -> User:
        """A student of the program."""
        person = self.person("sana")
        self.enrol(person, self.program)
        return person

    @cached_property
    def finn(self) -> User:
        """Was a student of the program until last week."""
        person = self.person("finn")
        self.enrol(
            person, self.program, from_at=self.now - timedelta(days=60), until_at=self.now - timedelta(days=7)
        )
        return person

    @cached_property
    def program(self) -> Program:
        """The program that tests are about."""
        return self.make_program("ALG-2", "Algebra II")

    @cached_property
    def other_program(self) -> Program:
        """Another one, whose data could leak."""
        return self.make_program("PHY-B", "Physics B")

    def make_program(self, code: str, title: str, *, zone: str = "Europe/Madrid", **fields: Any) -> Program:
        """A running program with ordinary class settings."""
        program = Program.objects.create(
            code=code,
            title=title,
            zone=zone,
            created_at=self.now,
            **({"opened_at": self.now} | fields),
        )
        ClassSettings.objects.create(program=program, notice_minutes=0)
        return program

    def assign(
        self, person: User, program: Program, preset: str = Preset.TEACHER, **fields: Any
    ) -> Assignment:
        """A teacher on a program, from a day ago."""
        return Assignment.objects.create(
            person=person,
            program=program,
            preset=preset,
            **({"from_at": self.now - timedelta(days=1)} | fields),
        )

    def enrol(self, person: User, program: Program, **fields: Any) -> Enrolment:
        """A student in a program, from a day ago."""
        return Enrolment.objects.create(
            person=person, program=program, **({"from_at": self.now - timedelta(days=1)} | fields)
        )

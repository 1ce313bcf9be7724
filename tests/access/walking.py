"""Every address there is, filled in with things of the program, for a walk by each of the cast."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from eduraise.attendance.models import Register
from eduraise.classes.models import ClassSession
from eduraise.core.codes import new_uid
from eduraise.notes.models import Note
from eduraise.programs.importing import check_import
from eduraise.programs.models import Holiday, Slot, SyllabusTopic
from eduraise.programs.tables import read_table
from eduraise.substitutes.models import Substitution
from eduraise.zoom.enums import OperationKind, OperationState
from eduraise.zoom.models import ZoomAccount, ZoomOperation, ZoomUser
from tests.classes.rows import make_class
from tests.planner.plans import candidates, plan_of
from tests.recordings.recorded import make_recording
from tests.school import School

OF_A_TEACHER = (
    "programs:profile",
    "programs:availability",
    "programs:add_hours",
    "programs:remove_hours",
    "programs:bring_back_hours",
    "programs:hours_zone",
    "programs:add_days_off",
    "programs:remove_days_off",
    "programs:bring_back_days_off",
)
LIBRARIES = ("account_", "mfa_", "usersessions_")


def routes() -> Iterator[tuple[str, str]]:
    """(name, pattern) of every route of ours; the sign-in library's own are tried where they are themed."""

    def walk(patterns: list[Any], prefix: str, namespace: str) -> Iterator[tuple[str, str]]:
        for one in patterns:
            if isinstance(one, URLResolver):
                inner = f"{namespace}{one.namespace}:" if one.namespace else namespace
                yield from walk(one.url_patterns, prefix + str(one.pattern), inner)
            elif isinstance(one, URLPattern):
                yield f"{namespace}{one.name}", prefix + str(one.pattern)

    for name, pattern in walk(get_resolver().url_patterns, "/", ""):
        if not name.startswith(LIBRARIES):
            yield name, pattern


class Things:
    """Things of the program that addresses name: its own, and another's."""

    def __init__(self, school: School) -> None:
        self.school = school
        _ = school.tariq, school.tove, school.olu, school.sana, school.finn
        at = school.now + timedelta(minutes=5)
        self.session = make_class(school.program, school.tariq, at, now=school.now)
        self.operation = ZoomOperation.objects.create(
            meeting=self.session.occurrence.meeting,
            kind=OperationKind.CREATE,
            state=OperationState.FAILED,
            not_before=at,
            first_not_before=at,
            next_at=at,
            deadline_at=at,
            created_at=school.now,
        )
        self._share_a_host()
        lines = read_table("Nora,nora@school.example,student,ALG-2")
        self.table = check_import(table=lines, program=None, by=school.ada, now=school.now)
        self._timetable()
        self.question = Substitution.objects.create(
            session=self.session,
            absent=school.tariq,
            substitute=school.olu,
            asked_by=school.tariq,
            asked_at=school.now,
        )
        self.note = Note.objects.create(
            session=self.session, by=school.tariq, text="Sets", written_at=school.now
        )
        self.recording = make_recording(school, self.session, self.session.occurrence.meeting.host)
        Register.objects.create(session=self.session, next_at=at)
        self.plan = plan_of(school, candidates(school, [at.date()]))
        self.values: dict[str, str] = {
            "program": school.program.code,
            "code": self.session.code,
            "version": "1",
            "step": "1",
            "uid": str(new_uid()),
            "job_id": str(new_uid()),
            "token": "nothing",
            "secret": "nothing",
            "channel": "mail",
            "off": str(new_uid()),
            "pk": "999999",
            "number": "1",
            "visible": "nobody",
            "form": "csv",
            "student": str(school.sana.uid),
            "sitting_uid": str(new_uid()),
            "file": str(self.recording.files.get().uid),
        }

    def _timetable(self) -> None:
        """An hour of the week, a topic, a holiday of the program and one of the organisation."""
        program, now = self.school.program, self.school.now
        on, hour = now.date(), {"local_start": "18:00", "minutes": 90, "created_at": now}
        self.slot = Slot.objects.create(
            program=program, weekday=2, anchor_on=on, teacher=self.school.tariq, **hour
        )
        days = {"starts_on": on, "ends_on": on + timedelta(days=2), "created_at": now}
        self.holiday = Holiday.objects.create(program=program, name="Fair", **days)
        self.of_all = Holiday.objects.create(name="Easter", **days)
        self.topic = SyllabusTopic.objects.create(
            program=program, title="Sets", position=1024, created_at=now
        )

    def _share_a_host(self) -> None:
        """The organisation's account, with a shared host and a Zoom user that may be tove's."""
        host = self.session.occurrence.meeting.host
        account, now = host.account, self.school.now
        ZoomAccount.objects.filter(pk=account.pk).update(is_whole=True, state="connected", state_since=now)
        of_account = {"account": account, "by_account": True, "in_account_at": now, "state_since": now}
        self.shared = ZoomUser.objects.create(
            zoom_user_id="shared", email="shared@school.example", kind="pool", state="connected", **of_account
        )
        self.suggested = ZoomUser.objects.create(
            zoom_user_id="tove", email="tove@zoom.example", suggested_teacher=self.school.tove, **of_account
        )

    def address(self, name: str, pattern: str) -> str:
        """A pattern with these things filled in; uids by what the route is about."""
        found = pattern
        for part, value in (self.values | self.uids(name)).items():
            for converter in ("str", "uuid", "int", "slug", "path"):
                found = found.replace(f"<{converter}:{part}>", value)
            found = found.replace(f"<{part}>", value)
        return found

    def uids(self, name: str) -> dict[str, str]:
        """The uid that a route of this name takes."""
        school = self.school
        if name in ("programs:assignment", "programs:end_teacher", "programs:add_resource"):
            return {"uid": str(school.tariq.assignments.get().uid)}
        if name == "programs:end_student":
            return {"uid": str(school.sana.enrolments.get().uid)}
        if name.startswith("programs:") and (part := self._part(name)) is not None:
            return {"uid": str(part.uid)}
        if name.startswith("programs:import_"):
            return {"uid": str(self.table.uid)}
        if name == "classes:on_holiday":
            return {"uid": str(self.holiday.uid)}
        if name == "substitutes:question":
            return {"uid": str(self.question.uid)}
        if name.startswith("planner:"):
            return {"uid": str(self.plan.uid)}
        if name.startswith("recordings:"):
            return {"uid": str(self.recording.uid)}
        if name.startswith("notes:"):
            return {"uid": str(self.note.uid)}
        if name == "zoom:release":
            return {"uid": str(self.session.occurrence.meeting.host.uid)}
        if name in ("zoom:shared_host", "zoom:unsharing"):
            return {"uid": str(self.shared.uid)}
        if name == "zoom:account_suggestion":
            return {"uid": str(self.suggested.uid)}
        if name == "zoom:giving_up":
            return {"uid": str(self.operation.uid)}
        if name.startswith("accounts:") or name in OF_A_TEACHER:
            return {"uid": str(school.tariq.uid)}
        return {}

    def _part(self, name: str) -> Slot | Holiday | SyllabusTopic | None:
        """The part of a timetable that a route of this name is about."""
        parts = {
            "organisation_holiday": self.of_all,
            "slot": self.slot,
            "holiday": self.holiday,
            "topic": self.topic,
        }
        return next((part for kind, part in parts.items() if name.endswith(kind)), None)

    def refresh(self) -> ClassSession:
        """The class as it stands."""
        self.session.refresh_from_db()
        return self.session

"""What people do here: teachers plan, change and settle, students come and go, connections are made anew."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from eduraise.accounts.models import User
from eduraise.classes.cancelling import cancel_class
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.differences import book_again, guard_again, restore_ours, take_zooms_time
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.enums import ChangeSetKind, DifferenceField, DifferenceState
from eduraise.classes.handing_together import give_together
from eduraise.classes.models import ChangeSet, ClassSession, Difference
from eduraise.classes.restoring import restore_classes
from eduraise.classes.scheduling import schedule_class
from eduraise.classes.serial import DatedClass, SeriesDraft, schedule_series
from eduraise.classes.series_parts import Scope
from eduraise.classes.several import Chosen, cancel_several, move_several, undo_several
from eduraise.classes.shifting import By
from eduraise.classes.taking_back import undo_set
from eduraise.classes.together import cancel_part, change_together
from eduraise.classes.undoing import undo_change
from eduraise.core.errors import DomainError
from eduraise.programs.actions import archive_program
from eduraise.programs.models import Enrolment
from eduraise.substitutes.asking import ask, decline
from eduraise.substitutes.returning import give_back
from eduraise.substitutes.rules import accepted_of, asked_of
from eduraise.substitutes.taking import accept
from eduraise.zoom.enums import HostState
from eduraise.zoom.models import ZoomUser
from tests.simulation.scene import Scene
from tests.zoom.connecting import asked, browser, decide

NOTHING = "nothing"


class People:
    """The people of a scene. Each act says what came of it, in words that every run of a seed repeats."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.chance, self.school = scene, scene.chance, scene.school
        self._booked = 0
        self.agreed: set[str] = set()

    def book(self) -> str:
        """A teacher plans a class."""
        teacher = self.chance.choice(self.scene.teachers)
        self._booked += 1
        draft = ClassDraft(
            program=self.school.program,
            teacher=teacher,
            topic=f"Class {self._booked}",
            starts_at=self.scene.hour(),
            duration=timedelta(minutes=self.chance.choice((30, 60, 90))),
            zone="Europe/Madrid",
        )
        return _told(schedule_class(by=teacher, draft=draft, now=self.scene.now))

    def plan_series(self) -> str:
        """A teacher plans some weeks of classes, one of them on another day than the rest."""
        teacher, hour = self.chance.choice(self.scene.teachers), self.scene.hour()
        local = hour.astimezone(ZoneInfo("Europe/Madrid"))
        weeks = [week for week in range(4) if week != 1 or self.chance.random() < 0.5]
        days = {local.date() + timedelta(weeks=week): hour + timedelta(weeks=week) for week in weeks}
        elsewhere = self.chance.choice(list(days))
        self._booked += 1
        draft = SeriesDraft(
            program=self.school.program,
            teacher=teacher,
            topic=f"Series {self._booked}",
            zone="Europe/Madrid",
            local_start=local.time(),
            duration=timedelta(hours=1),
            every_weeks=1,
            classes=[
                DatedClass(on, at + timedelta(days=on == elsewhere), f"Class {self._booked}")
                for on, at in days.items()
            ],
        )
        result = schedule_series(by=teacher, draft=draft, now=self.scene.now)
        return f"{draft.topic}: {len(result.booked)} of {len(days)}"

    def change_several(self) -> str:
        """A teacher moves, renames, changes or cancels what is left of a series; the lead may give it on."""
        rows = ClassSession.objects.coming(self.scene.now).filter(series__isnull=False)
        found = list(rows.select_related("teacher", "program").order_by("pk"))
        if not found:
            return NOTHING
        session, scope = self.chance.choice(found), self.chance.choice(list(Scope))
        what: dict[str, Any] = {
            "session": session,
            "seen_version": session.version,
            "scope": scope,
            "by": session.teacher,
            "now": self.scene.now,
        }
        act = self.chance.random()
        if act < 0.2:
            return _number(cancel_part(**what))
        if act < 0.4:
            taker = self.chance.choice(self.scene.teachers)
            return _number(give_together(teacher=taker, **(what | {"by": self.school.ada})))
        later = session.starts_at + timedelta(hours=self.chance.randrange(1, 5))
        edit = self.chance.choice(
            (
                Edit(starts_at=later),
                Edit(topic=f"{session.topic}?"),
                Edit(chosen={"auto_recording": self.chance.choice(("none", "local"))}),
                Edit(starts_at=later, topic="Together"),
            )
        )
        return _number(change_together(edit=edit, **what))

    def change_chosen(self) -> str:
        """An admin ticks some classes and moves or cancels them, and now and then takes that back at once."""
        rows = ClassSession.objects.coming(self.scene.now)
        related = ("teacher", "program", "occurrence__meeting__host")
        found = list(rows.select_related(*related).order_by("pk"))
        some = self.chance.sample(found, min(len(found), 3))
        by, now = self.school.ada, self.scene.now
        if self.chance.random() < 0.3:
            made = cancel_several(chosen=[Chosen(one, one.version) for one in some], by=by, now=now)
        else:
            shift = By(days=self.chance.randrange(-1, 3), minutes=self.chance.choice((0, 30)))
            chosen = [Chosen(one, one.version, shift.start_of(one)) for one in some]
            made = move_several(chosen=chosen, by=by, now=now)
        if self.chance.random() < 0.3:
            undo_several(change_set=made, by=by, now=now)
            return f"{_number(made)}, undone"
        return _number(made)

    def change(self) -> str:
        """A teacher changes a class, now and then from a page that is out of date."""
        if (session := self.scene.some_class()) is None:
            return NOTHING
        edit = self.chance.choice(
            (
                Edit(topic=f"{session.topic}!"),
                Edit(starts_at=self.scene.hour()),
                Edit(duration=timedelta(minutes=45)),
                Edit(starts_at=self.scene.hour(), duration=timedelta(minutes=75), topic="Moved"),
            )
        )
        seen = session.version - (self.chance.random() < 0.1)
        by = session.teacher
        return _told(change_class(session=session, seen_version=seen, edit=edit, by=by, now=self.scene.now))

    def cancel(self) -> str:
        """A teacher cancels a class."""
        if (session := self.scene.some_class()) is None:
            return NOTHING
        by = session.teacher
        cancel_class(session=session, seen_version=session.version, by=by, now=self.scene.now)
        return _told(session)

    def find_substitute(self) -> str:
        """Another teacher is asked to take a class and says yes or no; one that is taken may come back."""
        coming = ClassSession.objects.coming(self.scene.now).select_related("teacher", "program")
        found = list(coming.order_by("pk"))
        if not found:
            return NOTHING
        session, now = self.chance.choice(found), self.scene.now
        taken = accepted_of(session)
        if taken is not None and self.chance.random() < 0.6:
            give_back(session=session, seen_version=session.version, by=taken.absent, now=now)
            return f"{session.topic} back to {taken.absent.name}"
        teacher = self.chance.choice(self.scene.teachers)
        if asked_of(session) is None:
            ask(session=session, seen_version=session.version, teacher=teacher, by=self.school.ada, now=now)
        row = asked_of(session)
        assert row is not None
        if self.chance.random() < 0.2:
            decline(row=row, by=row.substitute, now=now)
            return f"{session.topic}: {row.substitute.name} can’t"
        accept(row=row, seen_version=session.version, by=row.substitute, now=now)
        return f"{session.topic}: {row.substitute.name} for {row.absent.name}"

    def undo(self) -> str:
        """A teacher takes back what was done last."""
        recent = ClassSession.objects.order_by("-changed_at", "-pk").select_related("teacher").first()
        if recent is None:
            return NOTHING
        undo_change(session=recent, version=recent.version, by=recent.teacher, now=self.scene.now)
        return _told(recent)

    def take_back(self) -> str:
        """An admin takes back what was done to several classes, of which people may have heard."""
        sets = ChangeSet.objects.filter(undone_at__isnull=True).exclude(kind=ChangeSetKind.RESTORED)
        recent = list(sets.order_by("-pk")[:4])
        if not recent:
            return NOTHING
        made = self.chance.choice(recent)
        return f"{made.kind}: {undo_set(change_set=made, by=self.school.ada, now=self.scene.now)} back"

    def restore(self) -> str:
        """An admin has classes back that were cancelled: one, or some that were cancelled together."""
        gone = ClassSession.objects.filter(cancelled_at__isnull=False, starts_at__gt=self.scene.now)
        found = list(gone.select_related("teacher", "program").order_by("pk"))
        if not found:
            return NOTHING
        first = self.chance.choice(found)
        with_it = [one for one in found if one.series_id and one.series_id == first.series_id]
        some = with_it if with_it and self.chance.random() < 0.7 else [first]
        chosen = [Chosen(one, one.version) for one in some]
        back = restore_classes(chosen=chosen, by=self.school.ada, now=self.scene.now)
        return ", ".join(_told(one) for one in back)

    def settle_one(self) -> str:
        """Somebody looks at a class that differs from Zoom, and chooses."""
        open_ones = Difference.objects.filter(state=DifferenceState.OPEN, session__cancelled_at__isnull=True)
        found = open_ones.select_related("session__teacher").order_by("pk").first()
        if found is None:
            return NOTHING
        session, by, now = found.session, found.session.teacher, self.scene.now
        choice = {
            DifferenceField.TIME: restore_ours,
            DifferenceField.UNSAFE: guard_again,
        }.get(DifferenceField(found.field), book_again)
        if found.field == DifferenceField.TIME and self.chance.random() < 0.5:
            choice = take_zooms_time
        try:
            choice(session=session, seen_version=session.version, by=by, now=now)
        except DomainError as refused:
            if choice is not take_zooms_time:
                raise
            # Zoom's hour is another class's here
            restore_ours(session=session, seen_version=session.version, by=by, now=now)
            return f"{session.topic}: {refused.code}, so restored"
        return f"{choice.__name__} {session.topic}"

    def enrol_or_end(self) -> str:
        """A student comes into the program, or leaves it."""
        student, now = self.chance.choice(self.scene.students), self.scene.now
        spell = Enrolment.objects.active(now).filter(person=student, program=self.school.program).first()
        if spell is None:
            self.school.enrol(student, self.school.program, from_at=now)
            return f"{student.name} in"
        Enrolment.objects.filter(pk=spell.pk).update(until_at=now, closed_at=now)
        return f"{student.name} out"

    def connect_anew(self) -> str:
        """A teacher agrees at Zoom once more, whether or not she had to."""
        hosts = ZoomUser.objects.filter(teacher__isnull=False).order_by("pk")
        return self.connect(self.chance.choice([host.teacher for host in hosts if host.teacher]))

    def mend_connections(self) -> str:
        """Each teacher whose connection was lost follows what she was told."""
        lost = ZoomUser.objects.filter(teacher__isnull=False, state=HostState.LOST).order_by("pk")
        return " ".join(self.connect(host.teacher) for host in lost if host.teacher) or NOTHING

    def connect(self, teacher: User) -> str:
        """Go to Zoom, agree there and come back: her own Zoom user again is stored at once."""
        self.agreed.add(teacher.email)
        client = browser(teacher)
        back = decide(self.scene.linked, asked(client), teacher.email)
        return f"{teacher.name} {client.get(back).status_code}"

    def archive(self) -> None:
        """The admin ends the program."""
        archive_program(program=self.school.program, by=self.school.ada, now=self.scene.now)


def _number(made: ChangeSet | None) -> str:
    if made is None:
        return NOTHING
    return f"{made.kind}: {made.changes.values('session').distinct().count()}"


def _told(session: ClassSession) -> str:
    return f"{session.topic} at {session.starts_at:%d %H:%M}"

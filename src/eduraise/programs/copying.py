"""A program once more, for its next term: as a draft, moved by whole weeks so that weekdays stay."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import chain, count
from pathlib import PurePath

from django.core.files.base import ContentFile
from django.db import transaction

from eduraise.accounts.models import User
from eduraise.core import audit
from eduraise.core.codes import new_uid
from eduraise.programs.actions import create_program
from eduraise.programs.assigning import assign_teacher
from eduraise.programs.enrolling import enrol
from eduraise.programs.enums import HolidaySource, MaterialKind
from eduraise.programs.holiday_rules import Off
from eduraise.programs.holidays import add_holidays
from eduraise.programs.models import Assignment, Enrolment, Material, Program
from eduraise.programs.queries import held_by
from eduraise.programs.slots import SlotDraft, add_slots
from eduraise.programs.syllabus import add_topics
from eduraise.programs.timetable_models import Holiday, Slot, SyllabusTopic

WEEK = timedelta(weeks=1)
LONGEST_CODE = 16
# What of a code stays in the copy's, however long its year and number are
SHORT = 4
YEAR_AT_END = re.compile(r"-(19|20)\d\d(-\d+)?$")
#: What a program says of itself and keeps from term to term.
KEPT = ("subject", "needs", "zone", "guidelines", "software", "support_contact", "alarm_contact")


@dataclass(frozen=True, kw_only=True)
class CopyDraft:
    """What a copy is to be. teachers: of the program's, those who go along; with_students, with_materials:
    whether those enrolled now and what is shared with them do too; moves_holidays: whether the program's own
    holidays move along (those that lie in the new term come anyway)."""

    title: str
    code: str
    starts_on: date
    ends_on: date
    teachers: Collection[User]
    with_materials: bool = True
    with_students: bool = False
    moves_holidays: bool = False


def began_on(program: Program) -> date:
    """The day from which a program's weeks are counted."""
    return program.starts_on or program.created_at.date()


def shift_of(program: Program, starts_on: date) -> timedelta:
    """By how many whole weeks a term moves that begins on another day."""
    old, new = (on - timedelta(days=on.weekday()) for on in (began_on(program), starts_on))
    return new - old


def next_term_of(program: Program, today: date) -> tuple[date, date]:
    """First and last day of a program's next term, if nobody says otherwise: as long, right after the last
    one or as many terms later as it takes to lie ahead."""
    first = began_on(program)
    length = (program.ends_on or first + 26 * WEEK) - first
    step = WEEK * (length // WEEK + 1)
    shift = step * max(1, -((first - today) // step))
    return first + shift, first + shift + length


def next_code_of(program: Program, starts_on: date) -> str:
    """A code for a program's copy that no program has: its own with the year in which the copy begins, with a
    number where a copy of that year is there. One query."""
    base = YEAR_AT_END.sub("", program.code)
    taken = set(
        Program.objects.filter(code_key__startswith=base[:SHORT].casefold()).values_list(
            "code_key", flat=True
        )
    )
    ends = chain([f"-{starts_on.year}"], (f"-{starts_on.year}-{number}" for number in count(2)))
    codes = (base[: LONGEST_CODE - len(end)].rstrip("-") + end for end in ends)
    return next(code for code in codes if code.casefold() not in taken)


@transaction.atomic
def copy_program(*, program: Program, draft: CopyDraft, by: User, now: datetime) -> Program:
    """A new program, as a draft, with the timetable, syllabus, rules and guidelines of another; of its people
    those chosen. Nothing is booked. Raises CodeTaken."""
    values = {name: getattr(program, name) for name in KEPT}
    copy = create_program(
        by=by,
        now=now,
        title=draft.title,
        code=draft.code,
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        **values,
    )
    _copy_rules(program, copy)
    _assign(program, copy, draft.teachers, by, now)
    shift = shift_of(program, draft.starts_on)
    _copy_slots(program, copy, shift, draft.teachers, by, now)
    _copy_holidays(program, copy, shift if draft.moves_holidays else None, by, now)
    topics = _copy_topics(program, copy, by, now)
    if draft.with_materials:
        _copy_materials(program, copy, topics, now)
    if draft.with_students:
        enrol(program=copy, people=students_to_copy(program, now), by=by, now=now)
    audit.record(
        "program.copied", by=by, thing=copy, at=now, program_uid=copy.uid, after={"from": program.code}
    )
    return copy


def teachers_to_copy(program: Program, now: datetime) -> list[User]:
    """A program's teachers at present, by name, for its copy; once it is archived those whom it had last."""
    rows = _whole(program).filter(person__is_active=True)
    found = rows.active(now) if program.archived_at is None else rows
    return list(User.objects.filter(pk__in=found.values("person")).order_by("name", "pk"))


def students_to_copy(program: Program, now: datetime) -> list[User]:
    """Its students at present, none of whom has left."""
    enrolled = Enrolment.objects.active(now).filter(program=program, person__is_active=True)
    return [one.person for one in enrolled.select_related("person").order_by("person__name", "pk")]


def _whole(program: Program):  # type: ignore[no-untyped-def]
    return Assignment.objects.filter(program=program, only_for__isnull=True)


def _copy_rules(program: Program, copy: Program) -> None:
    rules, own = program.class_settings, copy.class_settings
    for one in rules._meta.concrete_fields:
        if one.name not in ("id", "program", "version"):
            setattr(own, one.attname, getattr(rules, one.attname))
    own.save()


def _assign(program: Program, copy: Program, chosen: Collection[User], by: User, now: datetime) -> None:
    """The chosen ones, each with what she holds in the other program, or held there last."""
    rows = _whole(program).filter(person__in=chosen).prefetch_related("deviations").select_related("person")
    last = {row.person_id: row for row in rows.order_by("from_at", "pk")}
    for row in last.values():
        assign_teacher(
            program=copy,
            person=row.person,
            preset=row.preset,
            permissions=held_by(row),
            expectations=row.expectations,
            by=by,
            now=now,
        )


def _copy_slots(
    program: Program, copy: Program, shift: timedelta, teachers: Collection[User], by: User, now: datetime
) -> None:
    slots = Slot.objects.present().filter(program=program).select_related("teacher").in_order()
    drafts = [
        replace(
            SlotDraft.of(slot),
            anchor_on=slot.anchor_on + shift,
            teacher=slot.teacher if slot.teacher in teachers else None,
            from_on=slot.from_on + shift if slot.from_on else None,
            until_on=slot.until_on + shift if slot.until_on else None,
        )
        for slot in slots
    ]
    if drafts:
        add_slots(program=copy, drafts=drafts, by=by, now=now)


def _copy_holidays(program: Program, copy: Program, shift: timedelta | None, by: User, now: datetime) -> None:
    own = Holiday.objects.present().filter(program=program)
    found = {Off(one.starts_on, one.ends_on, one.name) for one in own.touching(copy.starts_on, copy.ends_on)}
    if shift is not None:
        found |= {Off(one.starts_on + shift, one.ends_on + shift, one.name) for one in own}
    if found:
        in_order = sorted(found, key=lambda one: (one.starts_on, one.ends_on, one.name))
        add_holidays(program=copy, holidays=in_order, source=HolidaySource.TYPED, by=by, now=now)


def _copy_topics(program: Program, copy: Program, by: User, now: datetime) -> dict[int, SyllabusTopic]:
    """The syllabus; the new topics by the keys of the old ones."""
    topics = list(SyllabusTopic.objects.present().filter(program=program).in_order())
    if not topics:
        return {}
    made = add_topics(program=copy, titles=[one.title for one in topics], by=by, now=now)
    for old, new in zip(topics, made, strict=True):
        new.notes = old.notes
    SyllabusTopic.objects.bulk_update(made, ["notes"])
    return {old.pk: new for old, new in zip(topics, made, strict=True)}


def _copy_materials(program: Program, copy: Program, topics: dict[int, SyllabusTopic], now: datetime) -> None:
    """What all of its people have; what goes with one teacher's assignment is hers. Files become files of the
    copy's own: what is removed in one term stays in the other."""
    shared: Iterable[Material] = Material.objects.present().filter(program=program, assignment__isnull=True)
    for one in shared:
        name = one.file.name or ""
        if one.kind == MaterialKind.FILE and not (name and one.file.storage.exists(name)):
            continue
        one.topic = topics.get(one.topic_id or 0)
        one.pk, one.uid, one.program, one.created_at = None, new_uid(), copy, now
        one._state.adding = True
        if one.kind == MaterialKind.FILE:
            with one.file.open("rb") as file:
                content = ContentFile(file.read())
            one.file.save(f"materials/{new_uid().hex}{PurePath(name).suffix}", content, save=False)
        one.save()

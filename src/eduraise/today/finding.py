"""Find: the programs, classes and people that a person may see; nothing by what she may not read of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from django.db.models import Case, F, Q, QuerySet, When
from django.urls import reverse

from eduraise.access.rules import attended_programs, taught_programs, visible_programs
from eduraise.accounts.models import User, name_key
from eduraise.accounts.queries import people
from eduraise.classes.models import ClassSession
from eduraise.classes.texts import topic_key
from eduraise.core.codes import read_code
from eduraise.programs.models import Assignment, Enrolment, Program

LONGEST = 100
# Of each kind; who wants more narrows the words
MOST = 10
# Somebody is in several programs, and is shown once
READ = 60


@dataclass(frozen=True)
class Person:
    """Somebody found: where one may read of her, and what tells her from others of her name."""

    name: str
    url: str
    beside: str = ""
    programs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """What was found. has_more: whether there is more of some kind than is shown."""

    text: str
    programs: list[Program] = field(default_factory=list)
    classes: list[ClassSession] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    has_more: bool = False

    @property
    def number(self) -> int:
        """How many are shown."""
        return len(self.programs) + len(self.classes) + len(self.people)


def find(reader: User, typed: str, now: datetime) -> Found:
    """What the words lead to for this reader, in a constant number of queries."""
    text = " ".join(typed.replace("\0", "").split())[:LONGEST]
    if not text:
        return Found("")
    programs = list(_programs(reader, text, now)[: MOST + 1])
    classes = list(_classes(reader, text, now)[: MOST + 1])
    persons = list(_people(reader, text, now))
    return Found(
        text,
        programs[:MOST],
        classes[:MOST],
        persons[:MOST],
        has_more=any(len(kind) > MOST for kind in (programs, classes, persons)),
    )


def _programs(reader: User, text: str, now: datetime) -> QuerySet[Program]:
    """By title, code or subject: all that stands on pages that this reader may open. Ended ones last."""
    wanted = Q(title__icontains=text) | Q(code_key__contains=text.casefold()) | Q(subject__icontains=text)
    return (
        visible_programs(reader, now)
        .filter(wanted)
        .order_by(F("archived_at").asc(nulls_first=True), "code_key")
    )


def _classes(reader: User, text: str, now: datetime) -> QuerySet[ClassSession]:
    """By title or code: those to come first, the soonest on top; then the past, the last on top."""
    by_code = Q(code=code) if (code := read_code(text)) else Q()
    wanted = Q(topic_key__contains=topic_key(text)) | by_code
    coming = Case(When(ends_at__gt=now, then=F("starts_at")))
    return (
        ClassSession.objects.visible_to(reader, now)
        .filter(wanted)
        .select_related("program", "teacher")
        .order_by(coming.asc(nulls_last=True), "-starts_at", "pk")
    )


def _people(reader: User, text: str, now: datetime) -> Iterator[Person]:
    """To an admin everybody, by name or address. To others the people of their programs, by name alone:
    who teaches the programs that they see, and to those who teach who attends them."""
    if reader.is_admin:
        for person in people(text=text, role="", state="", now=now)[: MOST + 1]:
            yield Person(person.name, reverse("accounts:person", args=[person.uid]), beside=person.email)
        return
    taught, attended = taught_programs(reader, now).unarchived(), attended_programs(reader, now)
    teachers = Assignment.objects.active(now).filter(
        Q(program__in=taught.values("pk")) | Q(program__in=attended.values("pk")), only_for__isnull=True
    )
    students = Enrolment.objects.active(now).filter(program__in=taught.values("pk"))
    yield from _of_programs(teachers, text, "")
    yield from _of_programs(students, text, "?tab=students")


def _of_programs(rows: QuerySet[Assignment] | QuerySet[Enrolment], text: str, tab: str) -> Iterator[Person]:
    found = (
        rows.filter(person__is_active=True, person__name_key__contains=name_key(text))
        .order_by("person__name_key", "person_id", "program__code_key")
        .values_list("person_id", "person__name", "program__code")[:READ]
    )
    for (_key, name), own in groupby(found, key=itemgetter(0, 1)):
        codes = tuple(code for _key, _name, code in own)
        yield Person(name, reverse("programs:page", args=[codes[0]]) + tab, programs=codes)

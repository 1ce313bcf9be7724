"""Plans as pages show them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.access.rules import can
from eduraise.accounts.models import User
from eduraise.core.hooks import Act, PagePart
from eduraise.planner.copying import outside_timetable
from eduraise.planner.enums import RowState
from eduraise.planner.models import Plan
from eduraise.programs.enums import Permission
from eduraise.programs.models import Program
from eduraise.programs.timetable_queries import number_of_topics, slots_of

SHOWN = 10


def find_plan(program: Program, uid: UUID) -> Plan | None:
    """A plan of this very program."""
    rows = Plan.objects.filter(program=program, uid=uid)
    return rows.select_related("program__class_settings", "by").first()


def plans_of(program: Program) -> QuerySet[Plan]:
    """The last plans of a program, with how many classes each has scheduled and could not."""
    return (
        Plan.objects.filter(program=program)
        .select_related("by")
        .annotate(
            booked=Count("rows", filter=Q(rows__state=RowState.BOOKED)),
            failed=Count("rows", filter=Q(rows__state=RowState.FAILED)),
            size=Count("rows"),
        )
        .order_by("-made_at", "-pk")[:SHOWN]
    )


def timetable_act(*, program: Program, reader: User, now: datetime, **_more: object) -> Iterator[Act]:
    """On a timetable: the way to plan the term from it, for whoever manages it."""
    if program.archived_at is None and can(reader, Permission.TIMETABLE, program, now):
        yield Act(_("Plan the term"), reverse("planner:new", args=[program.code]), "calendar-plus")


def what_goes_along(program: Program, now: datetime) -> list[str]:
    """What a copy of a program has of it, counted, in words."""
    slots, topics = len(slots_of(program)), number_of_topics(program)
    others = len(outside_timetable(program))
    said = [
        ngettext("%(n)d hour of the week", "%(n)d hours of the week", slots) % {"n": slots},
        ngettext("%(n)d topic", "%(n)d topics", topics) % {"n": topics},
        _("guidelines and rules"),
    ]
    if others:
        words = ngettext("%(n)d class outside the timetable", "%(n)d classes outside the timetable", others)
        said.insert(1, words % {"n": others})
    return said


def program_part(*, program: Program, person: User, now: datetime, **_more: object) -> Iterator[PagePart]:
    """On a program's page: the way to plan its term, and the plans there were, to whoever manages it; to an
    admin the way to its next term, of an archived one too."""
    may_plan = program.archived_at is None and can(person, Permission.TIMETABLE, program, now)
    if may_plan or person.is_admin:
        context = {
            "program": program,
            "plans": list(plans_of(program)),
            "now": now,
            "may_plan": may_plan,
            "may_copy": person.is_admin,
        }
        yield PagePart(_("Planning"), "planner/part_of_program.html", context)

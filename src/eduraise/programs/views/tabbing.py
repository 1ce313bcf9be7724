"""The tabs above every page of a program: what of it this person may open."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from eduraise.access import rules
from eduraise.access.roles import RoleRequest
from eduraise.core import clock
from eduraise.programs.enums import Permission
from eduraise.programs.models import Program
from eduraise.programs.views.answering import page_of

# On the program's own page; the others have pages of their own
ON_PAGE = ("overview", "teachers", "students", "materials", "rules")
FOR_STUDENTS = ("overview", "timetable", "syllabus", "materials")


class Tab(NamedTuple):
    """One of them."""

    name: str
    label: str
    address: str


def tabs_of(program: Program, *, teaches: bool) -> list[Tab]:
    """The tabs of a program's pages, for who teaches in it (or is an admin), or for its students."""
    all_of_them = [
        Tab("overview", _("Overview"), page_of(program, "overview")),
        Tab("timetable", _("Timetable"), reverse("programs:timetable", args=[program.code])),
        Tab("syllabus", _("Syllabus"), reverse("programs:syllabus", args=[program.code])),
        Tab("teachers", _("Teachers"), page_of(program, "teachers")),
        Tab("students", _("Students"), page_of(program, "students")),
        Tab("materials", _("Materials"), page_of(program, "materials")),
        Tab("rules", _("Rules"), page_of(program, "rules")),
    ]
    return [tab for tab in all_of_them if teaches or tab.name in FOR_STUDENTS]


def frame(request: RoleRequest, program: Program, tab: str) -> dict[str, Any]:
    """What each page of a program needs: its tabs, and what this person may change there."""
    now, user = clock.now(), request.user
    teaches = user.is_admin or rules.teaches_in(user, program, now)
    return {
        "program": program,
        "tab": tab,
        "tabs": tabs_of(program, teaches=teaches),
        "teaches": teaches,
        "manages": user.is_admin,
        "plans": program.archived_at is None and rules.can(user, Permission.TIMETABLE, program, now),
        "now": now,
    }

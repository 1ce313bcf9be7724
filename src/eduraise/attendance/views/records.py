"""Attendance over many classes: a program's grid, and a student's own record."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from eduraise.access.decorators import requires, student_only
from eduraise.access.roles import RoleRequest
from eduraise.attendance import own_record, records
from eduraise.attendance.overview import overview_of
from eduraise.attendance.rules import rules_of, words_of
from eduraise.classes.decorators import teachers_and_admins
from eduraise.core import clock
from eduraise.programs.enums import Permission
from eduraise.programs.models import Program


@requires(Permission.SEE_ATTENDANCE)
@require_safe
def grid(request: RoleRequest, program: Program) -> HttpResponse:
    """Students by classes, with what it comes to for each."""
    now, asked = clock.now(), request.GET
    found, people, registers = records.grid_page(
        program,
        students=asked.get("students"),
        classes=asked.get("classes"),
        now=now,
        sees_contact=request.user.is_admin,
    )
    context = {
        "now": now,
        "program": program,
        "grid": found,
        "people": people,
        "registers": registers,
        "rule_words": words_of(rules_of(program))[0],
    }
    return render(request, "attendance/grid.html", context)


@teachers_and_admins
@require_safe
def registers(request: RoleRequest) -> HttpResponse:
    """Which registers need somebody, in all programs whose attendance this person sees."""
    now = clock.now()
    found = overview_of(request.user, now, number=request.GET.get("page"))
    return render(request, "attendance/registers.html", {"now": now, "overview": found})


@student_only
@require_safe
def own(request: RoleRequest) -> HttpResponse:
    """One's own marks: what they come to in each program, and why each is so."""
    now = clock.now()
    found = own_record.of(
        request.user, now, code=request.GET.get("program", ""), number=request.GET.get("page")
    )
    return render(request, "attendance/own.html", {"now": now, "record": found})

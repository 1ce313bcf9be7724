"""Home, by the role that is worn, and help."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from eduraise.access.roles import Role, RoleRequest
from eduraise.access.rules import visible_programs
from eduraise.accounts.models import User
from eduraise.core import clock
from eduraise.today import pages

PAGES = {
    Role.ADMIN: pages.admin_page,
    Role.TEACHER: pages.teacher_page,
    Role.STUDENT: pages.student_page,
}


@require_safe
def home(request: RoleRequest) -> HttpResponse:
    """What is next, what needs me, one obvious button."""
    now = clock.now()
    context = PAGES[request.role](request.user, now) | {"now": now}
    return render(request, f"today/{request.role}.html", context)


@require_safe
def help_page(request: RoleRequest) -> HttpResponse:
    """How things are done here, for the role that is worn, and whom to ask."""
    now = clock.now()
    programs = visible_programs(request.user, now).exclude(support_contact="").order_by("code_key")[:20]
    admins = User.objects.filter(is_admin=True, is_active=True).order_by("name")[:5]
    context = {"programs": programs, "admins": admins, "now": now}
    return render(request, f"today/help_{request.role}.html", context)

"""Students of a program: enrolled and ended."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from eduraise.access.decorators import admin_only, sees_program
from eduraise.access.roles import RoleRequest
from eduraise.accounts.queries import find_person
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.programs import queries
from eduraise.programs.enrolling import end_enrolment, enrol, enrol_by_address
from eduraise.programs.forms.students import EnrolForm
from eduraise.programs.models import Enrolment, Program
from eduraise.programs.views.answering import active_or_404, answer, ending
from eduraise.ui.times import midnight
from eduraise.ui.toasts import say


@admin_only
@sees_program
def enrol_students(request: RoleRequest, program: Program) -> HttpResponse:
    """Enrol one or several people; who is new here is invited."""
    now, zone = clock.now(), ZoneInfo(program.zone)
    form = EnrolForm(request.POST or None, today=now.astimezone(zone).date())
    counted: dict[str, int] = {}

    def make() -> Program:
        since = form.cleaned_data["since_on"]
        counted["new"], counted["known"] = enrol_by_address(
            program=program,
            people=form.cleaned_data["people"],
            by=request.user,
            now=now,
            from_at=midnight(since, zone) if since else None,
        )
        return program

    def said(_made: Program) -> str:
        new, known = counted["new"], counted["known"]
        text = ngettext("%(n)d student is enrolled.", "%(n)d students are enrolled.", new) % {"n": new}
        if not known:
            return text
        were = ngettext("%(n)d was already.", "%(n)d were already.", known) % {"n": known}
        return f"{text} {were}"

    text = request.GET.get("q", "").strip()[:100]
    found = queries.find_people(program, text, now)
    context = {
        "form": form,
        "program": program,
        "text": text,
        "found": found[: queries.FOUND],
        "is_more": len(found) > queries.FOUND,
    }
    return answer(request, form, make, context, said, template="programs/enrol.html", tab="students")


@admin_only
@sees_program
@require_POST
def enrol_known(request: RoleRequest, program: Program) -> HttpResponse:
    """Enrol one person who was found, and lead back to what was looked for."""
    person = find_person(_uid_or_404(request.POST.get("person", "")))
    if person is None:
        raise Http404
    said = _("%(name)s is enrolled.")
    try:
        if not enrol(program=program, people=[person], by=request.user, now=clock.now()):
            said = _("%(name)s was enrolled already.")
    except DomainError as problem:
        say(request, problem.message)
    else:
        say(request, said % {"name": person.name})
    looked_for = urlencode({"q": request.POST.get("q", "")[:100]})
    return redirect(f"{reverse('programs:enrol', args=[program.code])}?{looked_for}")


def _uid_or_404(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


@admin_only
@sees_program
def end_student(request: RoleRequest, program: Program, uid: UUID) -> HttpResponse:
    """End a student's spell, after seeing what that touches."""
    row = active_or_404(Enrolment, program, uid)
    return ending(
        request, program, row, "enrolment", lambda now: end_enrolment(enrolment=row, by=request.user, now=now)
    )

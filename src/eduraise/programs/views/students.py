"""Students of a program: enrolled and ended."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from eduraise.access.decorators import admin_only, sees_program
from eduraise.access.roles import RoleRequest
from eduraise.accounts.models import User
from eduraise.accounts.queries import find_person
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.programs import queries
from eduraise.programs.enrolling import end_enrolment, enrol, enrol_by_address
from eduraise.programs.forms.students import EnrolForm, FoundForm
from eduraise.programs.models import Enrolment, Program
from eduraise.programs.views.answering import active_or_404, answer, ending
from eduraise.ui import times
from eduraise.ui.toasts import say


@admin_only
@sees_program
def enrol_students(request: RoleRequest, program: Program) -> HttpResponse:
    """Enrol one or several people; who is new here is invited."""
    now = clock.now()
    form = EnrolForm(request.POST or None, program=program, now=now)
    counted: dict[str, int] = {}

    def make() -> Program:
        counted["new"], counted["known"] = enrol_by_address(
            program=program,
            people=form.cleaned_data["people"],
            by=request.user,
            now=now,
            from_at=form.from_at,
        )
        return program

    def said(_made: Program) -> str:
        new, known = counted["new"], counted["known"]
        text = ngettext("%(n)d student is enrolled.", "%(n)d students are enrolled.", new) % {"n": new}
        if not known:
            return text
        were = ngettext("%(n)d was already.", "%(n)d were already.", known) % {"n": known}
        return f"{text} {were}"

    since = FoundForm(program=program, now=now, initial={"since_on": request.GET.get("since", "")})
    context = _context(program, request.GET.get("q", ""), now, form=form, since=since)
    return answer(request, form, make, context, said, template="programs/enrol.html", tab="students")


def _context(
    program: Program, looked_for: str, now: datetime, *, form: EnrolForm, since: FoundForm
) -> dict[str, Any]:
    """What the page needs: who is like what was looked for, and since when one of them is enrolled."""
    text = looked_for.strip()[:100]
    found = queries.find_people(program, text, now)
    return {
        "form": form,
        "since": since,
        "program": program,
        "text": text,
        "found": found[: queries.FOUND],
        "is_more": len(found) > queries.FOUND,
    }


@admin_only
@sees_program
@require_POST
def enrol_known(request: RoleRequest, program: Program) -> HttpResponse:
    """Enrol one person who was found, and lead back to what was looked for."""
    person = find_person(_uid_or_404(request.POST.get("person", "")))
    if person is None:
        raise Http404
    now, looked_for = clock.now(), request.POST.get("q", "")[:100]
    since = FoundForm(request.POST, program=program, now=now)
    if not since.is_valid():
        context = _context(program, looked_for, now, form=EnrolForm(program=program, now=now), since=since)
        return render(request, "programs/enrol.html", context, status=422)
    try:
        made = enrol(program=program, people=[person], by=request.user, now=now, from_at=since.from_at)
    except DomainError as problem:
        say(request, problem.message)
    else:
        say(request, _said_of_one(person, since.cleaned_data["since_on"], now, is_new=bool(made)))
    kept = {"q": looked_for} | ({"since": since["since_on"].value()} if since.from_at else {})
    return redirect(f"{reverse('programs:enrol', args=[program.code])}?{urlencode(kept)}")


def _said_of_one(person: User, since: date | None, now: datetime, *, is_new: bool) -> str:
    """That somebody attends, and since when."""
    day = times.day(since, timezone.localdate(now)) if since else ""
    words = {"name": person.name, "day": day}
    if not is_new:
        return _("%(name)s was enrolled already.") % words
    if since:
        return _("%(name)s is enrolled, since %(day)s.") % words
    return _("%(name)s is enrolled, from now on.") % words


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

"""Excuses: sent and taken back by students, answered by teachers."""

from __future__ import annotations

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from eduraise.access.decorators import student_only
from eduraise.access.roles import RoleRequest
from eduraise.attendance import excuses
from eduraise.attendance.enums import ExcuseState
from eduraise.attendance.excused import absent_still
from eduraise.attendance.forms import ExcuseForm
from eduraise.attendance.models import Excuse
from eduraise.classes.decorators import about_a_class, teachers_and_admins
from eduraise.classes.joining import Standing
from eduraise.classes.lessons import name_lessons
from eduraise.classes.models import ClassSession
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.ui.toasts import say

PAGE = 25


@about_a_class
@require_http_methods(["GET", "POST"])
def own(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """A student's excuse for a class: to be written, or as it stands."""
    if not standing.attends:
        raise Http404
    now = clock.now()
    excuse = Excuse.objects.filter(session=session, student=request.user).select_related("decided_by").first()
    waits = excuse is not None and excuse.state == ExcuseState.SENT
    form = ExcuseForm(request.POST or None, text=excuse.text if excuse and waits else "")
    if form.is_bound and form.is_valid():
        try:
            excuses.send_excuse(
                session=session, student=request.user, text=form.cleaned_data["text"], now=now
            )
        except DomainError as problem:
            form.add_problem(problem)
        else:
            say(request, _("Your excuse is sent."))
            return redirect("attendance:excuse", code=session.code)
    until = excuses.until_when(session)
    is_answered = excuse is not None and excuse.state in excuses.ANSWERS
    context = {
        "session": session,
        "excuse": None if excuse and excuse.state == ExcuseState.WITHDRAWN else excuse,
        "waits": waits,
        "form": form,
        "until": until,
        "absent_still": absent_still([excuse] if excuse else []).get(excuse.pk if excuse else 0, ""),
        "may_send": now <= until and session.cancelled_at is None and not is_answered,
    }
    return render(request, "attendance/excuse.html", context, status=422 if form.errors else 200)


@about_a_class
@require_POST
def withdrawal(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """Take one's own excuse back."""
    excuse = Excuse.objects.filter(session=session, student=request.user).first()
    if excuse is None:
        raise Http404
    try:
        excuses.withdraw_excuse(excuse=excuse, now=clock.now())
    except DomainError as problem:
        say(request, problem.message)
    else:
        say(request, _("Your excuse is taken back."))
    return redirect("attendance:excuse", code=session.code)


@student_only
@require_safe
def mine(request: RoleRequest) -> HttpResponse:
    """All excuses that this person sent."""
    rows = Paginator(excuses.of_student(request.user), PAGE).get_page(request.GET.get("page"))
    name_lessons([one.session for one in rows], clock.now())
    context = {"excuses": rows, "absent_still": absent_still(rows)}
    return render(request, "attendance/my_excuses.html", context)


@teachers_and_admins
@require_safe
def waiting(request: RoleRequest) -> HttpResponse:
    """The excuses that this person may answer, and what was answered last."""
    now = clock.now()
    rows = Paginator(excuses.to_answer(request.user, now), PAGE).get_page(request.GET.get("page"))
    lately = excuses.lately_answered(request.user, now)
    name_lessons([one.session for one in [*rows, *lately]], now)
    context = {"excuses": rows, "lately": lately, "now": now, "absent_still": absent_still(lately)}
    return render(request, "attendance/excuses.html", context)


@require_POST
def answer(request: RoleRequest, uid: UUID) -> HttpResponse:
    """Accept an excuse, or don't."""
    excuse, choice = _found(request, uid), request.POST.get("choice", "")
    if choice not in ("accept", "decline"):
        raise Http404
    try:
        answered = excuses.answer_excuse(
            excuse=excuse,
            accept=choice == "accept",
            answer=request.POST.get("answer", ""),
            by=request.user,
            now=clock.now(),
        )
    except DomainError as problem:
        say(request, problem.message)
    else:
        undo = reverse("attendance:take_back", args=[uid])
        say(request, _said_of(answered), undo=undo)
    return redirect("attendance:excuses")


def _said_of(excuse: Excuse) -> str:
    """What an answer came to."""
    words = {"name": excuse.student.name, "why": absent_still([excuse]).get(excuse.pk, "")}
    if excuse.state != ExcuseState.ACCEPTED:
        return _("%(name)s’s excuse is not accepted.") % words
    if words["why"]:
        return _("%(name)s’s excuse is accepted. %(why)s") % words
    return _("%(name)s is excused.") % words


@require_POST
def take_back(request: RoleRequest, uid: UUID) -> HttpResponse:
    """Undo an answer."""
    try:
        excuses.take_back_answer(excuse=_found(request, uid), by=request.user, now=clock.now())
    except DomainError as problem:
        say(request, problem.message)
    else:
        say(request, _("The excuse waits for an answer again."))
    return redirect("attendance:excuses")


def _found(request: RoleRequest, uid: UUID) -> Excuse:
    """An excuse that this person may answer; 404 for any other."""
    rows = Excuse.objects.filter(excuses.answerable_by(request.user, clock.now()), uid=uid)
    found = rows.select_related("session__program", "session__teacher", "student").first()
    if found is None:
        raise Http404
    return found

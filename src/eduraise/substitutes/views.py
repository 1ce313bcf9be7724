"""Finding a substitute, answering when one is asked, and giving a class back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from eduraise.access.roles import RoleRequest
from eduraise.classes.decorators import about_a_class
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.substitutes.asking import ask, decline, withdraw
from eduraise.substitutes.candidates import FIRST, SHOWN, Candidate, candidates_of
from eduraise.substitutes.forms import AnswerForm, FindForm
from eduraise.substitutes.models import Substitution
from eduraise.substitutes.queries import offer_of, question_for
from eduraise.substitutes.returning import give_back
from eduraise.substitutes.rules import accepted_of, asked_of, may_arrange, may_assign, may_return
from eduraise.substitutes.showing import is_ahead
from eduraise.substitutes.taking import accept, assign
from eduraise.ui.times import week_of
from eduraise.ui.toasts import say

type View = Callable[..., HttpResponseBase]
TEXT_LONGEST = 100


def for_arrangers(view: View) -> View:
    """The class in the address, for whoever may look for its substitute; 404 for everybody else."""

    @about_a_class
    @wraps(view)
    def checked(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponseBase:
        now = clock.now()
        if not may_arrange(request.user, session, now):
            raise Http404
        return view(request, session=session, now=now)

    return checked


@for_arrangers
@require_http_methods(["GET", "POST"])
def find(request: RoleRequest, session: ClassSession, now: datetime) -> HttpResponse:
    """Who could take a class, best first; one click asks one of them, or puts her on it."""
    if request.method == "GET" and not is_ahead(session, now):
        say(request, _("This class can’t change hands any more."))
        return redirect("classes:detail", code=session.code)
    text = request.GET.get("q", "").replace("\0", "").strip()[:TEXT_LONGEST]
    candidates = candidates_of(session, now, text=text)
    form = FindForm(request.POST or None, candidates=candidates, initial={"version": session.version})
    if form.is_bound and form.is_valid():
        try:
            return _sent(request, session, form, now)
        except DomainError as problem:
            form.add_problem(problem)
    rows = _rows(form)
    context = {
        "now": now,
        "form": form,
        "session": session,
        "text": text,
        "asked": asked_of(session),
        "accepted": accepted_of(session),
        "may_assign": may_assign(request.user, session, now),
        "is_own": session.teacher_id == request.user.pk,
        "rows": rows[:FIRST],
        "more": rows[FIRST:],
        "shows_more": any(problem for _one, problem, _kind in rows[FIRST:]),
        "week_on": week_of(session.starts_at, timezone.get_current_timezone())[0].date(),
        "may_search": bool(text) or len(candidates) == SHOWN,
    }
    return render(request, "substitutes/find.html", context, status=422 if form.is_bound else 200)


def _rows(form: FindForm) -> list[tuple[Candidate, str, str]]:
    """The candidates, each with what was refused of her, and the kind of her button: the best one's stands
    out."""
    best = next((one for one in form.candidates if one.may_be_asked), None)
    return [
        (one, form.problems.get(str(one.person.uid), ""), "primary" if one is best else "plain")
        for one in form.candidates
    ]


def _sent(request: RoleRequest, session: ClassSession, form: FindForm, now: datetime) -> HttpResponse:
    wish: dict[str, Any] = {
        "session": session,
        "seen_version": form.cleaned_data["version"],
        "teacher": form.chosen,
        "by": request.user,
        "now": now,
    }
    words = {"name": form.chosen.name, "topic": session.topic}
    if form.is_assigning:
        assign(**wish)
        say(request, _("%(name)s takes “%(topic)s”.") % words, undo=_return_address(session))
    else:
        ask(**wish, note=form.cleaned_data["note"])
        said = _("%(name)s is asked. You hear as soon as there is an answer.")
        say(request, said % words, undo=reverse("substitutes:withdrawal", args=[session.code]))
    return redirect("classes:detail", code=session.code)


def _return_address(session: ClassSession) -> str:
    return reverse("substitutes:return", args=[session.code])


@for_arrangers
@require_POST
def withdrawal(request: RoleRequest, session: ClassSession, now: datetime) -> HttpResponse:
    """Take back that somebody is asked."""
    try:
        row = withdraw(session=session, by=request.user, now=now)
    except DomainError as problem:
        say(request, problem.message)
    else:
        say(request, _("%(name)s need not answer any more.") % {"name": row.substitute.name})
    return redirect("classes:detail", code=session.code)


@about_a_class
@require_POST
def return_class(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """Give a class back to whoever it was taken for."""
    now = clock.now()
    row = accepted_of(session)
    if row is None or not may_return(request.user, row, now):
        if not may_arrange(request.user, session, now):
            raise Http404
        say(request, _("Nobody takes this class for another any more."))
        return redirect("classes:detail", code=session.code)
    try:
        back = give_back(session=session, seen_version=session.version, by=request.user, now=now)
    except DomainError as problem:
        say(request, problem.message)
    else:
        words = {"topic": back.topic, "name": back.teacher.name}
        say(request, _("“%(topic)s” is %(name)s’s class again.") % words)
    return redirect("classes:detail", code=session.code)


@require_http_methods(["GET", "POST"])
def question(request: RoleRequest, uid: UUID) -> HttpResponse:
    """The class that one is asked to take: yes, or no and why. For whoever is asked; 404 for others."""
    now = clock.now()
    row = question_for(request.user, uid)
    if row is None:
        raise Http404
    form = AnswerForm(request.POST or None, initial={"version": row.session.version})
    if form.is_bound and form.is_valid():
        try:
            return _answered(request, row, form, now)
        except DomainError as problem:
            form.add_problem(problem)
            row = question_for(request.user, uid) or row
    context = {"now": now, "form": form, "row": row, "offer": offer_of(row, now), "session": row.session}
    return render(request, "substitutes/question.html", context, status=422 if form.is_bound else 200)


def _answered(request: RoleRequest, row: Substitution, form: AnswerForm, now: datetime) -> HttpResponse:
    words = {"topic": row.session.topic}
    if form.cleaned_data["answer"] == "no":
        decline(row=row, by=request.user, now=now, reason=form.cleaned_data["reason"])
        say(request, _("You said that you can’t take “%(topic)s”.") % words)
        return redirect("substitutes:question", uid=row.uid)
    accept(row=row, seen_version=form.cleaned_data["version"], by=request.user, now=now)
    say(request, _("“%(topic)s” is yours for this once.") % words)
    return redirect("classes:detail", code=row.session.code)

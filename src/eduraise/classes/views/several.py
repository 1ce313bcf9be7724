"""What is done to several chosen classes as one: moved, cancelled, undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from eduraise.access.roles import RoleRequest
from eduraise.accounts.models import User
from eduraise.classes.addresses import restore_address
from eduraise.classes.changesets import restored_words
from eduraise.classes.decorators import teachers_and_admins
from eduraise.classes.enums import ChangeSetKind
from eduraise.classes.handing import may_give
from eduraise.classes.models import ChangeSet, ClassSession
from eduraise.classes.picking import (
    Outlook,
    Picked,
    outlook_of_cancelling,
    outlook_of_move,
    outlook_of_restoring,
    read_picked,
)
from eduraise.classes.queries import cancelled_with, changeable_by
from eduraise.classes.restoring import restore_classes
from eduraise.classes.several import cancel_several, move_several
from eduraise.classes.several_forms import MessageForm, MoveSeveralForm
from eduraise.classes.taking_back import before_words, cost_of, taking_of, undo_set
from eduraise.core import clock, hooks
from eduraise.core.errors import DomainError
from eduraise.programs.enums import Permission
from eduraise.programs.models import Program
from eduraise.ui.toasts import say

# A button that only looks again saves nothing
LOOK = "look"


@teachers_and_admins
@require_http_methods(["GET", "POST"])
def move(request: RoleRequest) -> HttpResponse:
    """Move the classes that were ticked; each row says what would come of it."""
    now = clock.now()
    picked = _picked(request, Permission.EDIT, now)
    form = _move_form(request)
    if request.method == "POST" and LOOK not in request.POST and form.is_valid():
        return _moved(request, form, picked, now)
    return _move_page(request, form, picked, now)


@teachers_and_admins
@require_POST
def move_preview(request: RoleRequest) -> HttpResponse:
    """The parts of that page that say what would happen; saves nothing, refuses nothing."""
    now = clock.now()
    picked = _picked(request, Permission.EDIT, now)
    context = _move_context(request, MoveSeveralForm(request.POST), picked, now)
    return render(request, "classes/several_move.html#preview", context)


@teachers_and_admins
@require_http_methods(["GET", "POST"])
def cancellation(request: RoleRequest) -> HttpResponse:
    """Cancel the classes that were ticked."""
    now = clock.now()
    picked = _picked(request, Permission.CANCEL, now)
    form = MessageForm(request.POST or None)
    problems: Mapping[str, DomainError] = {}
    if request.method == "POST" and form.is_valid():
        try:
            message = form.cleaned_data["message"]
            made = cancel_several(chosen=picked.chosen(), by=request.user, now=now, message=message)
        except DomainError as problem:
            problems = _add_problem(form, problem)
        else:
            number = len(picked.meant)
            words = ngettext("%(n)d class is cancelled.", "%(n)d classes are cancelled.", number)
            return done(request, made, words % {"n": number}, now)
    outlook = outlook_of_cancelling(picked, now)
    context = _context(request, form, picked, _with_problems(outlook, problems), now)
    return render(request, "classes/several_cancel.html", context, status=422 if form.errors else 200)


@teachers_and_admins
@require_http_methods(["GET", "POST"])
def restoration(request: RoleRequest) -> HttpResponse:
    """Hold cancelled classes after all, one or several; each row says what is in its way."""
    now = clock.now()
    picked = _picked(request, Permission.CANCEL, now)
    form = MessageForm(request.POST or None)
    problems: Mapping[str, DomainError] = {}
    if request.method == "POST" and LOOK not in request.POST and form.is_valid():
        try:
            message = form.cleaned_data["message"]
            back = restore_classes(chosen=picked.chosen(), by=request.user, now=now, message=message)
        except DomainError as problem:
            problems = _add_problem(form, problem)
        else:
            say(request, restored_words(len(back)))
            return redirect(back_to(request))
    picked, outlook = outlook_of_restoring(picked, request.user, now, is_first=request.method == "GET")
    context = _context(request, form, picked, _with_problems(outlook, problems), now)
    is_refused = LOOK not in request.POST and form.errors
    return render(request, "classes/several_restore.html", context, status=422 if is_refused else 200)


def _add_problem(form: MessageForm, problem: DomainError) -> Mapping[str, DomainError]:
    """Let a form say what an action refused; why, by the code of each class that it names."""
    form.add_error(problem.field if problem.field in form.fields else None, problem.message)
    return getattr(problem, "problems", {})


@teachers_and_admins
@require_http_methods(["GET", "POST"])
def undo(request: RoleRequest, uid: UUID) -> HttpResponse:
    """Take back what was done to several classes; asked without doing it, what that takes."""
    now = clock.now()
    change_set = ChangeSet.objects.filter(uid=uid).select_related("by").first()
    if change_set is None or not _may_undo(change_set, request.user, now):
        raise Http404
    is_off = change_set.kind == ChangeSetKind.CANCELLED
    if is_off and (request.method == "GET" or change_set.tell_at <= now):
        return redirect(restore_address(cancelled_with(change_set), back_to(request)))
    if request.method == "GET":
        return _undo_page(request, change_set, now)
    try:
        number = undo_set(change_set=change_set, by=request.user, now=now)
    except DomainError as problem:
        say(request, problem.message)
    else:
        say(request, _undone_words(change_set, number))
    return redirect(back_to(request))


def _undo_page(request: RoleRequest, change_set: ChangeSet, now: datetime) -> HttpResponse:
    taking = taking_of(change_set, now)
    context = {
        "now": now,
        "change_set": change_set,
        "taking": taking,
        "cost": cost_of(taking),
        "why_not": taking.why_not(),
        "rows": [(one, before_words(one, taking.was[one.pk], now)) for one in taking.changed],
        "back": back_to(request),
    }
    return render(request, "classes/several_undo.html", context)


def _undone_words(change_set: ChangeSet, number: int) -> str:
    if change_set.told_at is None:
        words = ngettext(
            "%(n)d class is as it was. No message about it went out.",
            "%(n)d classes are as they were. No message about them went out.",
            number,
        )
    else:
        words = ngettext("%(n)d class is as it was.", "%(n)d classes are as they were.", number)
    return words % {"n": number}


def _may_undo(change_set: ChangeSet, person: User, now: datetime) -> bool:
    """Whether somebody may still do to all of its classes what was done."""
    if change_set.kind == ChangeSetKind.GIVEN:
        programs = Program.objects.filter(classes__changes__change_set=change_set).distinct()
        return all(may_give(person, program, now) for program in programs)
    is_off = change_set.kind == ChangeSetKind.CANCELLED
    needed = Permission.CANCEL if is_off else Permission.EDIT
    classes = ClassSession.objects.filter(changes__change_set=change_set)
    mine = changeable_by(person, needed, now).filter(pk__in=classes.values("pk"))
    return mine.count() == classes.distinct().count()


def done(request: RoleRequest, change_set: ChangeSet, words: str, now: datetime) -> HttpResponse:
    """Say what was done, with its undo as long as there is one, and lead back to the list."""
    say(request, words, undo=undo_address(change_set, now))
    return redirect(back_to(request))


def with_what_follows(words: str, change_set: ChangeSet, reader: User, now: datetime) -> str:
    """That classes were moved, and what else is to be done then, as links."""
    uids = set(change_set.changes.values_list("session__uid", flat=True))
    acts = hooks.classes_moved.ask(class_uids=uids, reader=reader, now=now)
    links = format_html_join("", ' <a href="{}">{}</a>', ((act.url, act.verb) for act in acts))
    return format_html("{}{}", words, links)


def undo_address(change_set: ChangeSet, now: datetime) -> str:
    """Where a set is undone; "" where it can't be."""
    return reverse("classes:undo_several", args=[change_set.uid]) if change_set.tell_at > now else ""


def back_to(request: RoleRequest) -> str:
    """The list that one came from, if it is one of ours; else that of all classes."""
    address = request.POST.get("back") or request.GET.get("back") or ""
    is_ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if is_ours and address.startswith("/") else reverse("classes:list")


def _picked(request: RoleRequest, permission: str, now: datetime) -> Picked:
    """The classes of the page. 404 where they are none that this person may change."""
    data = request.POST if request.method == "POST" else request.GET
    picked = read_picked(data, request.user, permission, now)
    if not picked.sessions and picked.left_out:
        raise Http404
    return picked


def _move_form(request: RoleRequest) -> MoveSeveralForm:
    """As it was typed; or as the address asks for it, so that a link may say how."""
    if request.method == "POST":
        return MoveSeveralForm(request.POST)
    return MoveSeveralForm(request.GET) if "how" in request.GET else MoveSeveralForm()


def _moved(request: RoleRequest, form: MoveSeveralForm, picked: Picked, now: datetime) -> HttpResponse:
    typed = form.cleaned_data
    try:
        made = move_several(
            chosen=picked.chosen(form.shift(picked.meant, now)),
            by=request.user,
            now=now,
            message=typed["message"],
            reason=typed["reason"],
        )
    except DomainError as problem:
        form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        return _move_page(request, form, picked, now, getattr(problem, "problems", {}))
    number = len(picked.meant)
    words = ngettext("%(n)d class was moved.", "%(n)d classes were moved.", number)
    return done(request, made, with_what_follows(words % {"n": number}, made, request.user, now), now)


def _move_page(
    request: RoleRequest,
    form: MoveSeveralForm,
    picked: Picked,
    now: datetime,
    problems: Mapping[str, DomainError] | None = None,
) -> HttpResponse:
    context = _move_context(request, form, picked, now, problems or {})
    is_refused = request.method == "POST" and LOOK not in request.POST
    return render(request, "classes/several_move.html", context, status=422 if is_refused else 200)


def _move_context(
    request: RoleRequest,
    form: MoveSeveralForm,
    picked: Picked,
    now: datetime,
    problems: Mapping[str, DomainError] | None = None,
) -> dict[str, Any]:
    # what an action refused is no fault of what was typed
    can_shift = form.is_bound and (form.is_valid() or bool(problems))
    shift = form.shift(picked.meant, now) if can_shift else None
    outlook = _with_problems(outlook_of_move(picked, shift, request.user, now), problems or {})
    context = _context(request, form, picked, outlook, now)
    return context | {
        "says_where": shift is not None,
        "asks_reason": _asks_reason(problems or {}),
        "preview_url": reverse("classes:move_several_preview"),
    }


def _asks_reason(problems: Mapping[str, DomainError]) -> bool:
    return any(problem.field == "reason" for problem in problems.values())


def _with_problems(outlook: Outlook, problems: Mapping[str, DomainError]) -> Outlook:
    """What an action refused stands at the rows that it refused."""
    if not problems:
        return outlook
    verdicts = [
        replace(verdict, problem=problems[verdict.session.code].message)
        if verdict.session.code in problems
        else verdict
        for verdict in outlook.verdicts
    ]
    return replace(outlook, verdicts=verdicts)


def _context(
    request: RoleRequest, form: Any, picked: Picked, outlook: Outlook, now: datetime
) -> dict[str, Any]:
    return {
        "now": now,
        "form": form,
        "picked": picked,
        "outlook": outlook,
        "ticked": picked.ticked,
        "back": back_to(request),
    }

"""What is done to one class: changed, cancelled, undone, put right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from eduraise.access.roles import RoleRequest
from eduraise.classes import differences, troubles
from eduraise.classes.addresses import page_of, restore_address
from eduraise.classes.booking import try_again
from eduraise.classes.cancelling import cancel_class
from eduraise.classes.changesets import words_of_set
from eduraise.classes.changing import change_class, hosts_of
from eduraise.classes.decorators import about_a_class, class_needing
from eduraise.classes.detailing import Detail
from eduraise.classes.enums import ChangeSetKind, ClassState
from eduraise.classes.forms import CancelForm, EditForm, HandOverForm
from eduraise.classes.handing import barred_from, hand_over, may_give, takers_of
from eduraise.classes.handing_together import give_together
from eduraise.classes.joining import Standing
from eduraise.classes.models import ChangeSet, ClassSession
from eduraise.classes.previewing import Preview, Wish, preview_of
from eduraise.classes.queries import Hearers, hearers_of
from eduraise.classes.reaching import (
    question_of_edit,
    reaches_of_cancelling,
    reaches_of_giving,
    sentences_of_edit,
    who_cannot,
)
from eduraise.classes.series_forms import ask_scope, scope_of
from eduraise.classes.series_parts import Part, Scope, parts_of
from eduraise.classes.together import cancel_part, change_together
from eduraise.classes.undoing import undo_change
from eduraise.classes.views.several import undo_address, with_what_follows
from eduraise.classes.words import when_words
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.programs.enums import Permission
from eduraise.ui.toasts import say

type Parts = Mapping[Scope, Part]


@class_needing(Permission.EDIT)
@require_http_methods(["GET", "POST"])
def change(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """Change a class: its title, its hours, its settings."""
    now = clock.now()
    if closed := _closed(request, session):
        return closed
    is_sent = request.method == "POST" and "use" not in request.POST
    form = EditForm(request.POST if is_sent else None, session=session, reader=request.user, now=now)
    ask_scope(form, parts := parts_of(session, now))
    if request.method == "POST" and not is_sent:
        form.reopen(request.POST)
    if is_sent and form.is_valid():
        try:
            return _change(request, session, form, now)
        except DomainError as problem:
            form.add_problem(problem)
    elif not form.is_bound:
        _show_refusal(form, session, request, standing, now)
    return _change_page(request, form, session, parts, now)


@class_needing(Permission.EDIT)
@require_POST
def change_preview(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """The parts of the change's page that say what would happen; saves nothing."""
    now = clock.now()
    form = EditForm(None, session=session, reader=request.user, now=now)
    ask_scope(form, parts := parts_of(session, now))
    form.reopen(request.POST)
    context = _change_context(request, form, session, parts, now)
    return render(request, "classes/change.html#preview", context)


@class_needing(Permission.EDIT)
@require_http_methods(["GET", "POST"])
def teacher(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """Give a class to another teacher of its program; for its lead and for admins."""
    now = clock.now()
    if not may_give(request.user, session.program, now):
        raise Http404
    if closed := _closed(request, session, also_live=True):
        return closed
    takers = takers_of(session, now)
    form = HandOverForm(request.POST or None, takers=takers, initial={"version": session.version})
    ask_scope(form, parts := parts_of(session, now))
    if form.is_bound and form.is_valid():
        try:
            return _give(request, session, form, now)
        except DomainError as problem:
            form.add_problem(problem)
    context = {
        "now": now,
        "form": form,
        "session": session,
        "barred": barred_from(session, now),
        "reaches": reaches_of_giving(parts, takers, request.user, now),
        "cannot": who_cannot([session], takers, request.user, now),
        "hearers": hearers_of([session.program], now) if session.told_booked else Hearers(),
    }
    return render(request, "classes/hand_over.html", context, status=422 if form.is_bound else 200)


@class_needing(Permission.CANCEL)
@require_http_methods(["GET", "POST"])
def cancellation(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """Cancel a class, with a word to its students."""
    now = clock.now()
    if closed := _closed(request, session, also_live=True):
        return closed
    form = CancelForm(request.POST or None, initial={"version": session.version})
    ask_scope(form, parts := parts_of(session, now))
    if form.is_bound and form.is_valid():
        try:
            return _cancel(request, session, form, now)
        except DomainError as problem:
            form.add_problem(problem)
    context = {
        "now": now,
        "form": form,
        "session": session,
        "detail": Detail(session, standing, request.user, now),
        "reaches": reaches_of_cancelling(parts, now),
    }
    status = 422 if form.is_bound else 200
    return render(request, "classes/cancel.html", context, status=status)


@about_a_class
@require_POST
def undo(request: RoleRequest, session: ClassSession, standing: Standing, version: int) -> HttpResponse:
    """Take back the last change, if nobody has heard of it yet."""
    needed = Permission.CANCEL if session.cancelled_at else Permission.EDIT
    if not standing.may(needed):
        raise Http404
    page = page_of(session)
    try:
        undo_change(session=session, version=version, by=request.user, now=clock.now())
    except DomainError as problem:
        if session.cancelled_at is not None:
            say(request, _("It was sent already. The class can be restored here."))
            return redirect(restore_address([session], page))
        say(request, problem.message)
    else:
        say(request, _("Undone. No message about it went out."))
    return redirect(page)


@class_needing(Permission.EDIT)
@require_POST
def difference(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """Choose between Zoom's and ours, or book again what was deleted there."""
    choices: dict[str, tuple[Any, str]] = {
        "take": (differences.take_zooms_time, _("Moved to Zoom’s time.")),
        "restore": (differences.restore_ours, _("Zoom is being set back to the time that stands here.")),
        "anew": (differences.book_anew, _("It is being booked anew. The link stays the same.")),
        "guard": (differences.guard_again, _("Zoom is being asked to guard it again.")),
        "unguard": (differences.keep_unguarded, _("It stays as Zoom has it.")),
        "book": (differences.book_again, _("It is being booked again. The link stays the same.")),
    }
    chosen = choices.get(request.POST.get("choice", ""))
    if chosen is None:
        return HttpResponse(status=400)
    act, words = chosen
    try:
        done = act(session=session, seen_version=session.version, by=request.user, now=clock.now())
    except DomainError as problem:
        say(request, problem.message)
    else:
        say(request, words, undo=_undo_address(done) if act is differences.take_zooms_time else "")
    return redirect("classes:detail", code=session.code)


@class_needing(Permission.EDIT)
@require_POST
def booking(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """Ask Zoom again for what it refused."""
    if try_again(session=session, by=request.user, now=clock.now()):
        say(request, _("Zoom is being asked again."))
    return redirect("classes:detail", code=session.code)


def _closed(request: RoleRequest, session: ClassSession, *, also_live: bool = False) -> HttpResponse | None:
    """Where nothing can be done any more, no form promises it: back to the class, which says why. What is
    sent all the same is refused by its action, beside what was typed."""
    why = {
        ClassState.CANCELLED: _("This class is cancelled."),
        ClassState.ENDED: _("This class is over."),
        ClassState.LIVE: _("People are in this class now. End it in Zoom first.") if also_live else "",
    }.get(ClassState(session.shown_state), "")
    if request.method == "POST" or not why:
        return None
    say(request, why)
    return redirect("classes:detail", code=session.code)


def _change(request: RoleRequest, session: ClassSession, form: EditForm, now: datetime) -> HttpResponse:
    """Change the class, or as many of its series as were chosen."""
    what: dict[str, Any] = {
        "session": session,
        "seen_version": form.cleaned_data["version"],
        "edit": form.edit(),
        "by": request.user,
        "now": now,
        "message": form.cleaned_data["message"],
    }
    scope = scope_of(form)
    if scope is None:
        return _changed(request, session, change_class(**what), now)
    made = change_together(scope=scope, **what)
    return _said_of_several(request, session, made, now)


def _give(request: RoleRequest, session: ClassSession, form: HandOverForm, now: datetime) -> HttpResponse:
    what: dict[str, Any] = {
        "session": session,
        "seen_version": form.cleaned_data["version"],
        "teacher": form.chosen,
        "by": request.user,
        "now": now,
        "message": form.cleaned_data["message"],
        "despite": form.cleaned_data["despite"],
    }
    scope = scope_of(form)
    if scope is not None:
        return _said_of_several(request, session, give_together(scope=scope, **what), now)
    given = hand_over(**what)
    say(
        request,
        _("“%(topic)s” is %(name)s’s class now.") % {"topic": given.topic, "name": given.teacher.name},
    )
    return redirect("classes:detail", code=session.code)


def _cancel(request: RoleRequest, session: ClassSession, form: CancelForm, now: datetime) -> HttpResponse:
    what: dict[str, Any] = {
        "session": session,
        "seen_version": form.cleaned_data["version"],
        "by": request.user,
        "now": now,
        "message": form.cleaned_data["message"],
    }
    scope = scope_of(form)
    if scope is not None:
        return _said_of_several(request, session, cancel_part(scope=scope, **what), now)
    words = _("“%(topic)s” is cancelled.") % {"topic": session.topic}
    say(request, words, undo=_undo_address(cancel_class(**what)))
    return redirect("classes:detail", code=session.code)


def _said_of_several(
    request: RoleRequest, session: ClassSession, made: ChangeSet | None, now: datetime
) -> HttpResponse:
    if made is None:
        say(request, _("Nothing was changed."))
    else:
        words = words_of_set(made)
        if made.kind == ChangeSetKind.MOVED:
            words = with_what_follows(words, made, request.user, now)
        say(request, words, undo=undo_address(made, now))
    return redirect("classes:detail", code=session.code)


def _changed(request: RoleRequest, before: ClassSession, after: ClassSession, now: datetime) -> HttpResponse:
    if after.version == before.version:
        say(request, _("Nothing was changed."))
    elif (before.starts_at, before.ends_at) != (after.starts_at, after.ends_at):
        words = {"topic": after.topic, "when": when_words(after, now)}
        undo = _undo_address(after) if after.tell_at > now else ""
        say(request, _("“%(topic)s” is now %(when)s.") % words, undo=undo)
    else:
        say(request, _("“%(topic)s” is changed.") % {"topic": after.topic}, undo=_undo_address(after))
    return redirect("classes:detail", code=after.code)


def _undo_address(session: ClassSession) -> str:
    return reverse("classes:undo", args=[session.code, session.version])


def _show_refusal(
    form: EditForm, session: ClassSession, request: RoleRequest, standing: Standing, now: datetime
) -> None:
    """What Zoom refused stands at the field that it concerns."""
    trouble = troubles.trouble_of(session, request.user, now, may_edit=standing.may(Permission.EDIT))
    if trouble is not None and trouble.field in form.fields:
        form.refused = {trouble.field: trouble.detail}


def _change_page(
    request: RoleRequest, form: EditForm, session: ClassSession, parts: Parts, now: datetime
) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    context = _change_context(request, form, session, parts, now)
    return render(request, "classes/change.html", context, status=status)


def _change_context(
    request: RoleRequest, form: EditForm, session: ClassSession, parts: Parts, now: datetime
) -> dict[str, Any]:
    read = form.read()
    preview, reach = _preview(request, read, session, now), []
    part = parts.get(scope) if (scope := scope_of(form)) else None
    if part is not None:
        edit = read.edit_so_far()
        reach = sentences_of_edit(session, part, edit, request.user, now)
        preview = replace(preview, question=question_of_edit(session, part, edit, request.user, now))
    form.ask(preview.question)
    return {
        "now": now,
        "form": form,
        "session": session,
        "preview": preview,
        "preview_url": reverse("classes:change_preview", args=[session.code]),
        "reach": reach,
        "reached": part,
    }


def _preview(request: RoleRequest, read: EditForm, session: ClassSession, now: datetime) -> Preview:
    wish = Wish(
        program=session.program,
        teacher=session.teacher,
        topic=read.cleaned_data.get("topic", ""),
        starts_at=read.starts_at,
        duration=read.duration,
        zone=read.cleaned_data.get("zone", session.zone),
        auto_recording=read.settled("auto_recording"),
        but=session.uid,
        was=(session.starts_at, session.ends_at),
        holders=hosts_of([session]),
    )
    return preview_of(wish, reader=request.user, now=now)

"""What is done to one class: changed, cancelled, undone, put right."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from eduraise.access.roles import RoleRequest
from eduraise.classes import differences, troubles
from eduraise.classes.booking import try_again
from eduraise.classes.cancelling import cancel_class
from eduraise.classes.changing import change_class
from eduraise.classes.decorators import about_a_class, class_needing
from eduraise.classes.detailing import Detail
from eduraise.classes.enums import ClassState
from eduraise.classes.forms import CancelForm, EditForm, HandOverForm
from eduraise.classes.handing import barred_from, hand_over, may_give, takers_of
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.classes.previewing import Preview, Wish, preview_of
from eduraise.classes.undoing import undo_change
from eduraise.classes.words import when_words
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.programs.enums import Permission
from eduraise.ui.toasts import say


@class_needing(Permission.EDIT)
@require_http_methods(["GET", "POST"])
def change(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """Change a class: its title, its hours, its settings."""
    now = clock.now()
    if closed := _closed(request, session):
        return closed
    is_sent = request.method == "POST" and "use" not in request.POST
    form = EditForm(request.POST if is_sent else None, session=session, reader=request.user, now=now)
    if request.method == "POST" and not is_sent:
        form.reopen(request.POST)
    if is_sent and form.is_valid():
        try:
            changed = change_class(
                session=session,
                seen_version=form.cleaned_data["version"],
                edit=form.edit(),
                by=request.user,
                now=now,
                message=form.cleaned_data["message"],
            )
        except DomainError as problem:
            form.add_problem(problem)
        else:
            return _changed(request, session, changed, now)
    elif not form.is_bound:
        _show_refusal(form, session, request, standing, now)
    return _change_page(request, form, session, now)


@class_needing(Permission.EDIT)
@require_POST
def change_preview(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """The parts of the change's page that say what would happen; saves nothing."""
    now = clock.now()
    form = EditForm(None, session=session, reader=request.user, now=now)
    form.reopen(request.POST)
    return render(request, "classes/change.html#preview", _change_context(request, form, session, now))


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
    if form.is_bound and form.is_valid():
        try:
            given = hand_over(
                session=session,
                seen_version=form.cleaned_data["version"],
                teacher=form.chosen,
                by=request.user,
                now=now,
                message=form.cleaned_data["message"],
                despite=form.cleaned_data["despite"],
            )
        except DomainError as problem:
            form.add_problem(problem)
        else:
            words = {"topic": given.topic, "name": given.teacher.name}
            say(request, _("“%(topic)s” is %(name)s’s class now.") % words)
            return redirect("classes:detail", code=session.code)
    context = {"now": now, "form": form, "session": session, "barred": barred_from(session, now)}
    return render(request, "classes/hand_over.html", context, status=422 if form.is_bound else 200)


@class_needing(Permission.CANCEL)
@require_http_methods(["GET", "POST"])
def cancellation(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """Cancel a class, with a word to its students."""
    now = clock.now()
    if closed := _closed(request, session, also_live=True):
        return closed
    form = CancelForm(request.POST or None, initial={"version": session.version})
    if form.is_bound and form.is_valid():
        try:
            cancelled = cancel_class(
                session=session,
                seen_version=form.cleaned_data["version"],
                by=request.user,
                now=now,
                message=form.cleaned_data["message"],
            )
        except DomainError as problem:
            form.add_problem(problem)
        else:
            words = _("“%(topic)s” is cancelled.") % {"topic": session.topic}
            say(request, words, undo=_undo_address(cancelled))
            return redirect("classes:detail", code=session.code)
    shown = Detail(session, standing, request.user, now)
    context = {"now": now, "form": form, "session": session, "detail": shown}
    status = 422 if form.is_bound else 200
    return render(request, "classes/cancel.html", context, status=status)


@about_a_class
@require_POST
def undo(request: RoleRequest, session: ClassSession, standing: Standing, version: int) -> HttpResponse:
    """Take back the last change, if nobody has heard of it yet."""
    needed = Permission.CANCEL if session.cancelled_at else Permission.EDIT
    if not standing.may(needed):
        raise Http404
    try:
        undo_change(session=session, version=version, by=request.user, now=clock.now())
    except DomainError as problem:
        say(request, problem.message)
    else:
        say(request, _("Undone. No message about it went out."))
    return redirect("classes:detail", code=session.code)


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


def _change_page(request: RoleRequest, form: EditForm, session: ClassSession, now: datetime) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    context = _change_context(request, form, session, now)
    return render(request, "classes/change.html", context, status=status)


def _change_context(
    request: RoleRequest, form: EditForm, session: ClassSession, now: datetime
) -> dict[str, Any]:
    return {
        "now": now,
        "form": form,
        "session": session,
        "preview": _preview(request, form, session, now),
        "preview_url": reverse("classes:change_preview", args=[session.code]),
    }


def _preview(request: RoleRequest, form: EditForm, session: ClassSession, now: datetime) -> Preview:
    read = form.read()
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
    )
    found = preview_of(wish, reader=request.user, now=now)
    form.ask(found.question)
    return found

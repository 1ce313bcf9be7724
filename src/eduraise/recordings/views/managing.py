"""What those who manage recordings do with them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from eduraise.access.roles import RoleRequest
from eduraise.classes.decorators import class_needing
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.core import clock
from eduraise.core.errors import DomainError
from eduraise.programs.enums import Permission
from eduraise.recordings import actions, queries
from eduraise.recordings.attaching import attach
from eduraise.recordings.enums import Visible
from eduraise.recordings.forms import AttachForm
from eduraise.recordings.models import Recording
from eduraise.ui.toasts import say

type View = Callable[..., HttpResponse]


def managed(view: View) -> View:
    """The recording whose uid stands in the address, if this person manages it; 404 otherwise. What was
    removed is still found, so that its removal can be undone."""

    @wraps(view)
    def checked(request: RoleRequest, uid: UUID, **kwargs: Any) -> HttpResponse:
        rows = Recording.objects.with_audience().select_related("program", "session")
        recording = rows.filter(uid=uid).first()
        if recording is None or not queries.is_managed(request.user, recording, clock.now()):
            raise Http404
        return view(request, recording=recording, **kwargs)

    return checked


@managed
@require_POST
def visibility(request: RoleRequest, recording: Recording, visible: str) -> HttpResponse:
    """Have it watched by these, or as the rule says; it can be undone."""
    if visible not in Visible.values:
        raise Http404
    before = actions.show_to(recording=recording, visible=visible, by=request.user, now=clock.now())
    said = {
        Visible.NOBODY: _("It is hidden here, and Zoom is told to share it with nobody."),
        Visible.TEACHERS: _("Teachers only watch it now."),
        Visible.ENROLLED: _("All enrolled students watch it now."),
        Visible.PRESENT: _("Students who were there watch it now."),
        Visible.RULE: _("The program’s rule holds for it now."),
    }[Visible(visible)]
    undo = reverse("recordings:visibility", args=[recording.uid, before]) if before != visible else ""
    say(request, said, undo=undo)
    return _back(recording)


@managed
@require_POST
def reviewing(request: RoleRequest, recording: Recording) -> HttpResponse:
    """Say that it was looked at."""
    actions.review(recording=recording, is_reviewed=True, by=request.user, now=clock.now())
    undo = reverse("recordings:unreviewing", args=[recording.uid])
    say(request, _("It is shown as the program’s rule says."), undo=undo)
    return _back(recording)


@managed
@require_POST
def unreviewing(request: RoleRequest, recording: Recording) -> HttpResponse:
    """Take that back."""
    actions.review(recording=recording, is_reviewed=False, by=request.user, now=clock.now())
    say(request, _("It waits for somebody to look at it again."))
    return _back(recording)


@managed
@require_POST
def keeping(request: RoleRequest, recording: Recording) -> HttpResponse:
    """Except it from the rule of retention."""
    actions.keep(recording=recording, is_kept=True, by=request.user, now=clock.now())
    undo = reverse("recordings:unkeeping", args=[recording.uid])
    say(request, _("It stays until somebody deletes it."), undo=undo)
    return _back(recording)


@managed
@require_POST
def unkeeping(request: RoleRequest, recording: Recording) -> HttpResponse:
    """Have the rule hold for it again."""
    actions.keep(recording=recording, is_kept=False, by=request.user, now=clock.now())
    say(request, _("The program’s rule holds for it again."))
    return _back(recording)


@managed
@require_POST
def removal(request: RoleRequest, recording: Recording) -> HttpResponse:
    """Delete it at Zoom, or take away what was added by hand; it can be undone."""
    undo = reverse("recordings:bring_back", args=[recording.uid])
    said = _("It is put into Zoom’s trash.") if recording.zoom_uuid else _("It is removed.")
    return _done(
        request,
        recording,
        lambda: actions.delete(recording=recording, by=request.user, now=clock.now()),
        said,
        undo=undo,
    )


@managed
@require_POST
def bring_back(request: RoleRequest, recording: Recording) -> HttpResponse:
    """Undo that."""
    return _done(
        request,
        recording,
        lambda: actions.leave(recording=recording, by=request.user, now=clock.now()),
        _("It stays."),
    )


@managed
@require_POST
def recovery(request: RoleRequest, recording: Recording) -> HttpResponse:
    """Have Zoom take it out of its trash."""
    return _done(
        request,
        recording,
        lambda: actions.recover(recording=recording, by=request.user, now=clock.now()),
        _("Zoom is asked to bring it back. It stays then, whatever the program’s rule says."),
    )


@managed
@require_POST
def copying(request: RoleRequest, recording: Recording) -> HttpResponse:
    """Copy it to this server."""
    actions.copy_here(recording=recording, by=request.user, now=clock.now())
    say(request, _("It is being copied. That takes some minutes for each hour."))
    return _back(recording)


@managed
@require_POST
def looking(request: RoleRequest, recording: Recording) -> HttpResponse:
    """Ask Zoom again how it stands."""
    actions.look_again(recording=recording, by=request.user, now=clock.now())
    say(request, _("Zoom is asked again."))
    return _back(recording)


@class_needing(Permission.RECORDINGS)
@require_http_methods(["GET", "POST"])
def attachment(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """Add a file or a link to a class as its recording."""
    form = AttachForm(request.POST or None, request.FILES or None, initial={"title": session.title})
    if form.is_bound and form.is_valid():
        try:
            made = attach(session=session, by=request.user, now=clock.now(), **form.cleaned_data)
        except DomainError as problem:
            form.add_error(problem.field if problem.field in form.fields else None, problem.message)
        else:
            say(request, _("Added."))
            return _back(made)
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "recordings/attach.html", {"form": form, "session": session}, status=status)


def _done(
    request: RoleRequest, recording: Recording, act: Callable[[], None], said: str, *, undo: str = ""
) -> HttpResponse:
    try:
        act()
    except DomainError as problem:
        said, undo = problem.message, ""
    say(request, said, undo=undo)
    return _back(recording)


def _back(recording: Recording) -> HttpResponse:
    """To its page, or where it was added by hand and is removed, to the class's."""
    if Recording.objects.filter(pk=recording.pk, removed_at__isnull=False).exists():
        return redirect("classes:detail", code=recording.session.code)
    return redirect("recordings:recording", uid=recording.uid)

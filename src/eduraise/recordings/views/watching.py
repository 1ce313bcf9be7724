"""Watching a recording: its page, its bytes, and how long it ran."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from eduraise.access.roles import RoleRequest
from eduraise.core import clock
from eduraise.recordings import queries, serving, viewings
from eduraise.recordings.models import Recording, RecordingFile
from eduraise.recordings.showing import Watch

LONGEST_SECONDS = 24 * 3600

type View = Callable[..., HttpResponseBase]


def about_a_recording(view: View) -> View:
    """The recording whose uid stands in the address, if this person may know of it; 404 otherwise. Asked with
    every slice: a right that ended is gone."""

    @wraps(view)
    def checked(request: RoleRequest, uid: UUID, **kwargs: object) -> HttpResponseBase:
        recording = queries.find(request.user, uid, clock.now())
        if recording is None:
            raise Http404
        return view(request, recording=recording, **kwargs)

    return checked


@about_a_recording
@require_safe
def recording(request: RoleRequest, recording: Recording) -> HttpResponse:
    """The recording with its transcript beside it; to those who manage it, who watches it and until when."""
    now = clock.now()
    context = {"now": now, "recording": recording, "watch": Watch(recording, request.user, now)}
    return render(request, "recordings/recording.html", context)


@about_a_recording
@require_safe
def media(request: RoleRequest, recording: Recording, file: UUID) -> HttpResponse:
    """Some bytes of a file, as a player asks for them."""
    now = clock.now()
    found = _playable(recording, file)
    answer = _slice(found, request.headers.get("range", ""), now)
    if answer.status_code == 206:
        viewings.note_watching(recording, request.user, now)
    return answer


@about_a_recording
@require_safe
def download(request: RoleRequest, recording: Recording, file: UUID) -> HttpResponse:
    """The same as a file to keep, where that is allowed: a browser fetches it slice by slice too."""
    now = clock.now()
    if not Watch(recording, request.user, now).may_download:
        raise Http404
    found = _playable(recording, file)
    answer = _slice(found, request.headers.get("range", ""), now)
    if answer.status_code == 206:
        viewings.note_watching(recording, request.user, now)
        answer["Content-Disposition"] = f'attachment; filename="{_name(recording, found)}"'
    return answer


@about_a_recording
@require_safe
def elsewhere(request: RoleRequest, recording: Recording) -> HttpResponse:
    """The link that was added by hand: noted, then followed."""
    if not recording.link:
        raise Http404
    viewings.note_watching(recording, request.user, clock.now())
    return redirect(recording.link)


@about_a_recording
@require_POST
def viewing(request: RoleRequest, recording: Recording) -> HttpResponse:
    """How many seconds ran, as the player tells it now and then."""
    try:
        seconds = int(request.POST.get("seconds", ""))
    except ValueError:
        return HttpResponse(status=422)
    if not 0 <= seconds <= LONGEST_SECONDS:
        return HttpResponse(status=422)
    viewings.note_seconds(recording, request.user, seconds, clock.now())
    return HttpResponse(status=204)


def _playable(recording: Recording, uid: UUID) -> RecordingFile:
    """A file of it that is watched or heard. 404 for any other."""
    file = get_object_or_404(recording.files.select_related("recording__host__account"), uid=uid)
    is_there = file.is_here or (recording.state == "ready" and file.is_ready and file.gone_at is None)
    if not (file.is_medium and is_there):
        raise Http404
    return file


def _slice(file: RecordingFile, header: str, now: datetime) -> HttpResponse:
    try:
        part = serving.slice_of(file, header, now)
    except serving.BeyondEnd as problem:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{problem.total}"})
    except serving.Busy as problem:
        return HttpResponse(status=503, headers={"Retry-After": str(problem.seconds)})
    except serving.Gone:
        raise Http404 from None
    return HttpResponse(
        part.data,
        status=206,
        content_type=serving.type_of(file),
        headers={
            "Content-Range": f"bytes {part.first}-{part.last}/{part.total}",
            "Accept-Ranges": "bytes",
            # as it is: packed, a part would no longer be that part
            "Content-Encoding": "identity",
            "Content-Disposition": "inline",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "sandbox",
        },
    )


def _name(recording: Recording, file: RecordingFile) -> str:
    """A name to keep it by, of plain letters alone."""
    ending = file.extension if file.extension.isalnum() else "bin"
    return f"{recording.program.code}-{recording.started_at:%Y-%m-%d}.{ending}"

"""Watching a recording: its page, its bytes, and how long it ran."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from uuid import UUID

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from eduraise.access.roles import RoleRequest
from eduraise.core import clock
from eduraise.recordings import queries, serving, viewings
from eduraise.recordings.enums import State
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
    asked = _asked(request, found)
    if not asked and (found.copied_bytes or found.bytes or 0) > serving.SLICE:
        # the whole would hold a thread for as long as somebody watches; every player asks for parts
        return HttpResponse(status=416, headers={"Accept-Ranges": "bytes"})
    answer = _slice(found, asked, now)
    if answer.status_code == 206:
        viewings.note_watching(recording, request.user, now)
        if not asked:
            answer.status_code = 200
    return answer


@about_a_recording
@require_safe
def download(request: RoleRequest, recording: Recording, file: UUID) -> HttpResponseBase:
    """The whole file to keep, where that is allowed, or the rest of one that was broken off."""
    now = clock.now()
    if not Watch(recording, request.user, now).may_download:
        raise Http404
    found = _playable(recording, file)
    asked = _asked(request, found)
    answer = _slice(found, asked, now) if asked else _whole(found, now)
    if answer.status_code in (200, 206):
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
    is_there = file.is_here or (recording.state == State.READY and file.is_ready and file.gone_at is None)
    if not (file.is_medium and is_there):
        raise Http404
    return file


def _asked(request: RoleRequest, file: RecordingFile) -> str:
    """Which part is asked for: none if it is to go on with another file than this (RFC 9110, 13.1.5)."""
    known = request.headers.get("if-range", "")
    return "" if known and known != serving.tag_of(file) else request.headers.get("range", "")


def _slice(file: RecordingFile, header: str, now: datetime) -> HttpResponse:
    try:
        part = serving.slice_of(file, header, now)
    except serving.BeyondEnd as problem:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{problem.total}"})
    except serving.Busy as problem:
        return _later(problem)
    except serving.Gone:
        raise Http404 from None
    place = f"bytes {part.first}-{part.last}/{part.total}"
    return HttpResponse(part.data, status=206, headers=_headers(file) | {"Content-Range": place})


def _whole(file: RecordingFile, now: datetime) -> HttpResponseBase:
    try:
        total, slices = serving.whole_of(file, now)
    except serving.Busy as problem:
        return _later(problem)
    except serving.Gone:
        raise Http404 from None
    return StreamingHttpResponse(slices, headers=_headers(file) | {"Content-Length": str(total)})


def _later(problem: serving.Busy) -> HttpResponse:
    return HttpResponse(status=503, headers={"Retry-After": str(problem.seconds)})


def _headers(file: RecordingFile) -> dict[str, str]:
    """What goes with a file's bytes: no browser runs them, packs them or takes them for something else."""
    return {
        "Content-Type": serving.type_of(file),
        "Accept-Ranges": "bytes",
        "ETag": serving.tag_of(file),
        # as it is: packed, a part would no longer be that part
        "Content-Encoding": "identity",
        "Content-Disposition": "inline",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "sandbox",
    }


def _name(recording: Recording, file: RecordingFile) -> str:
    """A name to keep it by, of plain letters alone."""
    ending = file.extension if file.extension.isalnum() else "bin"
    return f"{recording.program.code}-{recording.started_at:%Y-%m-%d}.{ending}"

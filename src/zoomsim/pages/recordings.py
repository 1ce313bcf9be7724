"""/rec/…: downloading a recording's file, and the pages on which people watch one.

Whoever may not download gets a page to sign in, with status 200, as Zoom does: what was saved is then HTML.
"""

import re

from zoomsim.errors import Refusal
from zoomsim.http import Request, Response, redirect
from zoomsim.pages.html import page
from zoomsim.recordings import making, media, passes
from zoomsim.records import RecordingFile
from zoomsim.rest.caller import identify, may_see
from zoomsim.world import World

DOWNLOAD = "/rec/download/"
_SCOPES = ("cloud_recording:read:", "recording:read")


def download(world: World, request: Request) -> Response:
    """By the token of a user who may, or a download token: sent on to a signed address, or given at once."""
    file = _find(world, request.path.removeprefix(DOWNLOAD))
    if file is None or file.trash or file.ready_at > world.now():
        return page("This recording does not exist", "<p>It may have been deleted. (3,301)</p>", status=404)
    if not _may_download(world, file, request):
        return _sign_in(world)
    if world.switches["download_redirects"]:
        return redirect(passes.signed_address(world, file))
    return _content(world, file, request)


def show(world: World, request: Request) -> Response:
    """The file itself by its signed address, or a page about it."""
    kind, _, key = request.path.removeprefix("/rec/").partition("/")
    file = _find(world, key)
    if kind == "media" and file is not None and passes.address_is_good(world, file, request.query):
        return _content(world, file, request)
    if kind in ("play", "share") and file is not None and not file.trash:
        return page("A recording", "<p>Here people would watch it. There is nothing to see.</p>")
    return page("This recording does not exist", "<p>The address is wrong or has expired.</p>", status=404)


def _find(world: World, key: str) -> RecordingFile | None:
    found = world.store.recording_files.where("key = ?", key)
    return found[0] if found else None


def _may_download(world: World, file: RecordingFile, request: Request) -> bool:
    value = request.headers.get("authorization", "").partition(" ")[2].strip()
    if not value and world.switches["download_by_query"]:
        value = request.query.get("access_token", "")
    if passes.opens(world, value, file.instance_uuid):
        return True
    instance = world.store.instances.get(file.instance_uuid)
    host = world.store.users.get(instance.host_id) if instance else None
    request.headers["authorization"] = f"Bearer {value}"
    try:
        caller = identify(world, request)
    except Refusal:
        return False
    scoped = any(scope.startswith(_SCOPES) for scope in caller.scopes)
    return scoped and host is not None and may_see(caller, host)


def _sign_in(world: World) -> Response:
    status = int(world.switches["download_refusal"])
    return page("Sign in to see this recording", "<p>Sign in, or enter the passcode.</p>", status=status)


def _content(world: World, file: RecordingFile, request: Request) -> Response:
    name = f"{file.recording_type}.{file.extension.lower()}"
    whole = media.content(file.key, file.extension, making.padding_of(world, file.extension))
    part = _part(request.headers.get("range", ""), len(whole)) if world.switches["download_parts"] else None
    headers = [
        ("Content-Type", media.content_type(file.extension)),
        ("Content-Disposition", f'attachment; filename="{name}"'),
        ("Cache-Control", "no-store"),
    ]
    if part is None:
        return Response(200, whole, headers)
    first, last = part
    if first > last:
        return Response(416, b"", [*headers, ("Content-Range", f"bytes */{len(whole)}")])
    place = ("Content-Range", f"bytes {first}-{last}/{len(whole)}")
    return Response(206, whole[first : last + 1], [*headers, place])


def _part(asked: str, size: int) -> tuple[int, int] | None:
    """The first and the last byte that are asked for; None for all. What lies beyond the end is left out."""
    found = re.fullmatch(r"bytes=(\d+)-(\d*)", asked)
    if found is None:
        return None
    return int(found[1]), min(int(found[2] or size), size - 1)

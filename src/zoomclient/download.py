"""Fetches a recorded file: the token to Zoom alone, and nothing kept that is not the file.

Where a token does not do, Zoom answers 200 with a page to sign in: whoever saves that has HTML in an .mp4.
"""

import os
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any, BinaryIO
from urllib.parse import urljoin

import httpx

from zoomclient._deadline import Budget, public_only, spend
from zoomclient.answers import error_in
from zoomclient.client import Bearer
from zoomclient.errors import AccessTokenRefused, NotFound, OutcomeUnknown, Refused, Unreadable, ZoomError
from zoomclient.hosts import is_zooms, origin_of
from zoomclient.http import Clock, Sender, log, plain_pieces, read_answer, transport_error
from zoomclient.recorded import AudioFile, RecordingFile
from zoomclient.secret import Secret

CALL = "GET recording file"
LONGEST_DOWNLOAD = 3600.0
LONGEST_PART = 20.0
MOST_REDIRECTS = 5
MOST_PART_BYTES = 8 * 1024 * 1024
MOST_UNSIZED_BYTES = 64 * 1024 * 1024
"""Of a file whose size Zoom does not tell: those hold text."""

_REDIRECTS = (301, 302, 303, 307, 308)
_MEDIA = ("MP4", "M4A")
_NO_MEDIA = ("text/", "application/json", "application/xml")
_PAGE_STARTS = (b"<!doctype html", b"<html")
_SNIFFED = 512
_PLACE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes of a file from `first` on. total: how many the whole file has."""

    first: int
    total: int
    data: bytes


class Downloads:
    """With one token, and another where Zoom gave one for a recording. Safe for threads."""

    def __init__(self, sender: Sender, token: Secret, clock: Clock) -> None:
        self._sender = sender
        self._token = token
        self._clock = clock
        self._ours = origin_of(sender.base_url)

    @contextmanager
    def open(
        self,
        file: RecordingFile | AudioFile,
        *,
        token: Secret | None = None,
        seconds: float = LONGEST_DOWNLOAD,
    ) -> Iterator[Iterator[bytes]]:
        """The file in pieces, which end without an error only if all of it came, `file_size` bytes.

        token: in place of the client's own, such as `Recording.download_access_token`. seconds: for the whole
        download; a silence of more than the client's `seconds` ends it, too. No limiter is asked: Zoom counts
        no downloads. Redirects are followed, the token goes to Zoom's hosts and the API's own alone.

        Raises ValueError for an address that is not Zoom's; AccessTokenRefused, with the reason "login_page"
        where Zoom showed one (try a token of the recording's own); NotFound("recording_not_found");
        Unreadable("wrong_type", "size_mismatch"); OutcomeUnknown, NotSent, RateLimited, Refused.
        """
        if not self._may_know(file.download_url):
            raise ValueError("The address to download from is not one of Zoom's.")
        with spend(seconds) as budget:
            response = self._follow(file.download_url, Bearer(token or self._token), {})
            if isinstance(response, ZoomError):
                raise _logged(response)
            try:
                problem = self._problem_in(response, file, budget)
                if problem:
                    raise _logged(problem)
                yield _whole(response, file.file_size, budget)
            finally:
                response.close()

    def save(
        self,
        file: RecordingFile | AudioFile,
        path: Path,
        *,
        token: Secret | None = None,
        seconds: float = LONGEST_DOWNLOAD,
    ) -> int:
        """Write it to `path`, readable by us alone, and give its bytes.

        It grows beside, under another name, and is moved there when whole: after an error there is nothing.
        """
        part = path.with_name(f".{path.name}.{token_hex(4)}.part")
        written = 0
        try:
            with self.open(file, token=token, seconds=seconds) as pieces, _private(part) as sink:
                for piece in pieces:
                    written += sink.write(piece)
                sink.flush()
                os.fsync(sink.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
        return written

    def part(
        self,
        file: RecordingFile | AudioFile,
        first: int,
        last: int,
        *,
        token: Secret | None = None,
        seconds: float = LONGEST_PART,
    ) -> Part:
        """The bytes from `first` to `last`, both included, fewer at the file's end; 8 MiB at most.

        Raises Refused("whole_only") where Zoom would send the whole file, of which nothing is read then;
        Refused("beyond_end"); otherwise as `open`.
        """
        if not 0 <= first <= last < first + MOST_PART_BYTES:
            raise ValueError("A part has one byte to 8 MiB.")
        if not self._may_know(file.download_url):
            raise ValueError("The address to download from is not one of Zoom's.")
        with spend(seconds) as budget:
            auth = Bearer(token or self._token)
            response = self._follow(file.download_url, auth, {"Range": f"bytes={first}-{last}"})
            if isinstance(response, ZoomError):
                raise _logged(response)
            try:
                part = self._part_in(response, file, (first, last), budget)
            finally:
                response.close()
        if isinstance(part, ZoomError):
            raise _logged(part)
        return part

    def _part_in(
        self,
        response: httpx.Response,
        file: RecordingFile | AudioFile,
        asked: tuple[int, int],
        budget: Budget,
    ) -> Part | ZoomError:
        facts: dict[str, Any] = {"call": CALL, "status": response.status_code}
        if response.status_code == 416:
            return Refused("no such part", reason="beyond_end", **facts)
        if response.status_code != 206:
            problem = self._problem_in(response, file, budget)
            return problem or Refused("it comes whole", reason="whole_only", **facts)
        place = _PLACE.fullmatch(response.headers.get("content-range", ""))
        if place is None:
            return _unreadable(response, "a part of nobody knows what", reason="wrong_part")
        first, last, total = map(int, place.groups())
        if first != asked[0] or not first <= last <= asked[1] or last >= total:
            return _unreadable(response, "another part than was asked for", reason="wrong_part")
        data = bytearray()
        for piece in _pieces(response, budget):
            data += piece
            if len(data) > last - first + 1:
                break
        if len(data) != last - first + 1:
            return _unreadable(response, f"{len(data)} bytes of a part", reason="size_mismatch")
        return Part(first, total, bytes(data))

    def _follow(self, url: str, auth: Bearer, headers: dict[str, str]) -> httpx.Response | ZoomError:
        for _ in range(MOST_REDIRECTS + 1):
            request = self._sender.client.build_request(
                "GET", url, headers={"Accept": "*/*", "Accept-Encoding": "identity"} | headers
            )
            try:
                response = self._sent(request, auth if self._may_know(url) else None)
            except httpx.TransportError as problem:
                return transport_error(CALL, problem)
            if response.status_code not in _REDIRECTS:
                return response
            response.close()
            url = urljoin(url, response.headers.get("location", ""))
            if not (self._may_know(url) or origin_of(url).startswith("https://")):
                return _unreadable(response, "redirected to where nothing is protected")
        return _unreadable(response, "redirected too often")

    def _sent(self, request: httpx.Request, auth: Bearer | None) -> httpx.Response:
        """The answer. What Zoom sends us on to lies in the internet: never in our own network."""
        if auth is not None:
            return self._sender.client.send(request, stream=True, auth=auth)
        with public_only():
            return self._sender.client.send(request, stream=True, auth=None)

    def _may_know(self, url: str) -> bool:
        """Whether the token may go there."""
        origin = origin_of(url)
        return bool(origin) and (is_zooms(origin) or origin == self._ours)

    def _problem_in(
        self, response: httpx.Response, file: RecordingFile | AudioFile, budget: Budget
    ) -> ZoomError | None:
        """What is wrong before the first byte."""
        if response.status_code != 200:
            return self._refusal(response, budget)
        kind = response.headers.get("content-type", "").strip().lower()
        if kind.startswith(("text/html", "application/xhtml")):
            return _login_page(response)
        if file.file_type.upper() in _MEDIA and kind.startswith(_NO_MEDIA):
            return _unreadable(response, f"{kind[:60]} in place of a recording", reason="wrong_type")
        told = response.headers.get("content-length", "")
        is_plain = response.headers.get("content-encoding", "identity") == "identity"
        if is_plain and told.isdigit() and file.file_size is not None and int(told) != file.file_size:
            return _unreadable(response, f"{told} bytes, not {file.file_size}", reason="size_mismatch")
        return None

    def _refusal(self, response: httpx.Response, budget: Budget) -> ZoomError:
        facts: dict[str, Any] = {"call": CALL, "status": response.status_code}
        try:
            answer = read_answer(CALL, response, budget)
        except httpx.TransportError as failed:
            answer = transport_error(CALL, failed)
        if isinstance(answer, ZoomError):
            return answer
        if answer.status in (404, 410):
            return NotFound("no such file", reason="recording_not_found", **facts)
        if answer.status == 403:
            return Refused("not for this token", reason="no_permission", **facts)
        problem = error_in(answer, self._clock())
        return problem or _unreadable(response, "neither a file nor one of Zoom's errors")


def _whole(response: httpx.Response, size: int | None, budget: Budget) -> Iterator[bytes]:
    """The body, looked at before its first piece is given, counted to its last."""
    came = 0
    for piece in _without_page(response, _pieces(response, budget)):
        came += len(piece)
        if came > (MOST_UNSIZED_BYTES if size is None else size):
            raise _logged(_unreadable(response, "more bytes than there should be", reason="size_mismatch"))
        yield piece
    if came != size if size is not None else not came:
        raise _logged(_unreadable(response, f"{came} bytes, not {size}", reason="size_mismatch"))
    log.info("%s · %s · %s bytes", CALL, response.status_code, came)


def _without_page(response: httpx.Response, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Zoom has sent its sign-in page as other than HTML, too."""
    start = bytearray()
    for piece in pieces:
        start += piece
        if len(start) >= _SNIFFED:
            break
    if bytes(start).removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_PAGE_STARTS):
        raise _logged(_login_page(response))
    if start:
        yield bytes(start)
    yield from pieces


def _pieces(response: httpx.Response, budget: Budget) -> Iterator[bytes]:
    problem: ZoomError | None = None
    try:
        for piece in plain_pieces(response):
            if budget.left() <= 0:
                problem = OutcomeUnknown("not whole in time", call=CALL, reason="timeout")
                break
            yield piece
    except httpx.TransportError as failed:
        problem = transport_error(CALL, failed)
    except (ValueError, zlib.error) as failed:
        problem = _unreadable(response, str(failed))
    if problem:
        raise _logged(problem)  # not where it was caught: httpx's own error holds the request and its token


def _login_page(response: httpx.Response) -> AccessTokenRefused:
    return AccessTokenRefused(
        "a page to sign in, in place of the file", reason="login_page", call=CALL, status=response.status_code
    )


def _unreadable(response: httpx.Response, why: str, *, reason: str = "") -> Unreadable:
    return Unreadable(why, call=CALL, status=response.status_code, reason=reason)


def _logged(problem: ZoomError) -> ZoomError:
    log.warning("%s · %s", CALL, problem.reason)
    return problem


def _private(path: Path) -> BinaryIO:
    """A new file that only its owner may read: people speak in it."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")

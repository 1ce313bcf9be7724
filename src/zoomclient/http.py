"""The one place that sends. One call, one deadline, one answer of bounded size, no redirect, no repeat.

It tells apart what never left, what was answered, and what may have happened; what an answer *means* is told
by `answers.py` (the API) and `oauth.py` (the token endpoints).
"""

import logging
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any

import httpx

from zoomclient import _json
from zoomclient._deadline import Budget, DeadlineTransport, spend
from zoomclient.errors import NotSent, OutcomeUnknown, Unreadable, ZoomError
from zoomclient.secret import Secret

type Clock = Callable[[], datetime]
"""Gives the present instant, aware."""

MAX_ANSWER_BYTES = 1024 * 1024
KEPT_BYTES = 4096
USER_AGENT = "zoomclient/0.1"

log = logging.getLogger("zoomclient")

_NOT_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.LocalProtocolError,
)


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What came back. body: the JSON value, None if there was none or it could not be read (then
    `garbage`).
    """

    call: str
    status: int
    headers: httpx.Headers
    body: Any
    garbage: str
    raw: Secret

    @property
    def request_id(self) -> str:
        return str(self.headers.get("x-zm-trackingid", ""))[:200]

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    def unreadable(self, why: str) -> Unreadable:
        return Unreadable(why, call=self.call, status=self.status, request_id=self.request_id, body=self.raw)


class Sender:
    """Sends to one base address with one way to prove who we are.

    transport: shared by the caller and left open; without one, a pool of its own that `close` closes.
    seconds: what a call may take in all, from name look-up to last byte. client: for what is no call of the
    API.
    """

    def __init__(
        self,
        base_url: str,
        *,
        auth: httpx.Auth | None,
        transport: httpx.BaseTransport | None = None,
        seconds: float = 10.0,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.seconds = seconds
        self._is_own = transport is None
        self.client = httpx.Client(
            transport=transport or DeadlineTransport(),
            auth=auth,
            timeout=seconds,
            trust_env=False,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            headers={"User-Agent": USER_AGENT, "Accept": "application/json", "Accept-Encoding": "gzip"},
        )

    def close(self) -> None:
        if self._is_own:
            self.client.close()

    def send(
        self,
        call: str,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str | Secret] | None = None,
    ) -> Answer:
        """The answer, whatever its status. call: how this call is named in errors and logs.

        Raises NotSent, OutcomeUnknown, or Unreadable for a body beyond MAX_ANSWER_BYTES.
        """
        result = self._exchange(call, method, path, params=params, json=json, form=form)
        if isinstance(result, ZoomError):
            log.warning("%s · %s", call, result.reason)
            raise result  # here, not where it was caught: httpx's own error holds the request and its token
        log.info("%s · %s", call, result.status)
        return result

    def _exchange(
        self,
        call: str,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None,
        json: Any,
        form: Mapping[str, str | Secret] | None,
    ) -> Answer | ZoomError:
        with spend(self.seconds) as budget:
            try:
                with self.client.stream(
                    method, self.base_url + path, params=params or None, json=json, data=_revealed(form)
                ) as response:
                    return read_answer(call, response, budget)
            except httpx.TransportError as problem:
                return transport_error(call, problem)


def _revealed(form: Mapping[str, str | Secret] | None) -> dict[str, str] | None:
    if form is None:
        return None
    return {name: value.reveal() if isinstance(value, Secret) else value for name, value in form.items()}


def transport_error(call: str, problem: httpx.TransportError) -> ZoomError:
    """What a failure on the way means. Its text is dropped: it may repeat an address."""
    kind = type(problem).__name__
    if isinstance(problem, _NOT_SENT):
        return NotSent(kind, call=call)
    is_late = isinstance(problem, httpx.TimeoutException)
    return OutcomeUnknown(kind, call=call, reason="timeout" if is_late else "disconnected")


def read_answer(call: str, response: httpx.Response, budget: Budget) -> Answer | ZoomError:
    """The answer with its body, of which no more than MAX_ANSWER_BYTES is read."""

    def answer(body: Any = None, garbage: str = "", raw: bytes = b"") -> Answer:
        kept = Secret(raw[:KEPT_BYTES].decode("utf-8", "replace"))
        return Answer(call, response.status_code, response.headers, body, garbage, kept)

    raw = bytearray()
    try:
        for chunk in plain_pieces(response):
            raw += chunk
            if len(raw) > MAX_ANSWER_BYTES:
                return answer(garbage="an answer of more than 1 MiB", raw=bytes(raw[:KEPT_BYTES]))
            if budget.left() <= 0:
                return OutcomeUnknown("no whole answer in time", call=call, reason="timeout")
        body = _json.loads(bytes(raw)) if raw.strip() else None
    except (ValueError, zlib.error) as problem:
        return answer(garbage=str(problem), raw=bytes(raw))
    return answer(body, raw=bytes(raw))


def plain_pieces(response: httpx.Response) -> Iterable[bytes]:
    """The body in pieces of bounded size: unpacked here, since httpx unpacks a whole piece, a
    thousandfold.
    """
    if response.is_stream_consumed:  # a function as transport answered with a finished response
        return [response.content]
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing in ("", "identity"):
        return response.iter_raw()
    if packing in ("gzip", "x-gzip"):
        return _unpacked(response.iter_raw())
    raise ValueError("packed in a way we did not ask for")


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(wbits=31)
    for piece in pieces:
        packed = piece
        while packed:
            yield unpacker.decompress(packed, 64 * 1024)
            packed = unpacker.unconsumed_tail
    yield unpacker.flush(64 * 1024)
    if not unpacker.eof:
        raise ValueError("packed and cut short")

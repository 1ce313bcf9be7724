"""An httpx transport in which a whole call, name look-up to last byte, ends at one deadline.

httpx's own timeouts hold for each read alone: a server that sends one byte a second keeps a caller for ever.
"""

import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import httpcore
import httpx

_HTTPX_NAMES: dict[type[Exception], type[httpx.TransportError]] = {
    httpcore.ConnectTimeout: httpx.ConnectTimeout,
    httpcore.ReadTimeout: httpx.ReadTimeout,
    httpcore.WriteTimeout: httpx.WriteTimeout,
    httpcore.PoolTimeout: httpx.PoolTimeout,
    httpcore.ConnectError: httpx.ConnectError,
    httpcore.ReadError: httpx.ReadError,
    httpcore.WriteError: httpx.WriteError,
    httpcore.UnsupportedProtocol: httpx.UnsupportedProtocol,
    httpcore.LocalProtocolError: httpx.LocalProtocolError,
    httpcore.RemoteProtocolError: httpx.RemoteProtocolError,
}


type LookUp = Callable[[str, int], list[str]]
"""The addresses of a host and port. Raises OSError."""


class Budget:
    """The seconds that one call has, and whether a byte of it went out."""

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds
        self.has_sent = False

    def left(self) -> float:
        return self._ends_at - time.monotonic()

    def cut(self, timeout: float | None) -> float:
        """That timeout, or what is left if that is less; never below a moment."""
        left = max(self.left(), 0.001)
        return left if timeout is None else min(timeout, left)


_budget: ContextVar[Budget | None] = ContextVar("zoomclient_budget", default=None)


@contextmanager
def spend(seconds: float) -> Iterator[Budget]:
    """What runs inside, through a DeadlineTransport, waits no longer than this in all."""
    budget = Budget(seconds)
    token = _budget.set(budget)
    try:
        yield budget
    finally:
        _budget.reset(token)


_public_only: ContextVar[bool] = ContextVar("zoomclient_public_only", default=False)


@contextmanager
def public_only() -> Iterator[None]:
    """What runs inside, through a DeadlineTransport, connects to no address of a private network."""
    token = _public_only.set(True)
    try:
        yield
    finally:
        _public_only.reset(token)


def is_public(address: str) -> bool:
    """Whether an IP address is one of the internet's, and none of a private network or of this machine."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(found, "ipv4_mapped", None) or getattr(found, "sixtofour", None) or found
    return bool(mapped.is_global and found.is_global and not mapped.is_multicast)


def _current() -> Budget:
    return _budget.get() or Budget(60.0)


class DeadlineTransport(httpx.BaseTransport):
    """A pool of connections to share between clients; safe for threads. Close it when done.

    It knows no proxies, and trusts the certificates that come with httpx unless `ssl_context` says otherwise.
    """

    def __init__(
        self,
        *,
        ssl_context: ssl.SSLContext | None = None,
        max_connections: int = 100,
        look_up: LookUp | None = None,
    ) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=ssl_context or httpx.create_ssl_context(trust_env=False),
            max_connections=max_connections,
            keepalive_expiry=15.0,
            http2=False,
            network_backend=_Network(look_up or system_addresses),
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with _httpx_names(request):
            response = self._pool.handle_request(
                httpcore.Request(
                    method=request.method,
                    url=httpcore.URL(
                        scheme=request.url.raw_scheme,
                        host=request.url.raw_host,
                        port=request.url.port,
                        target=request.url.raw_path,
                    ),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_Body(response.stream, request),
            extensions=response.extensions,
        )

    def close(self) -> None:
        self._pool.close()


class _Body(httpx.SyncByteStream):
    def __init__(self, stream: object, request: httpx.Request) -> None:
        self._stream = stream
        self._request = request

    def __iter__(self) -> Iterator[bytes]:
        with _httpx_names(self._request):
            assert isinstance(self._stream, Iterable)
            yield from self._stream

    def close(self) -> None:
        close = getattr(self._stream, "close", None)
        if close is not None:
            close()


@contextmanager
def _httpx_names(request: httpx.Request) -> Iterator[None]:
    try:
        yield
    except tuple(_HTTPX_NAMES) as problem:
        raise _HTTPX_NAMES[type(problem)](str(problem), request=request) from problem


class _Network(httpcore.NetworkBackend):
    """Plain sockets whose waits are cut by the budget of the call that runs."""

    def __init__(self, look_up: LookUp) -> None:
        self._look_up = look_up
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        budget = _current()
        problem: Exception = httpcore.ConnectError(f"{host} has no address")
        addresses = _found_in_time(self._look_up, host, port, budget.cut(timeout))
        if _public_only.get():
            # connected to as looked up, so that the name can't be another's a moment later
            addresses = [address for address in addresses if is_public(address)]
        for tried, address in enumerate(addresses):
            if budget.left() <= 0:
                raise httpcore.ConnectTimeout("no connection in time")
            share = budget.cut(timeout) / (len(addresses) - tried)  # a dead address leaves time for the next
            try:
                stream = self._sockets.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as failed:
                problem = failed
            else:
                return _Stream(stream)
        raise problem


class _Stream(httpcore.NetworkStream):
    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        budget = _current()
        if budget.left() <= 0:
            raise httpcore.ReadTimeout("no whole answer in time")
        return self._stream.read(max_bytes, budget.cut(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        budget = _current()
        if budget.left() <= 0:
            late = httpcore.WriteTimeout if budget.has_sent else httpcore.ConnectTimeout
            raise late("not sent in time")
        budget.has_sent = budget.has_sent or bool(buffer)
        self._stream.write(buffer, budget.cut(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Stream(self._stream.start_tls(ssl_context, server_hostname, _current().cut(timeout)))

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def system_addresses(host: str, port: int) -> list[str]:
    """As the system's resolver tells."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def _found_in_time(look_up: LookUp, host: str, port: int, timeout: float) -> list[str]:
    """The system's look-up takes no timeout, so it runs beside, and is left behind if late."""
    answers: queue.SimpleQueue[list[str] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(look_up(host, port))
        except OSError as problem:
            answers.put(problem)

    threading.Thread(target=ask, name="zoomclient-dns", daemon=True).start()
    try:
        answer = answers.get(timeout=timeout)
    except queue.Empty:
        raise httpcore.ConnectTimeout(f"no address of {host} in time") from None
    if isinstance(answer, OSError):
        raise httpcore.ConnectError(f"no address of {host}: {answer.strerror}")
    return answer

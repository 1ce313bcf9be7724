"""A call ends at its deadline, wherever Zoom or the way to it falls silent. Over real sockets."""

from __future__ import annotations

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import pytest

from tests.zoomclient.conftest import Listen
from zoomclient import DeadlineTransport, NotSent, OutcomeUnknown, Unreadable, Zoom

SECONDS = 0.4
SLACK = 3.0
BODY = b'{"id": "u1"}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@contextmanager
def cut_in_time() -> Iterator[None]:
    began = time.monotonic()
    yield
    assert SECONDS * 0.9 <= time.monotonic() - began < SECONDS + SLACK


def ask(url: str, seconds: float = SECONDS, look_up: Callable[[str, int], list[str]] | None = None) -> str:
    with DeadlineTransport(look_up=look_up) as transport:
        return Zoom(url, "token", transport=transport, seconds=seconds).users.me().id


def dripping(start: bytes, drops: Iterator[bytes]) -> Callable[[socket.socket, bytes], None]:
    """Sends a drop each 20 ms until the client hangs up."""

    def serve(connection: socket.socket, request: bytes) -> None:
        connection.sendall(start)
        pause = threading.Event()
        for drop in drops:
            connection.sendall(drop)
            pause.wait(0.02)

    return serve


def silent(connection: socket.socket, request: bytes) -> None:
    connection.recv(65536)


def test_a_server_that_answers_is_understood(listen: Listen) -> None:
    server = listen(lambda c, _: c.sendall(HEAD + b"Content-Length: 12\r\n\r\n" + BODY))

    assert ask(server.url) == "u1"


def test_connections_are_used_again(listen: Listen) -> None:
    def serve(connection: socket.socket, request: bytes) -> None:
        while request:
            connection.sendall(HEAD + b"Content-Length: 12\r\n\r\n" + BODY)
            request = connection.recv(65536)

    server = listen(serve)
    with DeadlineTransport() as transport:
        for _ in range(3):
            Zoom(server.url, "token", transport=transport).users.me()

    assert len(server.requests) == 1  # the first of one connection


def test_silence_after_the_request_is_unknown(listen: Listen) -> None:
    with cut_in_time(), pytest.raises(OutcomeUnknown) as problem:
        ask(listen(silent).url)

    assert problem.value.reason == "timeout"


def test_headers_that_drip_are_cut(listen: Listen) -> None:
    drops = (b"X-%d: y\r\n" % number for number in count())

    with cut_in_time(), pytest.raises(OutcomeUnknown):
        ask(listen(dripping(HEAD, drops)).url)


def test_a_body_that_drips_is_cut(listen: Listen) -> None:
    drops = (b"1\r\n \r\n" for _ in count())

    with cut_in_time(), pytest.raises(OutcomeUnknown):
        ask(listen(dripping(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", drops)).url)


def test_a_closed_connection_after_the_request_is_unknown(listen: Listen) -> None:
    with pytest.raises(OutcomeUnknown) as problem:
        ask(listen(lambda c, _: None).url)

    assert problem.value.reason == "disconnected"


def test_a_body_cut_short_is_unknown(listen: Listen) -> None:
    server = listen(lambda c, _: c.sendall(HEAD + b"Content-Length: 100\r\n\r\n" + BODY))

    with pytest.raises(OutcomeUnknown):
        ask(server.url)


def test_nobody_listening_means_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with pytest.raises(NotSent):
        ask(f"http://127.0.0.1:{port}")


def test_an_unknown_name_means_nothing_was_sent() -> None:
    def look_up(host: str, port: int) -> list[str]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(NotSent):
        ask("http://api.zoom.example", look_up=look_up)


def test_a_name_server_that_hangs_is_left_behind() -> None:
    for_ever = threading.Event()

    def look_up(host: str, port: int) -> list[str]:
        for_ever.wait(SECONDS + SLACK)
        return []

    with cut_in_time(), pytest.raises(NotSent):
        ask("http://api.zoom.example", look_up=look_up)
    for_ever.set()


def test_a_greeting_in_tls_that_never_comes_means_nothing_was_sent(listen: Listen) -> None:
    server = listen(silent)

    with cut_in_time(), pytest.raises(NotSent):
        ask(f"https://localhost:{server.port}")


def test_the_second_address_is_tried_when_the_first_refuses(listen: Listen) -> None:
    server = listen(lambda c, _: c.sendall(HEAD + b"Content-Length: 12\r\n\r\n" + BODY))

    assert ask(f"http://zoom.example:{server.port}", look_up=lambda *_: ["127.0.0.2", "127.0.0.1"]) == "u1"


def test_an_address_that_swallows_everything_leaves_time_for_the_next(listen: Listen) -> None:
    server = listen(lambda c, _: c.sendall(HEAD + b"Content-Length: 12\r\n\r\n" + BODY))
    with socket.socket() as full:
        full.bind(("127.0.0.2", server.port))
        full.listen(0)
        with socket.create_connection(("127.0.0.2", server.port)):  # its only place is taken
            addresses = ["127.0.0.2", "127.0.0.1"]
            assert ask(f"http://zoom.example:{server.port}", seconds=1, look_up=lambda *_: addresses) == "u1"


def test_a_proxy_of_the_environment_is_not_asked(listen: Listen, monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = listen(silent)
    server = listen(lambda c, _: c.sendall(HEAD + b"Content-Length: 12\r\n\r\n" + BODY))
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("ALL_PROXY", proxy.url)

    assert ask(server.url) == "u1"
    assert proxy.requests == []


def test_a_body_of_more_than_a_mebibyte_is_not_read_on(listen: Listen) -> None:
    sent = [0]

    def serve(connection: socket.socket, request: bytes) -> None:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(64):
            connection.sendall(b"100000\r\n" + b" " * 0x100000 + b"\r\n")
            sent[0] += 1

    with pytest.raises(Unreadable, match="more than 1 MiB"):
        ask(listen(serve).url, seconds=10)

    assert sent[0] < 64


def test_a_small_answer_that_unpacks_to_a_huge_one_is_not_unpacked(listen: Listen) -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1024 * 1024)) for _ in range(64)) + packer.flush()
    head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)

    with pytest.raises(Unreadable, match="more than 1 MiB") as problem:
        ask(listen(lambda c, _: c.sendall(head + bomb)).url, seconds=10)

    assert len(problem.value.body.reveal()) == 4096


def test_a_packed_answer_is_read(listen: Listen) -> None:
    packed = gzip.compress(BODY, mtime=0)
    head = HEAD + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)

    assert ask(listen(lambda c, _: c.sendall(head + packed)).url) == "u1"


@pytest.mark.parametrize(
    ("packing", "body"), [(b"gzip", gzip.compress(BODY, mtime=0)[:-6]), (b"gzip", BODY), (b"br", b"\x0b")]
)
def test_an_answer_packed_badly_is_unreadable(listen: Listen, packing: bytes, body: bytes) -> None:
    head = HEAD + b"Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n" % (packing, len(body))

    with pytest.raises(Unreadable):
        ask(listen(lambda c, _: c.sendall(head + body)).url)


def test_calls_in_many_threads_keep_their_own_deadlines(listen: Listen) -> None:
    # said to be closed, so that no call is sent on a connection that is just going
    quick = listen(lambda c, _: c.sendall(HEAD + b"Connection: close\r\nContent-Length: 12\r\n\r\n" + BODY))
    slow = listen(silent)
    # the quick ones get time enough on a busy machine: what is tried is that the slow ones' end is their own
    plenty = 30.0
    outcomes: list[str] = []

    def call(zoom: Zoom) -> None:
        try:
            outcomes.append(zoom.users.me().id)
        except OutcomeUnknown:
            outcomes.append("unknown")

    with DeadlineTransport() as transport:
        zooms = [
            Zoom(quick.url, "t", transport=transport, seconds=plenty),
            Zoom(slow.url, "t", transport=transport, seconds=SECONDS),
        ] * 8
        threads = [threading.Thread(target=call, args=(zoom,)) for zoom in zooms]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert sorted(outcomes) == ["u1"] * 8 + ["unknown"] * 8

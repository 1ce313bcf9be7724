"""A recording comes whole or not at all, and the token goes to Zoom alone."""

from __future__ import annotations

import socket
import stat
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.zoomclient.conftest import NOW, TOKEN, Answering, Listen, zoom_that
from zoomclient import (
    AccessTokenRefused,
    DeadlineTransport,
    NotFound,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    RecordingFile,
    Refused,
    Secret,
    Unreadable,
    Zoom,
    ZoomError,
)
from zoomclient._deadline import is_public

URL = "https://us06web.zoom.us/rec/download/abc"
MEDIA = b"\x00\x00\x00\x20ftypisom" + bytes(range(256)) * 40
PAGE = b"<!DOCTYPE html><html><title>Sign In - Zoom</title></html>"


def video(**fields: Any) -> RecordingFile:
    given = {"id": "f1", "file_type": "MP4", "file_size": len(MEDIA), "download_url": URL}
    return RecordingFile.model_validate(given | fields)


def sends(content: bytes, kind: str = "video/mp4", status: int = 200) -> Answering:
    return lambda request: httpx.Response(status, content=content, headers={"content-type": kind})


def in_pieces(content: bytes, kind: str = "video/mp4") -> Answering:
    def stream() -> Iterator[bytes]:
        for start in range(0, len(content), 7):
            yield content[start : start + 7]

    return lambda request: httpx.Response(200, content=stream(), headers={"content-type": kind})


def left_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(
    "answers", [sends(MEDIA), in_pieces(MEDIA), in_pieces(MEDIA, "application/octet-stream")]
)
def test_a_recording_is_saved_whole_for_its_owner_alone(tmp_path: Path, answers: Answering) -> None:
    path = tmp_path / "class.mp4"

    assert zoom_that(answers).recordings.save(video(), path) == len(MEDIA)
    assert path.read_bytes() == MEDIA
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert left_in(tmp_path) == ["class.mp4"]


def test_a_recording_comes_in_pieces() -> None:
    with zoom_that(in_pieces(MEDIA)).recordings.download(video()) as pieces:
        assert b"".join(pieces) == MEDIA


@pytest.mark.parametrize(
    ("answers", "file", "kind", "reason"),
    [
        (sends(PAGE, "text/html;charset=utf-8"), video(), AccessTokenRefused, "login_page"),
        (sends(PAGE, "text/html"), video(file_size=len(PAGE)), AccessTokenRefused, "login_page"),
        (in_pieces(PAGE), video(file_size=len(PAGE)), AccessTokenRefused, "login_page"),
        (
            in_pieces(b"\xef\xbb\xbf\n <HTML>" + PAGE * 20, "text/vtt"),
            video(file_type="TRANSCRIPT", file_size=None),
            AccessTokenRefused,
            "login_page",
        ),
        (sends(b'{"status":false,"errorCode":1}', "application/json"), video(), Unreadable, "wrong_type"),
        (sends(b"see you", "text/plain"), video(file_size=None), Unreadable, "wrong_type"),
        (sends(MEDIA[:-1]), video(), Unreadable, "size_mismatch"),
        (in_pieces(MEDIA[:-1]), video(), Unreadable, "size_mismatch"),
        (in_pieces(MEDIA + b"x"), video(), Unreadable, "size_mismatch"),
        (in_pieces(b""), video(), Unreadable, "size_mismatch"),
        (in_pieces(b"", "text/vtt"), video(file_type="CC", file_size=None), Unreadable, "size_mismatch"),
        (sends(b"", status=401), video(), AccessTokenRefused, "access_token_refused"),
        (sends(b"no", "text/plain", 403), video(), Refused, "no_permission"),
        (sends(PAGE, "text/html", 404), video(), NotFound, "recording_not_found"),
        (sends(b"", status=410), video(), NotFound, "recording_not_found"),
        (sends(b"", status=502), video(), OutcomeUnknown, "server_error"),
        (sends(b"", status=204), video(), Unreadable, "unreadable"),
    ],
)
def test_what_is_not_the_file_is_not_kept(
    tmp_path: Path,
    answers: Answering,
    file: RecordingFile,
    kind: type[ZoomError],
    reason: str,
) -> None:
    with pytest.raises(kind) as problem:
        zoom_that(answers).recordings.save(file, tmp_path / "class.mp4")

    assert (type(problem.value), problem.value.reason) == (kind, reason)
    assert left_in(tmp_path) == []


def test_an_older_file_stands_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "class.mp4"
    path.write_bytes(b"older")

    with pytest.raises(Unreadable):
        zoom_that(in_pieces(MEDIA[:-1])).recordings.save(video(), path)
    assert (path.read_bytes(), left_in(tmp_path)) == (b"older", ["class.mp4"])


def test_a_file_without_a_size_is_taken_up_to_a_bound(tmp_path: Path) -> None:
    captions = video(file_type="CC", file_size=None)
    text = b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n"
    assert zoom_that(in_pieces(text, "text/vtt")).recordings.save(captions, tmp_path / "a.vtt") == len(text)

    def endless() -> Iterator[bytes]:
        while True:
            yield b"x" * 1024 * 1024

    zoom = zoom_that(lambda request: httpx.Response(200, content=endless()))
    with pytest.raises(Unreadable, match="more bytes"):
        zoom.recordings.save(captions, tmp_path / "b.vtt")
    assert left_in(tmp_path) == ["a.vtt"]


class Hops:
    """Redirects along these addresses, then gives the file; keeps who got which token."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = list(addresses)
        self.told: list[tuple[str, str | None]] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.told.append((str(request.url), request.headers.get("authorization")))
        if len(self.told) <= len(self._addresses):
            return httpx.Response(302, headers={"location": self._addresses[len(self.told) - 1]})
        return httpx.Response(200, content=MEDIA)


def test_the_token_goes_to_zooms_hosts_alone() -> None:
    cdn = "https://files.example/signed?x=1"
    hops = Hops("https://zoom.us/rec/next", "/rec/here", "https://ssrweb.zoomgov.com/a", cdn)
    with zoom_that(hops).recordings.download(video()) as pieces:
        list(pieces)

    bearer = f"Bearer {TOKEN}"
    assert hops.told == [
        (URL, bearer),
        ("https://zoom.us/rec/next", bearer),
        ("https://zoom.us/rec/here", bearer),
        ("https://ssrweb.zoomgov.com/a", bearer),
        (cdn, None),
    ]


def test_a_recordings_own_token_serves_in_place_of_the_clients() -> None:
    hops = Hops()
    with zoom_that(hops).recordings.download(video(), token=Secret("OF-THE-RECORDING")) as pieces:
        list(pieces)

    assert hops.told == [(URL, "Bearer OF-THE-RECORDING")]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "https://zoom.us.evil.example/rec",
        "https://evilzoom.us/rec",
        "http://us06web.zoom.us/rec/download/abc",
        "https://us06web.zoom.us:8443/rec",
        "https://us06web.zoom.us@evil.example/rec",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_is_not_zooms_is_not_asked(address: str) -> None:
    hops = Hops()

    with (
        pytest.raises(ValueError, match="not one of Zoom's"),
        zoom_that(hops).recordings.download(video(download_url=address)),
    ):
        pass
    assert hops.told == []


@pytest.mark.parametrize(
    "address",
    ["http://files.example/x", "http://us06web.zoom.us/x", "ftp://zoom.us/x", "https://a@zoom.us/x"],
)
def test_a_redirect_to_where_nothing_is_protected_is_not_followed(address: str) -> None:
    hops = Hops(address)

    with pytest.raises(Unreadable), zoom_that(hops).recordings.download(video()):
        pass
    assert [url for url, _ in hops.told] == [URL]


def test_redirects_end() -> None:
    hops = Hops(*[URL] * 50)

    with pytest.raises(Unreadable, match="too often"), zoom_that(hops).recordings.download(video()):
        pass
    assert len(hops.told) == 6


def test_no_way_to_zoom_and_a_limit_are_told_as_of_any_call() -> None:
    def unreachable(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("CANARY", request=request)

    with pytest.raises(NotSent) as unsent, zoom_that(unreachable).recordings.download(video()):
        pass
    limited = httpx.Response(429, json={"code": 429, "message": "Too many."}, headers={"retry-after": "7"})
    with pytest.raises(RateLimited) as late, zoom_that(lambda _: limited).recordings.download(video()):
        pass

    assert "CANARY" not in repr(unsent.value) + repr(unsent.value.__context__)
    assert (late.value.retry_at - NOW).total_seconds() == 7


def test_neither_the_token_nor_the_address_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="zoomclient")
    file = video(download_url=f"{URL}?CANARY-ADDRESS")
    with zoom_that(sends(MEDIA)).recordings.download(file) as pieces:
        list(pieces)
    with pytest.raises(AccessTokenRefused), zoom_that(sends(PAGE, "text/html")).recordings.download(file):
        pass

    ours = [record.getMessage() for record in caplog.records if record.name == "zoomclient"]
    assert ours == [f"GET recording file · 200 · {len(MEDIA)} bytes", "GET recording file · login_page"]
    assert "CANARY" not in repr(file)


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: %d\r\n\r\n" % len(MEDIA)


def dripping(connection: socket.socket, request: bytes) -> None:
    connection.sendall(HEAD)
    for _ in count():
        connection.sendall(b"x")
        time.sleep(0.02)


def falling_silent(connection: socket.socket, request: bytes) -> None:
    connection.sendall(HEAD + MEDIA[:100])
    connection.recv(65536)


def hanging_up(connection: socket.socket, request: bytes) -> None:
    connection.sendall(HEAD + MEDIA[:-5])


@pytest.mark.parametrize(
    ("serve", "reason"), [(dripping, "timeout"), (falling_silent, "timeout"), (hanging_up, "disconnected")]
)
def test_a_download_ends_in_time_and_leaves_nothing(
    listen: Listen, tmp_path: Path, serve: Callable[[socket.socket, bytes], None], reason: str
) -> None:
    server = listen(serve)
    file = video(download_url=f"{server.url}/rec/download/abc")
    began = time.monotonic()

    with Zoom(server.url, TOKEN) as zoom, pytest.raises(OutcomeUnknown) as problem:
        zoom.recordings.save(file, tmp_path / "class.mp4", seconds=0.4)
    assert (problem.value.reason, left_in(tmp_path)) == (reason, [])
    assert time.monotonic() - began < 3
    assert b"Authorization: Bearer" in server.requests[0]


def test_a_download_over_a_socket_is_whole(listen: Listen, tmp_path: Path) -> None:
    server = listen(lambda connection, _: connection.sendall(HEAD + MEDIA))

    with Zoom(server.url, TOKEN) as zoom:
        zoom.recordings.save(video(download_url=f"{server.url}/rec/abc"), tmp_path / "class.mp4")
    assert (tmp_path / "class.mp4").read_bytes() == MEDIA


def parts(content: bytes, *, place: str = "", status: int = 206) -> Answering:
    """Answers with the part that is asked for, or with what a test says of it."""

    def answer(request: httpx.Request) -> httpx.Response:
        first, last = map(int, request.headers["range"].removeprefix("bytes=").split("-"))
        last = min(last, len(content) - 1)
        headers = {
            "content-type": "video/mp4",
            "content-range": place or f"bytes {first}-{last}/{len(content)}",
        }
        return httpx.Response(status, content=content[first : last + 1], headers=headers)

    return answer


def test_a_part_is_what_was_asked_for_and_less_at_the_end() -> None:
    recordings = zoom_that(parts(MEDIA)).recordings
    middle = recordings.part(video(), 4, 11)
    end = recordings.part(video(), len(MEDIA) - 3, len(MEDIA) + 100)

    assert (middle.first, middle.total, middle.data) == (4, len(MEDIA), b"ftypisom")
    assert (end.first, end.data) == (len(MEDIA) - 3, MEDIA[-3:])


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        (sends(MEDIA), "whole_only"),
        (sends(PAGE, "text/html"), "login_page"),
        (parts(MEDIA, status=416), "beyond_end"),
        (parts(MEDIA, place="bytes 5-11/99"), "wrong_part"),
        (parts(MEDIA, place="bytes 4-999/9999"), "wrong_part"),
        (parts(MEDIA, place="rows 4-11/99"), "wrong_part"),
        (parts(MEDIA, place="bytes 4-10/9999"), "size_mismatch"),
        (parts(MEDIA[:9], place="bytes 4-11/9999"), "size_mismatch"),
    ],
)
def test_what_is_not_the_part_is_refused(answers: Answering, reason: str) -> None:
    with pytest.raises(ZoomError) as problem:
        zoom_that(answers).recordings.part(video(), 4, 11)

    assert problem.value.reason == reason


@pytest.mark.parametrize(("first", "last"), [(-1, 5), (6, 5), (0, 9 * 1024 * 1024)])
def test_a_part_is_bounded(first: int, last: int) -> None:
    with pytest.raises(ValueError, match="8 MiB"):
        zoom_that(parts(MEDIA)).recordings.part(video(), first, last)


PRIVATE = (
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0"),
    *("::1", "::", "fe80::1", "fd00:ec2::254", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::"),
    *("224.0.0.1", "255.255.255.255", "no address"),
)


@pytest.mark.parametrize("address", PRIVATE)
def test_zoom_cannot_send_us_on_into_our_own_network(address: str) -> None:
    asked: list[str] = []

    def look_up(host: str, port: int) -> list[str]:
        asked.append(host)
        return [address]

    with DeadlineTransport(look_up=look_up) as network:

        def redirects(request: httpx.Request) -> httpx.Response:
            if request.url.host == "us06web.zoom.us":
                return httpx.Response(302, headers={"location": "https://inside.example/secrets"})
            return network.handle_request(request)

        with pytest.raises(NotSent), zoom_that(redirects).recordings.download(video()):
            pass

    assert asked == ["inside.example"]


def test_which_addresses_are_of_the_internet() -> None:
    assert [is_public(each) for each in ("8.8.8.8", "2606:4700::1111", *PRIVATE)] == [
        True,
        True,
        *[False] * len(PRIVATE),
    ]

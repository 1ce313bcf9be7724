"""Requests and responses of a WSGI application, without a framework."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit
from wsgiref.types import StartResponse, WSGIEnvironment

_LARGEST_BODY = 4 * 1024 * 1024


class ConnectionDropped(Exception):
    """Close the connection without an answer; the server does, in-process callers see this exception."""


@dataclass
class Request:
    method: str
    path: str
    raw_path: str
    """The path as it came, still percent-encoded, where the server tells it: else like `path`."""
    query_string: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    remote_addr: str
    origin: str
    """Scheme and host by which the caller reached us."""
    cookies: dict[str, str]
    path_values: dict[str, str] = field(default_factory=dict)
    fault: str = ""
    """What went wrong on purpose with this request."""

    @classmethod
    def read(cls, environ: WSGIEnvironment) -> "Request":
        headers = {
            key[5:].replace("_", "-").lower(): str(v) for key, v in environ.items() if key.startswith("HTTP_")
        }
        headers["content-type"] = str(environ.get("CONTENT_TYPE") or "")
        path = str(environ.get("PATH_INFO") or "/").encode("latin-1").decode("utf-8", "replace")
        raw_path = urlsplit(str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or "")).path
        query_string = str(environ.get("QUERY_STRING") or "")
        host = headers.get("host") or f"{environ['SERVER_NAME']}:{environ['SERVER_PORT']}"
        return cls(
            method=str(environ["REQUEST_METHOD"]),
            path=path,
            raw_path=raw_path or path,
            query_string=query_string,
            query=dict(parse_qsl(query_string, keep_blank_values=True)),
            headers=headers,
            body=_read_body(environ),
            remote_addr=str(environ.get("REMOTE_ADDR") or "127.0.0.1"),
            origin=f"{environ['wsgi.url_scheme']}://{host}",
            cookies=_cookies(headers.get("cookie", "")),
        )

    def form(self) -> dict[str, str]:
        """The fields of a form; the last of several with one name."""
        if not self.headers["content-type"].startswith("application/x-www-form-urlencoded"):
            return {}
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def json(self) -> Any:
        """The body as JSON; None without a body. Raises ValueError."""
        return json.loads(self.body) if self.body.strip() else None


@dataclass
class Response:
    status: int
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)

    def send(self, start_response: StartResponse) -> Iterable[bytes]:
        reason = HTTPStatus(self.status).phrase if self.status in HTTPStatus else "Unknown"
        headers = [*self.headers]
        if self.status != HTTPStatus.NO_CONTENT and not any(name == "Content-Length" for name, _ in headers):
            headers.append(("Content-Length", str(len(self.body))))
        start_response(f"{self.status} {reason}", headers)
        return [self.body]

    def with_headers(self, *headers: tuple[str, str]) -> "Response":
        self.headers.extend(headers)
        return self


def json_response(status: int, value: object) -> Response:
    body = json.dumps(value, ensure_ascii=False).encode()
    return Response(status, body, [("Content-Type", "application/json;charset=UTF-8")])


def redirect(location: str, *, status: int = 302) -> Response:
    return Response(status, b"", [("Location", location)])


def unquoted_twice(text: str) -> list[str]:
    """A path value as it may have been meant: as it came, decoded once, decoded twice."""
    once = unquote(text)
    return list(dict.fromkeys([text, once, unquote(once)]))


def _read_body(environ: WSGIEnvironment) -> bytes:
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    return bytes(environ["wsgi.input"].read(min(length, _LARGEST_BODY))) if length > 0 else b""


def _cookies(header: str) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}

"""A small threaded HTTP/1.1 server for one WSGI application: kept alive, or broken on purpose."""

import io
import socket
import sys
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import unquote_to_bytes
from wsgiref.types import WSGIApplication, WSGIEnvironment

from zoomsim.http import ConnectionDropped

_IDLE_SECONDS = 60


class Server(ThreadingHTTPServer):
    """Listens as soon as it is made. Raises OSError when the port is taken."""

    daemon_threads = True
    request_queue_size = 256
    allow_reuse_port = False

    def __init__(self, address: tuple[str, int], application: WSGIApplication) -> None:
        super().__init__(address, _Handler)
        self.application = application

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A caller that went away is nothing to report; anything else is."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError | ConnectionDropped):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_SECONDS
    disable_nagle_algorithm = True
    wbufsize = -1
    server: Server

    def _serve(self) -> None:
        answer = _Answer(self)
        try:
            body = b"".join(self.server.application(self._environ(), answer.start))
        except ConnectionDropped:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        except Exception:
            traceback.print_exc(file=sys.stderr)
            answer.start("500 Internal Server Error", [("Content-Length", "0")])
            body = b""
        answer.send(body)

    def __getattr__(self, name: str) -> Any:
        """The base class looks for a method do_<METHOD>; every one is served alike."""
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _environ(self) -> WSGIEnvironment:
        path, _, query = self.path.partition("?")
        host, port = self.server.server_address[:2]
        environ: WSGIEnvironment = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "RAW_URI": self.path,
            "QUERY_STRING": query,
            "SERVER_NAME": str(host),
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": self.client_address[0],
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        body = self._body()
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        for name, value in self.headers.items():
            environ.setdefault(f"HTTP_{name.upper().replace('-', '_')}", value)
        return environ

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self._chunks()
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _chunks(self) -> bytes:
        body = b""
        while (size := int(self.rfile.readline().split(b";")[0], 16)) > 0:
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return body

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Calls are in the simulator's own log."""


class _Answer:
    """What the application said before its body."""

    def __init__(self, handler: _Handler) -> None:
        self._handler = handler
        self._status = "500 Internal Server Error"
        self._headers: list[tuple[str, str]] = []

    def start(
        self,
        status: str,
        headers: list[tuple[str, str]],
        exc_info: tuple[type[BaseException], BaseException, TracebackType]
        | tuple[None, None, None]
        | None = None,
    ) -> Any:
        self._status, self._headers = status, headers

    def send(self, body: bytes) -> None:
        code, _, reason = self._status.partition(" ")
        self._handler.send_response_only(int(code), reason)
        for name, value in self._headers:
            self._handler.send_header(name, value)
        self._handler.end_headers()
        if self._handler.command != "HEAD":
            self._handler.wfile.write(body)
        self._handler.wfile.flush()

"""Posts over HTTP, and waits three seconds at most for each part of an answer, as Zoom does in all."""

from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

PATIENCE_SECONDS = 3.0


def send(url: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
    """POST once, following no redirect. Raises OSError when there is no proper answer in time."""
    parts = urlsplit(url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE_SECONDS)
    try:
        connection.request("POST", parts.path + (f"?{parts.query}" if parts.query else ""), body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(64 * 1024)
    except HTTPException as problem:
        raise OSError(str(problem)) from problem
    finally:
        connection.close()

"""Which addresses are Zoom's, so that a token is sent to no other."""

import re
from urllib.parse import urlsplit

ZOOM_HOSTS = (".zoom.us", ".zoomgov.com")

_HOST = re.compile(r"[a-z0-9.-]+|[0-9a-f:]+")


def is_zooms(origin: str) -> bool:
    """That origin is one of Zoom's own hosts, over TLS and on its usual port."""
    host = origin.removeprefix("https://")
    return origin != host and f".{host}".endswith(ZOOM_HOSTS)


def origin_of(url: str) -> str:
    """scheme://host[:port] in one spelling, "" for what is no plain web address."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return ""
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not _HOST.fullmatch(host):
        return ""
    host = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port and port != usual else "")

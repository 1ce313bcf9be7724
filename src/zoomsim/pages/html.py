"""The frame of every page: strict content policy, light and dark, and the words "Pretend Zoom"."""

from collections.abc import Iterable
from html import escape

from zoomsim.http import Response

USER_COOKIE = "zoomsim_user"
VISITOR_COOKIE = "zoomsim_visitor"

_FRAME = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} – Pretend Zoom</title>
<link rel="stylesheet" href="/assets/zoomsim.css">
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
{scripts}</head>
<body>
<header><p>Pretend Zoom: a simulator. Nothing leaves this computer.</p></header>
<main{attributes}>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def page(
    title: str,
    body: str,
    *,
    status: int = 200,
    form_targets: Iterable[str] = (),
    state: str = "",
    wide: bool = False,
) -> Response:
    """A whole page. `body` is markup whose values are escaped.

    state: of a page that keeps itself true by `room.js`; another state than the one shown loads it anew.
    """
    attributes = f' data-state="{escape(state)}"' if state else ""
    attributes += ' class="wide"' if wide else ""
    scripts = '<script src="/assets/room.js" defer></script>\n' if state else ""
    markup = _FRAME.format(title=escape(title), body=body, scripts=scripts, attributes=attributes)
    return Response(
        status,
        markup.encode(),
        [
            ("Content-Type", "text/html;charset=UTF-8"),
            ("Content-Security-Policy", _policy(form_targets)),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
        ],
    )


def remember(cookie: str, value: str) -> tuple[str, str]:
    """A header that keeps a value in the browser for this session."""
    return ("Set-Cookie", f"{cookie}={value}; Path=/; HttpOnly; SameSite=Lax")


def hidden(fields: dict[str, str]) -> str:
    """Hidden fields of a form."""
    return "\n".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in fields.items()
    )


def table(id_: str, caption: str, heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A headed table of plain values; says so when there is nothing."""
    title = f'<h2 id="{id_}">{escape(caption)}</h2>'
    lines = ["".join(f"<td>{escape(str(value))}</td>" for value in row) for row in rows]
    if not lines:
        return f"{title}\n<p>None.</p>"
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "\n".join(f"<tr>{line}</tr>" for line in lines)
    return (
        f'{title}\n<div class="scroll" tabindex="0" role="region" aria-labelledby="{id_}">'
        f"<table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table></div>"
    )


def _policy(form_targets: Iterable[str]) -> str:
    """Nothing but our own files. Browsers hold `form-action` against what a form's answer redirects to."""
    targets = " ".join(["'self'", *form_targets])
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        f"form-action {targets}; base-uri 'none'; frame-ancestors 'none'"
    )

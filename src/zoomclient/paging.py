"""Lists in pages: read as one goes on, to the last page, each row as a typed value."""

from collections.abc import Iterator, Mapping
from typing import Any

from zoomclient.answers import read
from zoomclient.client import Api
from zoomclient.http import Answer
from zoomclient.limits import Operation
from zoomclient.models import ZoomModel

PAGE_SIZE = 300
"""The most that Zoom gives at once."""


def read_pages[Model: ZoomModel](
    api: Api,
    operation: Operation,
    ids: Mapping[str, str],
    model: type[Model],
    name: str,
    params: Mapping[str, str],
) -> Iterator[Model]:
    """Every row below `name`, from all pages. An error may come between rows.

    The token of a page lives for 15 minutes: whoever dawdles gets Invalid("page_token_expired") and begins
    anew.
    """
    asked = dict(params)
    seen: set[str] = set()
    while True:
        answer = api.call(operation, ids, params=asked)
        for row in rows(answer, name):
            yield read(model, answer, row)
        token = _page_token(answer)
        if not token:
            return
        if token in seen:
            raise answer.unreadable("a page that comes again")
        seen.add(token)
        asked = {**params, "next_page_token": token}  # Zoom wants the other parameters repeated


def rows(answer: Answer, name: str) -> list[Any]:
    """The list below `name`. Raises Unreadable if there is none: that is not an empty one."""
    found = answer.body.get(name) if isinstance(answer.body, dict) else None
    if not isinstance(found, list):
        raise answer.unreadable(f"no {name}")
    return found


def _page_token(answer: Answer) -> str:
    token = answer.body.get("next_page_token")
    return token if isinstance(token, str) else ""

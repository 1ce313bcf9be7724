"""The tree of errors: what a caller may rely on."""

import copy
import pickle
import re
from pathlib import Path

import pytest

import zoomclient
from tests.zoomclient.conftest import NOW
from zoomclient import RateLimited, Secret, Unreadable, ZoomError, errors

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, ZoomError)]


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn: list[tuple[str, str]] = []
    above = ["ZoomError"]
    for bars, name in re.findall(r"^([│ ]*[├└]─ )(\w+)", errors.__doc__ or "", re.MULTILINE):
        depth = len(bars) // 3
        drawn.append((name, above[depth - 1]))
        above[depth:] = [name]

    assert sorted(drawn) == sorted(
        (kind.__name__, kind.__bases__[0].__name__) for kind in KINDS if kind is not ZoomError
    )


def test_every_error_is_part_of_the_public_face() -> None:
    assert [kind.__name__ for kind in KINDS if kind.__name__ not in zoomclient.__all__] == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not RateLimited])
def test_an_error_needs_nothing_and_can_travel(kind: type[ZoomError]) -> None:
    error = kind("why", call="GET /x")

    assert str(copy.copy(error)) == str(error)
    assert (error.reason, error.call, error.message) == (kind.reason, "GET /x", "why")


def test_an_error_with_a_hidden_body_does_not_travel() -> None:
    with pytest.raises(TypeError):
        pickle.dumps(Unreadable(body=Secret("CANARY")))


def test_a_wait_always_has_an_end() -> None:
    assert RateLimited(retry_at=NOW).retry_at == NOW
    with pytest.raises(TypeError):
        RateLimited()  # type: ignore[call-arg]


def test_the_client_knows_no_framework() -> None:
    folder = Path(zoomclient.__file__).parent
    named = {path.name for path in folder.glob("*.py") if "django" in path.read_text().lower()}

    assert named == set()

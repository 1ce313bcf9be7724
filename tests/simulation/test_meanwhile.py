"""While a call of one process is out, others act, too, and nothing comes of it that is untrue."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from eduraise.zoom.enums import OperationState
from eduraise.zoom.models import ZoomOperation
from tests.simulation.storm import Storm


@pytest.fixture
def run(storm: Callable[[int], Storm]) -> Storm:
    return storm(1)


def test_a_class_is_cancelled_while_zoom_books_it(run: Storm) -> None:
    run.people.book()
    run.witness.meanwhile = lambda: run.act(run.people.cancel)

    run.act(run.send_another)

    assert [line.split()[1] for line in run.trace] == ["cancel", "send_another"]
    run.calm()
    assert run.zoom.numbers() == set()


def test_others_act_once_and_only_while_a_call_is_out(run: Storm) -> None:
    run.meanwhile()
    assert run.witness.meanwhile is not None
    run.people.book()
    assert run.witness.meanwhile is not None

    run.act(run.send_another)

    assert run.witness.meanwhile is None


def test_what_was_just_wanted_is_now_and_then_tried_at_once(run: Storm) -> None:
    for _class in range(20):
        run.act(run.people.book)

    tried = set(ZoomOperation.objects.values_list("state", flat=True))
    assert tried == {OperationState.PENDING, OperationState.DONE}

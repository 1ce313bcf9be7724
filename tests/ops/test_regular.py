"""Regular work: each run's outcome can be seen, and one failure stops nothing else."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.utils.module_loading import import_string

from eduraise.ops import regular, schedule
from eduraise.ops.models import RegularRun
from eduraise.ops.schedule import REGULAR, Regular
from tests.school import School

CALLS: list[datetime] = []


def busy(now: datetime) -> dict[str, int]:
    CALLS.append(now)
    return {"sent": 3, "dropped": 0}


def idle(now: datetime) -> int:
    return 0


def broken(now: datetime) -> int:
    raise ValueError("the mail server is on holiday")


@pytest.fixture(autouse=True)
def work(monkeypatch: pytest.MonkeyPatch) -> None:
    here = "tests.ops.test_regular"
    listed = tuple(Regular(name, name, f"{here}.{name}", 5) for name in ("busy", "idle", "broken"))
    monkeypatch.setattr(schedule, "REGULAR", listed)
    monkeypatch.setattr(regular, "REGULAR", listed)


def test_what_was_done_before_stands_beside_a_run_that_had_nothing_to_do(school: School) -> None:
    RegularRun.objects.create(name="busy", began_at=school.now, result="ok", counts={"checked": 3})
    RegularRun.objects.create(name="busy", began_at=school.now, result="ok")

    last = next(one for one in regular.last_runs() if one.work.name == "busy")

    assert (last.outcome, last.did_before) == ("nothing to do", "checked: 3")


def test_a_run_leaves_its_numbers(school: School) -> None:
    run = regular.run("busy", now=school.now)

    assert (run.result, run.counts, CALLS[-1]) == ("ok", {"sent": 3}, school.now)


def test_a_failure_is_kept_and_not_raised(school: School) -> None:
    assert regular.run("broken", now=school.now).result == "ValueError: the mail server is on holiday"
    assert [last.failed for last in regular.last_runs()] == [False, False, True]


def test_idle_runs_take_one_row(school: School) -> None:
    for _ in range(5):
        regular.run("idle", now=school.clock.advance(seconds=5))

    assert [row.began_at for row in RegularRun.objects.all()] == [school.now]


def test_fifty_runs_are_kept(school: School) -> None:
    for _ in range(53):
        regular.run("busy", now=school.now)

    assert RegularRun.objects.filter(name="busy").count() == 50


@pytest.mark.parametrize("listed", REGULAR, ids=lambda listed: listed.name)
def test_each_listed_function_exists(listed: Regular) -> None:
    assert callable(import_string(listed.function))

"""A calendar program that people use, calcurse, takes in what we write; left out where it isn't installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from eduraise.calendars.entries import DatedEntry, WeeklyRule, written_as_series
from eduraise.calendars.writing import write_calendar
from tests.calendars.made import entry

pytestmark = pytest.mark.skipif(shutil.which("calcurse") is None, reason="calcurse is not installed")


def calcurse(folder: Path, *arguments: str, zone: str = "Europe/Madrid") -> str:
    """What the program says, at a desk in this zone."""
    return subprocess.run(
        ["calcurse", "-D", str(folder), "-C", str(folder), *arguments],
        env=os.environ | {"TZ": zone, "LC_ALL": "C.UTF-8", "TERM": "dumb"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout


def agenda(folder: Path, body: bytes, zone: str) -> list[str]:
    """Day, start and title of March and April 2026, as the program lists them."""
    file = folder / "classes.ics"
    file.write_bytes(body)
    calcurse(folder, "-i", str(file), "-q", zone=zone)
    line = "%(start:%m-%d %H:%M) %(end:%H:%M) %m\n"
    span = ("-Q", "--from", "03/01/2026", "--to", "05/01/2026")
    listed = calcurse(folder, *span, "--format-apt", line, "--format-recur-apt", line, zone=zone)
    return [line for line in listed.splitlines() if re.match(r"\d\d-\d\d ", line)]


@pytest.mark.parametrize(
    ("zone", "hours"), [("Europe/Madrid", "18:00 19:30"), ("America/New_York", "12:00 13:30")]
)
def test_a_class_is_listed_at_its_hour_wherever_one_is(tmp_path: Path, zone: str, hours: str) -> None:
    at = datetime(2026, 3, 5, 17, tzinfo=UTC)
    body = write_calendar(name="x", entries=[entry(at, minutes=90, title="Sets; and, graphs")])

    assert agenda(tmp_path, body, zone) == [f"03-05 {hours} Sets; and, graphs"]


def test_a_series_with_its_exceptions_is_listed_date_by_date(tmp_path: Path) -> None:
    rule = WeeklyRule(
        zone="Europe/Madrid",
        local_start=time(18),
        every_weeks=1,
        starts_on=date(2026, 3, 2),
        ends_on=date(2026, 4, 13),
    )
    dated = [
        DatedEntry(original_on=on, entry=entry(rule.start_on(on).astimezone(UTC))) for on in rule.dates()
    ]
    cancelled = replace(dated[1], entry=replace(dated[1].entry, is_cancelled=True))
    first = rule.start_on(date(2026, 3, 2)).astimezone(UTC)
    body = write_calendar(
        name="x",
        entries=written_as_series(
            pattern=entry(first, uid="series"), rule=rule, dated=[dated[0], cancelled, *dated[2:-1]]
        ),
    )

    days = ("03-02", "03-16", "03-23", "03-30", "04-06")
    assert agenda(tmp_path, body, "Europe/Madrid") == [f"{day} 18:00 19:00 Sets" for day in days]

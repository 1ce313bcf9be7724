"""The main path, in a real browser, on the demo's own processes, under the real content policy.

An admin makes a program, assigns and enrols; the teacher hears of it, connects Zoom on its consent page and
books; the student sees the class and joins; the class is live, then ended.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import chromium, findings, listen

pytestmark = [pytest.mark.journey, pytest.mark.smoke]
PASSWORD = "demo-eduraise"
TEACHER = "teacher14@demo.example"  # has not connected Zoom yet


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the demo keeps what it has."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[str]:
    """The demo, running; its address."""
    port, zoom_port = free_port(), free_port()
    (folder / "zoom").write_text(f"http://localhost:{zoom_port}")
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment = kept | {
        "PORT": str(port),
        "ZOOMSIM_PORT": str(zoom_port),
        "DATA_DIR": str(folder / "data"),
    }
    command = [str(Path(sys.executable).parent / "eduraise"), "demo"]
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=out)
    try:
        wait_until_ready(f"http://localhost:{port}", process, folder / "out")
        yield f"http://localhost:{port}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)


def wait_until_ready(address: str, process: subprocess.Popen[bytes], out: Path) -> None:
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        assert process.poll() is None, out.read_text()
        try:
            with urllib.request.urlopen(f"{address}/health/ready", timeout=3):
                return
        except OSError:
            time.sleep(0.5)
    raise AssertionError(out.read_text())


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def signed_in(browser: Browser, demo: str, email: str, complaints: list[str]) -> Page:
    page = browser.new_context(locale="en-GB", timezone_id="Europe/Madrid").new_page()
    listen(page, complaints)
    page.goto(f"{demo}/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.wait_for_url(f"{demo}/")
    return page


def test_what_breaks_at_zoom_is_noticed_and_mended(demo: str, folder: Path, browser: Browser) -> None:
    """A class that is moved there is set back; a connection that is ended there is made again, and until then
    the organisation's account serves.
    """
    complaints: list[str] = []
    teacher = signed_in(browser, demo, "teacher@demo.example", complaints)
    code = book_ahead(teacher, demo)
    page = f"{demo}/classes/{code}/"
    until(teacher, page, "Zoom details")
    number, starts_at = at_zoom(folder, "To be mended")
    later = datetime.fromisoformat(starts_at) + timedelta(hours=1)
    control(folder, "meetings", number=number, start_time=f"{later:%Y-%m-%dT%H:%M:%SZ}")
    until(teacher, page, "The meeting was moved in Zoom")  # its history says so a moment earlier
    teacher.get_by_role("button", name="Restore ours").first.click()
    for _look in range(30):
        if at_zoom(folder, "To be mended")[1] == starts_at:
            break
        teacher.wait_for_timeout(1000)
    assert at_zoom(folder, "To be mended")[1] == starts_at

    control(folder, "users", email="teacher@demo.example", revoke=True)
    teacher.goto(f"{demo}/zoom/connect/")
    teacher.get_by_role("button", name="Check again").click()
    expect(teacher.get_by_text(re.compile("Your own connection ended."))).to_be_visible()
    teacher.get_by_role("button", name="Connect your own").click()
    choice = teacher.locator("select[name=user] option:has-text('teacher@demo.example')").first
    teacher.locator("select[name=user]").select_option(value=choice.get_attribute("value"))
    teacher.get_by_role("button", name="Allow").click()
    expect(teacher.get_by_text("Zoom is connected again.")).to_be_visible()
    expect(teacher.get_by_text("Working", exact=True)).to_be_visible()
    assert [one for one in complaints if "Content Security Policy" in one] == []


def test_from_a_new_program_to_an_ended_class(demo: str, folder: Path, browser: Browser) -> None:
    complaints: list[str] = []
    admin = signed_in(browser, demo, "admin@demo.example", complaints)
    make_program(admin, demo)

    teacher = signed_in(browser, demo, TEACHER, complaints)
    teacher.goto(f"{demo}/notifications/")
    expect(teacher.get_by_text("You teach Walking through").first).to_be_visible()
    connect_zoom(teacher, demo)
    code = book(teacher, demo)

    student = signed_in(browser, demo, "student@demo.example", complaints)
    student.goto(f"{demo}/zoom/upcoming-meetings/")
    expect(student.get_by_text("First steps")).to_be_visible()
    student.goto(f"{demo}/j/{code}")
    with student.context.expect_page() as opened:
        student.get_by_role("button", name=re.compile("Join")).first.click()
    room = opened.value
    expect(room.get_by_text(re.compile("Pretend Zoom", re.I)).first).to_be_visible()

    teacher.goto(f"{demo}/classes/{code}/")
    with teacher.context.expect_page() as opened:
        teacher.get_by_role("button", name="Start class").click()
    opened.value.get_by_role("button", name=re.compile("Start")).click()
    until(teacher, f"{demo}/classes/{code}/", "Rejoin")
    for page, address in ((teacher, "/zoom/meetings/"), (student, "/zoom/upcoming-meetings/")):
        page.goto(demo + address)
        expect(page.locator("li.row.live", has_text="First steps")).to_contain_text("Live")

    opened.value.get_by_role("button", name=re.compile("End")).first.click()
    (folder / "data" / "clock").write_text(str(timedelta(hours=2).total_seconds()), encoding="ascii")
    until(teacher, f"{demo}/classes/{code}/", "Ended")
    expect(teacher.get_by_role("button", name="Rejoin")).to_have_count(0)
    student.goto(f"{demo}/zoom/upcoming-meetings/")
    expect(student.get_by_text("First steps")).to_have_count(0)
    assert [one for one in complaints if "Content Security Policy" in one] == []
    assert findings(teacher) == []


def make_program(page: Page, demo: str) -> None:
    page.goto(f"{demo}/programs/new/")
    page.fill("input[name=title]", "Walking through")
    page.fill("input[name=code]", "WLK-1")
    page.get_by_role("button", name="Create the program").click()
    page.get_by_role("button", name="Open to students").click()
    page.goto(f"{demo}/programs/WLK-1/teachers/new/")
    page.get_by_label("Tomás Silva").check()
    page.get_by_role("button", name="Assign this teacher").click()
    page.goto(f"{demo}/programs/WLK-1/students/new/")
    page.fill("textarea[name=people]", "student@demo.example")
    page.get_by_role("button", name="Enrol them").click()
    expect(page.get_by_text("1 student is enrolled.")).to_be_visible()


def connect_zoom(page: Page, demo: str) -> None:
    page.goto(f"{demo}/zoom/connect/")
    page.get_by_role("button", name="Connect Zoom").click()
    choice = page.locator(f"select[name=user] option:has-text('{TEACHER}')").first
    page.locator("select[name=user]").select_option(value=choice.get_attribute("value"))
    page.get_by_role("button", name="Allow").click()
    page.get_by_role("button", name="Connect this account").click()
    expect(page.get_by_text("Connected", exact=True)).to_be_visible()


def book_ahead(page: Page, demo: str) -> str:
    """A class in nine days or a little more, at an hour at which its teacher is there."""
    at = datetime.now(ZoneInfo("Europe/Madrid")) + timedelta(days=9)
    while at.isoweekday() > 5:
        at += timedelta(days=1)
    page.goto(f"{demo}/zoom/create-meeting/?program=ALG-2")
    page.fill("input[name=topic]", "To be mended")
    page.fill("input[name=date]", f"{at:%Y-%m-%d}")
    page.fill("input[name=time]", "12:00")
    page.get_by_role("button", name=re.compile("Schedule this class")).last.click()
    page.wait_for_url(re.compile("/classes/"))
    return page.url.rstrip("/").rpartition("/")[2]


def control(folder: Path, name: str, **fields: Any) -> Any:
    """What somebody does at the pretend Zoom, by its controls; without fields what it says."""
    request = urllib.request.Request(
        f"{(folder / 'zoom').read_text()}/_sim/{name}",
        data=json.dumps(fields).encode() if fields else None,
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read())


def at_zoom(folder: Path, topic: str) -> tuple[int, str]:
    """The number and the start of the meeting with this title."""
    [found] = [one for one in control(folder, "meetings")["meetings"] if one["topic"] == topic]
    return int(found["id"]), str(found["start_time"])


def book(page: Page, demo: str) -> str:
    at = datetime.now(ZoneInfo("Europe/Madrid")) + timedelta(minutes=5)
    page.goto(f"{demo}/zoom/create-meeting/?program=WLK-1")
    page.fill("input[name=topic]", "First steps")
    page.fill("input[name=date]", f"{at:%Y-%m-%d}")
    page.fill("input[name=time]", f"{at:%H:%M}")
    press = page.get_by_role("button", name=re.compile("Schedule this class")).last
    with page.expect_response(lambda one: one.request.method == "POST" and one.status == 422):
        press.click()  # short notice wants its reason
    page.fill("[name=reason]", "It begins today.")
    press.click()
    page.wait_for_url(re.compile("/classes/"))
    return page.url.rstrip("/").rpartition("/")[2]


def until(page: Page, address: str, words: str) -> None:
    """Look at a page until it says so; the worker's own rhythm is seconds."""
    for _look in range(30):
        page.goto(address)
        if page.get_by_text(words).count():
            return
        page.wait_for_timeout(1000)
    raise AssertionError(f"{words!r} never stood on {address}")

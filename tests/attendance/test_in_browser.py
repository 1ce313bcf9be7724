"""A register in a real browser, from the first student who comes to the file that is taken along."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from eduraise.accounts.models import User
from eduraise.attendance.enums import RegisterState
from eduraise.attendance.excuses import send_excuse
from eduraise.attendance.folding import fold_register
from eduraise.attendance.models import Register
from eduraise.classes.models import ClassSession, JoinClick
from eduraise.notifications.models import Message
from tests.attendance.rows import Told
from tests.attendance.scene import Scene
from tests.attendance.test_export import cells
from tests.attendance.test_reading import Held
from tests.browser import chromium, enter, findings, listen, overflow
from tests.classes.rows import sit
from tests.linked import LinkedZoom
from tests.school import School

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
# A refresh comes every five seconds
SOON = 20_000
HEADING = [
    *("Student", "Mark", "Minutes", "Of minutes", "First in", "Last out", "Estimated", "By the rule"),
    *("Set by", "Reason", "Register"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


class Desk:
    """Tariq at his desk, with what the browser complains of."""

    def __init__(self, browser: Browser, person: User, address: str) -> None:
        context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
        enter(context, person, address)
        self.complaints: list[str] = []
        self.page = context.new_page()
        listen(self.page, self.complaints)

    def open(self, path: str) -> Page:
        """One of its pages."""
        self.page.goto(path)
        return self.page

    def look(self, path: str) -> list[str]:
        """What is wrong with a page, in both themes, at a desk and on a small phone, with all unfolded."""
        for theme, width in (("light", 1280), ("dark", 320)):
            self.page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            self.page.set_viewport_size({"width": width, "height": 900})
            self.open(path)
            self.page.evaluate(
                "document.querySelectorAll('main details').forEach((one) => (one.open = true))"
            )
            self.complaints += [f"{path} {theme}: {one}" for one in findings(self.page) + overflow(self.page)]
        self.page.set_viewport_size({"width": 1280, "height": 900})
        return self.complaints


def register_of(session: ClassSession) -> str:
    return f"/classes/{session.code}/attendance/"


def row(page: Page, name: str) -> Any:
    return page.locator("[data-row]").filter(has=page.get_by_text(name, exact=True)).first


def seen(page: Page) -> list[str]:
    """The names in the order in which they are seen."""
    shown = [one for one in page.locator("[data-row]").all() if one.is_visible()]
    places = {one.locator(".who bdi").first.inner_text(): one.bounding_box()["y"] for one in shown}  # type: ignore[index]
    return sorted(places, key=lambda name: places[name])


def click_of(person: User, session: ClassSession) -> None:
    at = session.starts_at + timedelta(seconds=30)
    JoinClick.objects.create(session=session, person=person, at=at, way="common")


@pytest.mark.parametrize("opens", ["by itself", "in the register"])
def test_two_at_one_device_and_a_mark_with_a_reason(
    school: School, browser: Browser, live_server: Any, opens: str
) -> None:
    bea, _sana = school.enrol(school.person("bea"), school.program).person, school.sana
    told = Told(school)
    told.sitting(until=60)
    told.click(school.sana, -1)
    told.somebody("Sana", 0, 60)
    school.clock.set(told.at(90))
    told.name()
    fold_register(told.register.pk, school.now)
    desk = Desk(browser, school.tariq, live_server.url)
    register = register_of(told.session)

    def open_form() -> Page:
        if opens == "by itself":
            return desk.open(f"{register}students/{bea.uid}/")
        page = desk.open(register)
        row(page, "Bea").get_by_text("Why").click()
        row(page, "Bea").get_by_role("link", name="Set it with a reason").click()
        return page

    page = open_form()
    page.get_by_label("At the device of").select_option(label="Sana")
    page.get_by_role("button", name="They were there together").click()
    expect(page.get_by_text("Bea was there with Sana.")).to_be_visible()
    expect(row(page, "Bea").locator("[aria-pressed=true]")).to_have_text("PPresent")

    page = open_form()
    page.get_by_label("Mark", exact=True).select_option(label="Late")
    page.get_by_role("button", name="Save").click()
    expect(row(page, "Bea").locator("[aria-pressed=true]")).to_have_text("LLate")
    assert desk.look(f"{register}students/{bea.uid}/") == []


@pytest.mark.parametrize("minute", [10, 90])
def test_key_after_key_marks_without_the_mouse(
    school: School, browser: Browser, live_server: Any, minute: int
) -> None:
    for name in ("bea", "cem"):
        school.enrol(school.person(name), school.program)
    scene = Scene(school)
    sitting = sit(scene.session, scene.at(0), ended_at=scene.at(60) if minute > 60 else None)
    scene.was_in(sitting, school.sana, (0, 60 if minute > 60 else None))
    school.clock.set(scene.at(minute))
    scene.fold(minute)
    desk = Desk(browser, school.tariq, live_server.url)
    page = desk.open(register_of(scene.session))

    row(page, "Bea").focus()
    for key, shown in (("e", "EExcused"), ("l", "LLate"), ("a", "AAbsent")):
        page.keyboard.press(key)
        expect(row(page, "Bea").locator("[aria-pressed=true]")).to_have_text(shown)
        expect(row(page, "Bea")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("p")
    expect(row(page, "Cem").locator("[aria-pressed=true]")).to_have_text("PPresent")
    expect(row(page, "Cem")).to_be_focused()
    button = row(page, "Cem").get_by_role("button", name="Late")
    button.focus()
    page.keyboard.press("Enter")
    expect(row(page, "Cem").locator("[aria-pressed=true]")).to_have_text("LLate")
    expect(button).to_be_focused()
    assert desk.complaints == []


def test_on_a_phone_those_to_look_at_stand_first_and_who_is_present_is_folded(
    school: School, browser: Browser, live_server: Any
) -> None:
    for name in ("bea", "cem", "dan"):
        school.enrol(school.person(name), school.program)
    assert school.sana
    scene = Scene(school)
    sitting = scene.held()
    for name, came in (("Bea", 0), ("Cem", 20), ("Sana", 0)):
        scene.was_in(sitting, User.objects.get(name=name), (came, 60))
    scene.fold()
    school.clock.set(scene.at(120))
    desk = Desk(browser, school.tariq, live_server.url)
    page = desk.open(register_of(scene.session))
    assert seen(page) == ["Bea", "Cem", "Dan", "Sana"]
    expect(page.get_by_text("2 present by rule")).to_be_hidden()

    page.set_viewport_size({"width": 390, "height": 900})
    assert seen(page) == ["Dan", "Cem"]

    # a mark set by hand moves nothing, and the keys go on as the rows are seen
    row(page, "Dan").focus()
    page.keyboard.press("p")
    expect(row(page, "Dan").locator("[aria-pressed=true]")).to_have_text("PPresent")
    expect(row(page, "Dan")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(row(page, "Cem")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(row(page, "Cem")).to_be_focused()
    assert seen(page) == ["Dan", "Cem"]

    page.get_by_text("2 present by rule").click()
    assert seen(page) == ["Dan", "Cem", "Bea", "Sana"]
    row(page, "Cem").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("a")
    expect(row(page, "Bea").locator("[aria-pressed=true]")).to_have_text("AAbsent")
    expect(row(page, "Bea")).to_be_focused()
    assert seen(page) == ["Dan", "Cem", "Bea", "Sana"]

    # whom somebody said something of is not folded; and on paper nobody is
    page = desk.open(register_of(scene.session))
    assert seen(page) == ["Dan", "Cem", "Bea"]
    # nor is anybody who is picked with all
    page.get_by_label("Select Dan").check()
    page.locator("[data-pick-all]").check()
    expect(page.locator(".selbar [data-selected]")).to_have_text("4 selected")
    assert seen(page) == ["Dan", "Cem", "Bea", "Sana"]

    page.emulate_media(media="print")
    assert seen(page) == ["Bea", "Cem", "Dan", "Sana"]
    expect(page.get_by_text("1 present by rule")).to_be_hidden()
    assert desk.complaints == []


def test_on_paper_marks_are_black_and_nobodys_excuse_is_read(
    school: School, browser: Browser, live_server: Any
) -> None:
    _ = school.sana
    scene = Scene(school)
    scene.was_in(scene.held(), school.tariq, (0, 60))
    scene.fold()
    Register.objects.update(state=RegisterState.FINAL)
    school.clock.set(scene.at(100))
    send_excuse(session=scene.session, student=school.sana, text="My knee", now=school.now)
    desk = Desk(browser, school.tariq, live_server.url)

    page = desk.open("/programs/ALG-2/attendance/")
    mark = page.locator(".grid td.absent")
    black, line = "rgb(0, 0, 0)", "border-bottom-width"
    assert mark.evaluate("one => getComputedStyle(one).color") != black
    for medium in ("screen", "print"):
        page.emulate_media(media=medium)  # type: ignore[arg-type]
        for cell in page.locator(".grid tbody tr:last-child > *").all():
            expect(cell).to_have_css(line, "0px")
    expect(mark).to_have_css("color", black)
    expect(mark).to_have_css("background-color", "rgba(0, 0, 0, 0)")

    page.emulate_media(media="screen")
    page = desk.open(f"/classes/{scene.session.code}/")
    expect(page.get_by_text("My knee")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_text("My knee")).to_be_hidden()
    assert desk.complaints == []


def test_from_the_first_join_to_the_file(
    linked: LinkedZoom, browser: Browser, live_server: Any, tmp_path: Path
) -> None:
    school = linked.school
    eva = school.person("eva")
    school.enrol(eva, school.program)
    held = Held(linked, events=True)
    people = linked.sim.people
    for person in (school.sana, eva):
        click_of(person, held.session)
    desk = Desk(browser, school.tariq, live_server.url)

    # the class begins, and its register fills by itself
    held.pass_by(60)
    people.host_start(held.number)
    held.pass_by(1)
    page = desk.open(register_of(held.session))
    expect(page.locator(".board .clock")).to_have_text("0 of 2 here")
    people.join(held.number, "Sana", "iPhone de Eva")
    people.admit(held.number)
    held.pass_by(1)
    expect(page.locator(".board .clock")).to_have_text("1 of 2 here", timeout=SOON)
    expect(row(page, "Sana")).to_contain_text("Here since")
    expect(page.locator("#tray")).to_contain_text("iPhone de Eva")

    # what somebody opened stays open when more becomes known
    row(page, "Sana").get_by_text("Why").click()
    page.get_by_role("button", name="Nudge the 1 missing").click()
    expect(page.locator("#toasts")).to_contain_text("The link is sent to 1 student.")
    expect(row(page, "Eva")).to_contain_text("the link was sent")
    expect(row(page, "Sana").locator("details")).to_have_attribute("open", "")
    assert [one.person for one in Message.objects.filter(kind="attendance.nudge")] == [eva]
    assert desk.look(register_of(held.session)) == []

    # it ends; who nobody knew is named, and her mark follows
    held.pass_by(57)
    people.end(held.number)
    held.work()
    for _half_hour in range(4):
        held.pass_by(31)
    page = desk.open(register_of(held.session))
    expect(row(page, "Eva").locator("[aria-pressed=true]")).to_have_text("AAbsent")
    page.locator("#tray select").select_option(label="Eva")
    page.get_by_role("button", name="That’s who it is").click()
    expect(page.locator("#tray")).to_have_count(0)
    expect(row(page, "Eva").locator("[aria-pressed=true]")).to_have_text("PPresent")

    # a key sets a mark, Undo puts it back; a reason goes with the next
    row(page, "Eva").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("l")
    expect(row(page, "Sana").locator("[aria-pressed=true]")).to_have_text("LLate")
    page.locator(".toast").filter(has_text="Sana: Late").get_by_role("button", name="Undo").click()
    expect(row(page, "Sana").locator("[aria-pressed=true]")).to_have_text("PPresent")
    row(page, "Sana").focus()
    page.keyboard.press(".")
    row(page, "Sana").get_by_text("Set it with a reason").click()
    row(page, "Sana").get_by_label("Mark", exact=True).select_option("excused")
    row(page, "Sana").get_by_label("Why", exact=True).fill("=1+1")
    row(page, "Sana").get_by_role("button", name="Save").click()
    expect(row(page, "Sana").locator("[aria-pressed=true]")).to_have_text("EExcused")
    assert desk.look(register_of(held.session)) == []

    # on paper a mark is a word, nothing is cut off, and what is to be pressed stays away
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 1040})
    assert overflow(page) == []
    expect(row(page, "Sana").locator("[aria-pressed=true] .vh")).to_have_css("clip-path", "none")
    expect(row(page, "Sana").locator("[aria-pressed=false]").first).to_be_hidden()
    expect(row(page, "Sana").get_by_text("Why", exact=True)).to_be_hidden()
    assert row(page, "Sana").bounding_box()["height"] < 90
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 1280, "height": 900})

    # the file says the same, cell by cell
    page = desk.open(register_of(held.session))
    page.get_by_role("button", name="Take it along, print it").click()
    with page.expect_download() as download:
        page.get_by_text("As a workbook (XLSX)").click()
    download.value.save_as(tmp_path / "register.xlsx")
    found = cells((tmp_path / "register.xlsx").read_bytes())
    day = f"{held.session.starts_at:%Y-%m-%d}"
    assert found[0] == HEADING
    assert [cell if not str(cell).startswith(day) else "…" for line in found[1:] for cell in line] == [
        *("Eva", "Present", 58.0, 60.0, "…", "…", "", "Present", "", "", "Final"),
        *("Sana", "Excused", 58.0, 60.0, "…", "…", "", "Present", "Tariq", "=1+1", "Final"),
    ]

    # and in the next class she is known
    second = Held(linked, events=True)
    click_of(eva, second.session)
    second.sit(others=("iPhone de Eva",))
    page = desk.open(register_of(second.session))
    expect(page.locator("#tray")).to_have_count(0)
    expect(row(page, "Eva").locator("[aria-pressed=true]")).to_have_text("PPresent")
    assert desk.look("/programs/ALG-2/attendance/") == []
    student = Desk(browser, school.sana, live_server.url)
    assert student.look("/attendance/") == []

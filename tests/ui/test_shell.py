"""What stands around every page: navigation, the person's menu, toasts, and the pages that tell of errors."""

from __future__ import annotations

import gzip
import re
from html import unescape
from typing import Any

import pytest
from django.test import Client, RequestFactory

from eduraise.ui import nav, shell
from tests.ui.site import Person


def text_of(response: Any) -> str:
    """The words of a page."""
    words = re.sub(
        r"<(script|style|svg|template).*?</\1>|<[^>]+>", " ", response.content.decode(), flags=re.DOTALL
    )
    return " ".join(unescape(words).split())


# Navigation


def test_the_navigation_is_the_roles_own_with_the_current_page_marked(visitor: Client) -> None:
    page = visitor.get("/").content.decode()
    main = page[page.index('<nav class="nav"') : page.index("</nav>")]

    assert re.findall(r'href="([^"]+)"', main) == ["/", "/classes/", "/undo/", "/me/", "/sign-in/", "/live/"]
    assert re.findall(r'href="([^"]+)" aria-current="page"', main) == ["/"]
    assert main.count('<b class="badge">2<span class="vh"> waiting</span></b>') == 1


def test_a_page_that_an_entry_covers_marks_that_entry(visitor: Client) -> None:
    page = visitor.get("/schedule/").content.decode()

    assert re.findall(r'<a href="([^"]+)" aria-current="page"', page) == ["/classes/"]


def test_the_longest_fit_is_the_current_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nav, "_entries", [])
    nav.register("admin", "Zoom", url="zoom:home", icon="plug", order=1, covers=("zoom:",))
    nav.register(
        "admin", "Classes", url="classes:list", icon="sun", order=2, covers=("classes:", "zoom:class")
    )
    request = RequestFactory().get("/")

    def current(view_name: str) -> str:
        request.resolver_match = Person(view_name=view_name)  # type: ignore[assignment]
        entry = nav.current_entry(request, "admin")
        return str(entry.name) if entry else ""

    assert [current(name) for name in ("zoom:connect", "zoom:class_new", "classes:list", "people:list")] == [
        "Zoom",
        "Classes",
        "Classes",
        "",
    ]


def test_registering_twice_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nav, "_entries", [])
    for _ in range(2):
        nav.register("admin", "People", url="people:list", icon="users", order=1)

    assert len(nav._entries) == 1


def test_a_sixth_main_entry_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nav, "_entries", [])
    for number in range(5):
        nav.register("admin", "Somewhere", url=f"somewhere:{number}", icon="sun", order=number)
    nav.register("teacher", "Elsewhere", url="elsewhere", icon="sun", order=1)
    nav.register("admin", "Elsewhere", url="elsewhere", icon="sun", order=1, place="more")

    with pytest.raises(ValueError, match="room for 5"):
        nav.register("admin", "Sixth", url="sixth", icon="sun", order=1)


def test_a_visitor_sees_no_navigation_and_a_way_to_sign_in(visitor: Client) -> None:
    page = visitor.get("/components/").content.decode()

    assert 'class="nav"' not in page
    assert 'id="me"' not in page
    assert page.count('href="/sign-in/">Sign in</a>') == 1
    assert "hx-headers" not in page
    assert visitor.cookies == {}


def test_the_persons_menu_switches_roles_and_signs_out_by_post(visitor: Client) -> None:
    page = visitor.get("/").content.decode()
    menu = page[page.index('id="me"') : page.index("<main")]

    assert "Work as Student" in menu
    assert "Work as Teacher" not in menu
    assert menu.count('<form method="post"') == menu.count("csrfmiddlewaretoken") == 3
    assert re.findall(r'name="theme" value="(\w*)" aria-pressed="true"', menu) == [""]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_comes_from_the_server_so_that_nothing_flashes(visitor: Client, theme: str) -> None:
    assert (
        f'<html lang="en" dir="ltr" data-theme="{theme}">' in visitor.get(f"/?theme={theme}").content.decode()
    )
    assert '<html lang="en" dir="ltr">' in visitor.get('/?theme="><b>').content.decode()


def test_a_page_is_small_over_the_wire(visitor: Client) -> None:
    sizes = {path: len(gzip.compress(visitor.get(path).content)) for path in ("/", "/schedule/", "/sign-in/")}

    assert {path: size for path, size in sizes.items() if size > 8 * 1024} == {}


def test_a_page_has_one_heading_one_main_and_a_way_past_the_navigation(visitor: Client) -> None:
    page = visitor.get("/").content.decode()

    assert (page.count("<h1"), page.count("<main"), page.count('href="#main"')) == (1, 1, 1)


def test_nothing_inline_that_the_policy_would_block(visitor: Client) -> None:
    for path in ("/", "/components/", "/schedule/", "/sign-in/", "/error/404/"):
        page = visitor.get(path).content.decode()
        assert re.findall(r"<[^>]*\s(?:style|on\w+|hx-on[^=]*)=", page) == [], path
        assert re.findall(r"<script(?![^>]*\ssrc=)", page) == [], path
        assert "<style" not in page, path


def test_a_pretended_zoom_is_said_on_every_page(visitor: Client, settings: Any) -> None:
    assert "Pretend Zoom" in text_of(visitor.get("/"))
    settings.ZOOM_API_URL = "https://api.zoom.us"
    assert "Pretend Zoom" not in text_of(visitor.get("/"))


def test_the_shell_refuses_wiring_that_it_does_not_know() -> None:
    with pytest.raises(AttributeError):
        shell.wire(singout="account_logout")


# Toasts


def test_what_was_done_is_said_once_after_a_redirect(visitor: Client) -> None:
    page = visitor.post("/undo/", {"x": "<b>1"}, follow=True).content.decode()

    assert '<div class="toast" data-toast><span>Done: x &lt;b&gt;1</span>' in page
    assert "Done:" not in visitor.get("/").content.decode()


def test_an_answer_to_htmx_carries_its_toast_with_an_undo(visitor: Client) -> None:
    answer = visitor.post(
        "/schedule/", {"topic": "Sets"}, headers={"hx-request": "true", "hx-request-type": "partial"}
    ).content.decode()

    assert answer.count('<hx-partial hx-target="#toasts" hx-swap="beforeend">') == 1
    assert "“Sets” is planned." in answer
    assert '<form method="post" action="/undo/"><input type="hidden" name="csrfmiddlewaretoken"' in answer
    assert "is planned" not in visitor.get("/").content.decode()


def test_a_form_that_is_refused_answers_422_with_its_part_and_what_was_typed(visitor: Client) -> None:
    answer = visitor.post(
        "/schedule/", {"topic": "A title that is <far> too long"}, headers={"hx-request": "true"}
    )

    assert answer.status_code == 422
    assert answer.content.decode().lstrip().startswith('<form class="stack" id="schedule"')
    assert 'value="A title that is &lt;far&gt; too long"' in answer.content.decode()


# Errors


@pytest.mark.parametrize(
    ("status", "heading"),
    [
        (403, "You can’t do that here"),
        (404, "There is nothing here for you"),
        (500, "This page broke on our side"),
    ],
)
def test_an_error_keeps_the_shell_and_says_what_still_works(
    visitor: Client, status: int, heading: str
) -> None:
    answer = visitor.get(f"/error/{status}/")
    words = text_of(answer)

    assert answer.status_code == status
    assert heading in words
    assert "Join “Algebra”, 18:00" in words
    assert "Go to Today" in words
    assert "Attendance" in words
    assert answer["X-Request-ID"] in words
    assert "broken on purpose" not in words


def test_an_error_stands_where_even_the_shell_is_broken(visitor: Client) -> None:
    def out_of_order(*_: Any) -> Any:
        raise RuntimeError("no database")

    shell.wire(organisation=out_of_order)
    answer = visitor.get("/error/500/")

    assert answer.status_code == 500
    assert "Class links go on working." in text_of(answer)


def test_a_way_out_that_fails_does_not_fail_the_error_page(visitor: Client) -> None:
    def out_of_order(*_: Any) -> Any:
        raise RuntimeError("no database")

    shell.wire(ways_out=out_of_order)
    answer = visitor.get("/error/404/")

    assert answer.status_code == 404
    assert "There is nothing here for you" in text_of(answer)


def test_a_part_that_breaks_leaves_the_page_and_says_so_in_a_toast(visitor: Client) -> None:
    answer = visitor.get("/error/500/", headers={"hx-request": "true", "hx-request-type": "partial"})

    assert (answer.status_code, answer["HX-Retarget"], answer["HX-Reswap"]) == (500, "#toasts", "beforeend")
    assert answer.content.decode().strip().startswith('<div class="toast" data-toast>')
    assert "<html" not in answer.content.decode()


def test_a_page_too_old_to_send_says_so(visitor: Client) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    answer = strict.post("/schedule/", {"topic": "Sets"})

    assert answer.status_code == 403
    assert "This page was too old to send" in text_of(answer)


# The page of components


def test_the_page_of_components_is_for_those_who_build(visitor: Client, settings: Any) -> None:
    assert visitor.get("/components/").status_code == 200
    settings.DEBUG = settings.DEMO = False
    assert visitor.get("/components/").status_code == 404


def test_an_admin_may_see_the_page_of_components(settings: Any, school: Any, client: Client) -> None:
    settings.DEBUG = settings.DEMO = False
    client.force_login(school.sana)
    assert client.get("/components/", headers={"host": "localhost"}).status_code == 404
    client.force_login(school.ada)
    assert client.get("/components/", headers={"host": "localhost"}).status_code == 200

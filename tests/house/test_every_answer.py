"""What holds for every page, whoever asks: forms want their token, and looking changes nothing.

What is asked of the headers of each answer stands in `tests/access/test_walk.py`.
"""

from __future__ import annotations

import pytest
from django.test import Client

from tests.access.routes import ROUTES, WHO
from tests.access.walking import Things, routes
from tests.school import School
from tests.tables import changed, contents

# Posted to by machines: signed by Zoom, or bound to the token in a mail
WITHOUT_OUR_TOKEN = {"events:webhook", "notifications:unsubscribe"}
# Files of marks: who took one stands in the audit log
AUDITED = {"attendance:register_file", "attendance:grid_file"}


def browser(school: School, who: str, **options: bool) -> Client:
    client = Client(raise_request_exception=False, **options)
    if who != "anonymous":
        client.force_login(getattr(school, who))
    return client


def test_no_form_is_taken_without_its_token_or_from_elsewhere(school: School) -> None:
    things = Things(school)
    strict = browser(school, "ada", enforce_csrf_checks=True)
    token = strict.get("/").cookies["eduraise_csrf"].value
    before = contents()
    for name, pattern in routes():
        if name in WITHOUT_OUR_TOKEN:
            continue
        address = things.address(name, pattern)
        without = strict.post(address, {"topic": "taken"})
        as_json = strict.post(address, '{"topic": "taken"}', content_type="text/plain")
        elsewhere = strict.post(
            address,
            {"csrfmiddlewaretoken": token},
            headers={"Origin": "https://elsewhere.example", "X-CSRFToken": token},
        )
        assert (without.status_code, as_json.status_code, elsewhere.status_code) == (403, 403, 403), name
    assert changed(before) == []


@pytest.mark.parametrize("who", ["ada", "tariq", "tove", "sana", "finn"])
def test_looking_changes_nothing(school: School, who: str) -> None:
    things = Things(school)
    client = browser(school, who)
    client.get("/")
    before = contents()
    for name, pattern in routes():
        if ROUTES[name][WHO.index(who)] == 200 and name not in AUDITED:
            client.get(things.address(name, pattern))
    assert changed(before) == []

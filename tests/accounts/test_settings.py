"""What a person says about herself, and how pages are written for her."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from eduraise.accounts.models import User
from eduraise.accounts.reading import as_read_by, zone_of
from eduraise.accounts.zones import find_zone, offered_zones
from tests.accounts.test_signing_in import sign_in
from tests.school import School


@pytest.fixture
def teacher(client: Client, school: School) -> Client:
    """Tariq's browser."""
    sign_in(client, school.tariq)
    return client


def stored(school: School) -> tuple[str, str, str, str]:
    school.tariq.refresh_from_db()
    return school.tariq.name, school.tariq.zone, school.tariq.language, school.tariq.theme


def test_they_are_saved(teacher: Client, school: School) -> None:
    response = teacher.post(
        "/settings/", {"name": " Tariq  Aziz ", "zone": "madrid", "language": "en", "theme": "dark"}
    )

    assert response.status_code == 302
    assert stored(school) == ("Tariq Aziz", "Europe/Madrid", "en", "dark")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "T" * 151}, "name"),
        ({"name": "Tariq http://evil.example"}, "name"),
        ({"zone": "Atlantis"}, "zone"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"zone": ""}, "zone"),
        ({"language": "xx"}, "language"),
        ({"theme": "neon"}, "theme"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    teacher: Client, school: School, wrong: dict[str, str], field: str
) -> None:
    good = {"name": "Tariq", "zone": "Europe/Madrid", "language": "en", "theme": "device"}

    response = teacher.post("/settings/", good | wrong)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert stored(school) == ("Tariq", "UTC", "en", "")


def test_nobody_changes_somebody_elses(teacher: Client, school: School) -> None:
    before = User.objects.filter(pk=school.sana.pk).values().get()

    teacher.post(
        "/settings/",
        {"name": "X", "zone": "Asia/Tokyo", "language": "en", "theme": "", "uid": str(school.sana.uid)},
    )

    assert User.objects.filter(pk=school.sana.pk).values().get() == before


def test_the_browsers_zone_is_offered_once(teacher: Client, school: School) -> None:
    assert 'id="zone-offer"' in teacher.get("/settings/").content.decode()

    teacher.post("/settings/zone/", {"zone": "Europe/Madrid", "answer": "yes"})

    assert stored(school)[1] == "Europe/Madrid"
    assert 'id="zone-offer"' not in teacher.get("/settings/").content.decode()


@pytest.mark.parametrize(
    ("zone", "answer"), [("Europe/Madrid", "no"), ("Atlantis", "yes"), ("", "yes"), ("Europe/Madrid", "")]
)
def test_a_no_or_an_unknown_zone_changes_nothing_and_is_not_asked_again(
    teacher: Client, school: School, zone: str, answer: str
) -> None:
    teacher.post("/settings/zone/", {"zone": zone, "answer": answer})

    assert stored(school)[1] == "UTC"
    assert 'id="zone-offer"' not in teacher.get("/settings/").content.decode()


def test_the_answer_leads_back_to_where_it_was_given(teacher: Client, school: School) -> None:
    here = teacher.post("/settings/zone/", {"zone": "x"}, headers={"referer": "http://testserver/people/"})
    elsewhere = teacher.post("/settings/zone/", {"zone": "x"}, headers={"referer": "http://evil.example/"})

    assert here["Location"] == "http://testserver/people/"
    assert elsewhere["Location"] == "/"


def test_colours_are_remembered(teacher: Client, school: School) -> None:
    teacher.post("/settings/theme/", {"theme": "dark"})
    assert 'data-theme="dark"' in teacher.get("/settings/").content.decode()

    teacher.post("/settings/theme/", {"theme": "neon"})
    assert stored(school)[3] == "dark"


def test_pages_are_written_in_their_readers_language_and_direction(teacher: Client, school: School) -> None:
    User.objects.filter(pk=school.tariq.pk).update(language="ar")

    page = teacher.get("/settings/", headers={"accept-language": "en"})

    assert '<html lang="ar" dir="rtl"' in page.content.decode()
    assert page["Content-Language"] == "ar"


def test_times_are_written_in_their_readers_zone(teacher: Client, school: School) -> None:
    User.objects.filter(pk=school.ada.pk).update(zone="Asia/Kolkata")
    User.objects.filter(pk=school.sana.pk).update(last_login=datetime(2026, 3, 2, 7, tzinfo=ZoneInfo("UTC")))
    admin = Client()
    sign_in(admin, school.ada)

    assert "12:30" in admin.get(f"/people/{school.sana.uid}/").content.decode()


def test_one_readers_zone_doesnt_stay_for_the_next(teacher: Client, school: School) -> None:
    from django.utils import timezone

    User.objects.filter(pk=school.tariq.pk).update(zone="Asia/Kolkata")
    teacher.get("/settings/")

    assert timezone.get_current_timezone_name() == "UTC"


def test_a_zone_that_is_no_more_reads_as_utc(school: School) -> None:
    school.tariq.zone = "Europe/Atlantis"

    assert zone_of(school.tariq) == ZoneInfo("UTC")
    with as_read_by(school.tariq):
        pass


def test_only_languages_that_are_translated_are_offered(
    teacher: Client, school: School, settings: Any
) -> None:
    assert settings.LANGUAGES == [("en", "English")]
    assert 'type="hidden" name="language"' in teacher.get("/settings/").content.decode()

    settings.LANGUAGES = [("en", "English"), ("es", "Español")]
    teacher.post(reverse("accounts:language"), {"language": "es"})
    assert stored(school)[2] == "es"
    teacher.post(reverse("accounts:language"), {"language": "xx"})
    assert stored(school)[2] == "es"


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Madrid", "Europe/Madrid"),
        ("europe/MADRID", "Europe/Madrid"),
        ("New York", "America/New_York"),
        (" Kolkata ", "Asia/Kolkata"),
        ("utc", "UTC"),
        ("Asia/Calcutta", "Asia/Calcutta"),
        ("Atlantis", None),
        ("", None),
        ("/", None),
    ],
)
def test_zones_are_found_by_city(typed: str, zone: str | None) -> None:
    assert find_zone(typed) == zone


@given(st.sampled_from(offered_zones()))
def test_each_zone_on_offer_is_found_and_is_one(zone: str) -> None:
    assert find_zone(zone) == zone
    assert ZoneInfo(zone).key == zone


@given(st.text(max_size=80))
def test_no_text_is_a_zone_that_doesnt_exist(text: str) -> None:
    found = find_zone(text)
    assert found is None or ZoneInfo(found).key == found

"""The pages on which several classes of a series are moved or cancelled."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from eduraise.classes.models import ClassSession
from eduraise.zoom.models import ZoomUser
from tests.classes.pages import signed_in
from tests.classes.series import plan, thursdays
from tests.linked import LinkedZoom
from tests.zoom.test_series import work

pytestmark = pytest.mark.django_db
MADRID = ZoneInfo("Europe/Madrid")


@pytest.fixture
def sessions(linked: LinkedZoom) -> list[ClassSession]:
    _: ZoomUser = linked.connect(linked.school.tariq)
    assert linked.school.sana.pk
    result = plan(linked.school, thursdays(linked.school, 4))
    work(linked)
    return [session for _on, session in sorted(result.booked.items())]


def typed(session: ClassSession, **changes: str) -> dict[str, str]:
    local = session.starts_at.astimezone(MADRID)
    return {
        "version": "1",
        "scope": "following",
        "date": f"{local:%Y-%m-%d}",
        "time": f"{local:%H:%M}",
        "zone": "Europe/Madrid",
        "minutes": "60",
    } | changes


def test_a_class_of_a_series_leads_to_those_that_follow_and_says_how_many(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    client = signed_in(linked.school.tariq)
    code = sessions[1].code
    assert f"/classes/{code}/series/" in client.get(f"/classes/{code}/change/").content.decode()
    assert (
        f"/classes/{code}/series/cancellation/"
        in client.get(f"/classes/{code}/cancellation/").content.decode()
    )
    page = client.get(f"/classes/{code}/series/").content.decode()
    assert "This and all that follow: 3 classes." in page
    assert "All that are to come: 4." in page
    assert "1 student gets one message." in page


def test_they_are_moved_by_the_form(linked: LinkedZoom, sessions: list[ClassSession]) -> None:
    client = signed_in(linked.school.tariq)
    answer = client.post(f"/classes/{sessions[1].code}/series/", typed(sessions[1], time="12:00"))
    assert answer.status_code == 302
    hours = [one.starts_at.astimezone(MADRID).hour for one in ClassSession.objects.order_by("original_on")]
    assert hours == [10, 12, 12, 12]
    assert "3 classes were moved." in client.get(answer["Location"]).content.decode()


def test_what_is_refused_keeps_what_was_typed(linked: LinkedZoom, sessions: list[ClassSession]) -> None:
    linked.school.program.class_settings.longest_minutes = 90
    linked.school.program.class_settings.save()
    client = signed_in(linked.school.tariq)
    answer = client.post(
        f"/classes/{sessions[1].code}/series/",
        typed(sessions[1], minutes="other", other_minutes="120", message="Longer now"),
    )
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Longer now" in page
    assert "Classes of this program last" in page


def test_they_are_cancelled_by_the_form(linked: LinkedZoom, sessions: list[ClassSession]) -> None:
    client = signed_in(linked.school.tariq)
    where = f"/classes/{sessions[2].code}/series/cancellation/"
    assert "Cancel these classes" in client.get(where).content.decode()
    answer = client.post(where, {"version": "1", "scope": "following", "message": ""})
    assert answer.status_code == 302
    assert ClassSession.objects.not_cancelled().count() == 2


def test_a_class_by_itself_has_no_such_page(linked: LinkedZoom, sessions: list[ClassSession]) -> None:
    [alone] = plan(linked.school, [thursdays(linked.school, 1)[0] + timedelta(days=1)]).booked.values()
    client = signed_in(linked.school.tariq)
    answer = client.get(f"/classes/{alone.code}/series/")
    assert (answer.status_code, answer["Location"]) == (302, f"/classes/{alone.code}/")
    assert "/series/" not in client.get(f"/classes/{alone.code}/change/").content.decode()

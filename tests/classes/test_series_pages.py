"""A class of a series asks which classes are meant, wherever it is changed, given on or cancelled."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from eduraise.classes.models import ChangeSet, ClassSession
from tests.classes.pages import fields_of, signed_in, text_of
from tests.classes.series import plan, thursdays
from tests.linked import LinkedZoom
from tests.substitutes.scene import schedule
from tests.zoom.test_series import work

pytestmark = pytest.mark.django_db
MADRID = ZoneInfo("Europe/Madrid")


@pytest.fixture
def sessions(linked: LinkedZoom) -> list[ClassSession]:
    linked.connect(linked.school.tariq)
    assert linked.school.sana.pk
    result = plan(linked.school, thursdays(linked.school, 4))
    work(linked)
    ClassSession.objects.update(told_booked=True, told_version=1)
    return [session for _on, session in sorted(result.booked.items())]


def change_of(session: ClassSession, **changes: str) -> dict[str, str]:
    """The change page's form as it stands, with something typed."""
    local = session.starts_at.astimezone(MADRID)
    return {
        "version": "1",
        "scope": "following",
        "topic": session.topic,
        "description": "",
        "date": f"{local:%Y-%m-%d}",
        "time": f"{local:%H:%M}",
        "zone": "Europe/Madrid",
        "minutes": "60",
        "entry": "waiting_room",
        "auto_recording": "none",
        "has_passcode": "on",
        "mutes_on_entry": "on",
    } | changes


def test_each_page_asks_which_classes_and_says_how_many(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    linked.school.assign(linked.school.teacher("tess"), linked.school.program)
    client = signed_in(linked.school.tariq)
    for page in ("change", "teacher", "cancellation"):
        answer = client.get(f"/classes/{sessions[1].code}/{page}/")
        assert "This and following (3)" in text_of(answer)
        assert "All 4 left in this series" in text_of(answer)
        assert fields_of(answer, {"change": "plan", "teacher": "teacher", "cancellation": "cancel"}[page])[
            "scope"
        ] in ("this", "following")


def test_from_the_first_on_is_all_and_the_last_is_alone_or_all(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    client = signed_in(linked.school.tariq)
    for session in (sessions[0], sessions[-1]):
        page = text_of(client.get(f"/classes/{session.code}/change/"))
        assert "All 4 left in this series" in page
        assert "This and following" not in page


def test_a_class_by_itself_is_not_asked(linked: LinkedZoom, sessions: list[ClassSession]) -> None:
    [alone] = plan(linked.school, [thursdays(linked.school, 1)[0] + timedelta(days=1)]).booked.values()
    client = signed_in(linked.school.tariq)
    assert 'name="scope"' not in client.get(f"/classes/{alone.code}/change/").content.decode()


def test_they_are_moved_by_the_form(linked: LinkedZoom, sessions: list[ClassSession]) -> None:
    client = signed_in(linked.school.tariq)
    path = f"/classes/{sessions[1].code}/change/"
    preview = text_of(client.post(f"{path}preview/", change_of(sessions[1], time="12:00")))
    assert "3 classes move from 10:00 to 12:00." in preview
    assert "1 student gets one message." in preview
    assert "At Zoom they get a meeting of their own" in preview
    answer = client.post(path, change_of(sessions[1], time="12:00"))
    assert answer.status_code == 302
    hours = [one.starts_at.astimezone(MADRID).hour for one in ClassSession.objects.order_by("original_on")]
    assert hours == [10, 12, 12, 12]
    page = client.get(answer["Location"]).content.decode()
    assert "3 classes were moved." in page
    assert page.count("/undo/") == 2  # at the foot of the page, and in the history


def test_a_title_for_several_says_what_zoom_goes_on_showing_and_can_be_undone(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    client = signed_in(linked.school.tariq)
    path = f"/classes/{sessions[1].code}/change/"
    preview = text_of(client.post(f"{path}preview/", change_of(sessions[1], topic="Sets")))
    assert "3 classes get the title “Sets”." in preview
    assert "Zoom itself goes on showing “Algebra on Thursdays”" in preview
    answer = client.post(path, change_of(sessions[1], topic="Sets"))
    page = client.get(answer["Location"]).content.decode()
    assert "3 classes are changed." in page
    made = ChangeSet.objects.get()
    client.post(f"/classes/several/changes/{made.uid}/undo/")
    topics = ClassSession.objects.order_by("original_on").values_list("topic", flat=True)
    assert list(topics) == ["Class 1", "Class 2", "Class 3", "Class 4"]


def test_this_class_alone_is_changed_alone(linked: LinkedZoom, sessions: list[ClassSession]) -> None:
    client = signed_in(linked.school.tariq)
    client.post(f"/classes/{sessions[1].code}/change/", change_of(sessions[1], scope="this", topic="Sets"))
    topics = ClassSession.objects.order_by("original_on").values_list("topic", flat=True)
    assert list(topics) == ["Class 1", "Sets", "Class 3", "Class 4"]
    assert not ChangeSet.objects.exists()


def test_what_is_refused_keeps_what_was_typed(linked: LinkedZoom, sessions: list[ClassSession]) -> None:
    linked.school.program.class_settings.longest_minutes = 90
    linked.school.program.class_settings.save()
    client = signed_in(linked.school.tariq)
    typed = change_of(sessions[1], minutes="other", other_minutes="120", message="Longer now")
    answer = client.post(f"/classes/{sessions[1].code}/change/", typed)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Longer now" in page
    assert "Classes of this program last" in page


def test_they_are_given_on_by_the_form(linked: LinkedZoom, sessions: list[ClassSession]) -> None:
    tess = linked.school.teacher("tess")
    linked.school.assign(tess, linked.school.program)
    linked.connect(tess)
    client = signed_in(linked.school.tariq)
    path = f"/classes/{sessions[2].code}/teacher/"
    assert "2 classes get another teacher." in text_of(client.get(path))
    answer = client.post(
        path, {"version": "1", "scope": "following", "teacher": str(tess.uid), "message": ""}
    )
    assert "2 classes have another teacher now." in client.get(answer["Location"]).content.decode()
    names = ClassSession.objects.order_by("original_on").values_list("teacher__name", flat=True)
    assert list(names) == ["Tariq", "Tariq", "Tess", "Tess"]


def test_they_are_cancelled_by_the_form_and_that_can_be_undone(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    client = signed_in(linked.school.tariq)
    where = f"/classes/{sessions[2].code}/cancellation/"
    page = text_of(client.get(where))
    assert "2 classes are cancelled." in page
    assert "At Zoom their dates are removed. " in page
    assert "At Zoom the whole meeting is deleted." in page
    answer = client.post(where, {"version": "1", "scope": "following", "message": ""})
    assert answer.status_code == 302
    assert ClassSession.objects.not_cancelled().count() == 2
    made = ChangeSet.objects.get()
    client.post(f"/classes/several/changes/{made.uid}/undo/")
    assert ClassSession.objects.not_cancelled().count() == 4


def test_a_longer_class_and_another_day_are_said_in_their_own_words(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    client = signed_in(linked.school.tariq)
    path = f"/classes/{sessions[1].code}/change/preview/"

    def said(**typed: str) -> str:
        return text_of(client.post(path, change_of(sessions[1], **typed)))

    next_day = sessions[1].starts_at.astimezone(MADRID) + timedelta(days=1)
    assert "3 classes last 90 min instead of 60 min." in said(minutes="90")
    assert "3 classes move from 10:00–11:00 to 12:00–13:30." in said(time="12:00", minutes="90")
    assert "3 classes move, this one from" in said(date=f"{next_day:%Y-%m-%d}")


@pytest.mark.parametrize(
    ("page", "verbs"),
    [
        ("cancellation", ("Cancel this class", "Cancel 3 classes", "Cancel 4 classes")),
        ("teacher", ("Give this class", "Give 3 classes", "Give 4 classes")),
    ],
)
def test_each_choice_has_a_sentence_and_a_button_of_its_own(
    linked: LinkedZoom, sessions: list[ClassSession], page: str, verbs: tuple[str, ...]
) -> None:
    linked.school.assign(linked.school.teacher("tess"), linked.school.program)
    answer = signed_in(linked.school.tariq).get(f"/classes/{sessions[1].code}/{page}/")
    shown = answer.content.decode()
    for scope, verb in zip(("this", "following", "all"), verbs, strict=True):
        assert shown.count(f'<p class="reach {scope}">') == 1
        button = shown.split(f'<span class="reach {scope}">')[1].split("</button>")[0]
        assert f'name="scope" value="{scope}"' in " ".join(button.split())
        assert verb in button
    said = text_of(answer)
    assert "as chosen" not in said
    assert "call" not in said
    assert ("You have 10 seconds to undo it" in said) == (page == "cancellation")
    assert ("Several can be undone for 10 seconds" in said) == (page == "teacher")


def test_the_button_that_was_clicked_decides(linked: LinkedZoom, sessions: list[ClassSession]) -> None:
    client = signed_in(linked.school.tariq)
    where = f"/classes/{sessions[2].code}/cancellation/"
    client.post(where, {"version": "1", "scope": ["all", "this"], "message": ""})
    assert ClassSession.objects.not_cancelled().count() == 3


def test_until_the_new_meeting_stands_they_are_being_changed(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    [alone] = plan(linked.school, [thursdays(linked.school, 1)[0] + timedelta(days=1)]).booked.values()
    client = signed_in(linked.school.tariq)

    def page(session: ClassSession) -> str:
        return text_of(client.get(f"/classes/{session.code}/"))

    assert "It is being booked at Zoom" in page(alone)
    client.post(f"/classes/{sessions[1].code}/change/", change_of(sessions[1], time="12:00"))
    assert "Being changed at Zoom" in page(sessions[1])
    assert "It is being changed at Zoom" in page(sessions[1])
    assert "ing booked" not in page(sessions[1])
    assert "Being changed at Zoom" in text_of(client.get("/zoom/meetings/"))
    linked.advance(seconds=11)
    linked.push()
    assert "ing changed" not in page(sessions[1])


def test_another_setting_of_all_is_named_before_it_is_saved(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    client = signed_in(linked.school.tariq)
    path = f"/classes/{sessions[1].code}/change/"
    page = client.get(path).content.decode()
    # what is chosen in the folds is looked at too, as soon as it is chosen
    assert f'<div class="folds" hx-post="{path}preview/"' in page
    typed = change_of(sessions[1], scope="all", auto_recording="cloud", mutes_on_entry="on")
    preview = text_of(client.post(f"{path}preview/", typed))
    assert "Nothing differs yet" not in preview
    assert "Changed in 4 classes: Recording" in preview


def test_what_is_in_the_way_of_a_series_is_named_as_far_as_one_may_know(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    noon = sessions[2].starts_at + timedelta(hours=2)
    schedule(linked, linked.school.tariq, starts_at=noon, topic="Sets")
    client = signed_in(linked.school.tariq)
    path = f"/classes/{sessions[1].code}/change/"
    preview = text_of(client.post(f"{path}preview/", change_of(sessions[1], time="12:00")))
    assert "1 of them can’t: " in preview
    assert "Tariq teaches “Sets” then" in preview

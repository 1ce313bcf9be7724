"""The list's ticks, and the pages on which the ticked classes are moved or cancelled."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eduraise.accounts.models import User
from eduraise.classes.models import ChangeSet, ClassSession
from eduraise.programs.enums import HolidaySource
from eduraise.programs.holiday_rules import Off
from eduraise.programs.holidays import add_holidays
from tests.classes.pages import signed_in, text_of
from tests.classes.test_several import book, classes, settle, zoom
from tests.linked import LinkedZoom
from tests.programs.stated import off as is_off
from tests.programs.stated import states

pytestmark = pytest.mark.django_db
__all__ = ["classes", "zoom"]
MADRID = ZoneInfo("Europe/Madrid")
MOVE, CANCEL = "/classes/several/time/", "/classes/several/cancellation/"


def asked(path: str, sessions: list[ClassSession], **more: str) -> str:
    picks = "&".join(f"pick={one.code}" for one in sessions)
    return f"{path}?{picks}" + "".join(f"&{name}={value}" for name, value in more.items())


def typed(sessions: list[ClassSession], **more: object) -> dict[str, object]:
    codes = [one.code for one in sessions]
    versions = {f"version-{one.code}": one.version for one in sessions}
    return {"shown": codes, "pick": codes, "how": "by", "days": "", "minutes": ""} | versions | more


def hours() -> list[tuple[int, int]]:
    rows = ClassSession.objects.order_by("pk")
    return [
        (one.starts_at.astimezone(MADRID).isoweekday(), one.starts_at.astimezone(MADRID).hour) for one in rows
    ]


def test_what_one_may_change_has_a_tick_in_the_list(zoom: LinkedZoom, classes: list[ClassSession]) -> None:
    page = signed_in(zoom.school.tariq).get("/zoom/meetings/").content.decode()
    assert page.count('name="pick"') == 3
    assert page.count('form="several"') == 3
    assert 'formaction="/classes/several/cancellation/"' in page
    assert 'name="pick"' not in signed_in(zoom.school.tove).get("/zoom/meetings/").content.decode()


def test_the_page_says_what_will_happen_before_it_does(zoom: LinkedZoom, classes: list[ClassSession]) -> None:
    book(zoom, 4, hour=12)
    invited = zoom.school.person("nina")
    User.objects.filter(pk=invited.pk).update(joined_at=None)
    zoom.school.enrol(invited, zoom.school.program)
    client = signed_in(zoom.school.tariq)
    page = text_of(client.get(asked(MOVE, classes, how="by", minutes="120")))
    assert "3 classes move." in page
    assert "1 can’t: take its tick away" in page
    assert "Tariq teaches “In 4 days at 12” then" in page
    assert "1 student gets one message." in page
    assert "1 who hasn’t taken up the account yet gets none, and finds it there." in page
    assert "It takes 3 changes at Zoom." in page
    assert hours()[0] == (hours()[0][0], 11)  # nothing was moved by looking


def test_they_are_moved_by_the_form_and_back_by_its_undo(
    zoom: LinkedZoom, classes: list[ClassSession]
) -> None:
    client = signed_in(zoom.school.tariq)
    before = hours()
    answer = client.post(MOVE, typed(classes, minutes="90", back="/zoom/meetings/?program=ALG"))
    assert (answer.status_code, answer["Location"]) == (302, "/zoom/meetings/?program=ALG")
    made = ChangeSet.objects.get()
    page = client.get(answer["Location"]).content.decode()
    assert "3 classes were moved." in page
    assert f"/classes/several/changes/{made.uid}/undo/" in page
    client.post(f"/classes/several/changes/{made.uid}/undo/")
    assert hours() == before
    assert "3 classes are as they were." in client.get("/zoom/meetings/").content.decode()


def test_to_another_day_and_hour_each_in_its_own_week(zoom: LinkedZoom, classes: list[ClassSession]) -> None:
    picked = classes[1:]
    client = signed_in(zoom.school.tariq)
    # both to the same day and hour: the second clashes with the first
    answer = client.post(MOVE, typed(picked, how="to", weekday="7", hour="19:00"))
    monday = {one.starts_at.astimezone(MADRID).isocalendar()[1] for one in picked}
    assert answer.status_code == (302 if len(monday) == 2 else 422)
    answer = client.post(MOVE, typed([again(picked[0])], how="to", weekday="7", hour="20:00"))
    assert answer.status_code == 302
    assert hours()[1] == (7, 20)


def test_one_that_cant_keeps_the_others_and_what_was_typed(
    zoom: LinkedZoom, classes: list[ClassSession]
) -> None:
    book(zoom, 4, hour=12)
    client = signed_in(zoom.school.tariq)
    before = hours()
    answer = client.post(MOVE, typed(classes, minutes="120", message="So sorry"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Nothing was done" in page
    assert "So sorry" in page
    assert hours() == before
    # without its tick the others go
    picks = [classes[0].code, classes[2].code]
    assert client.post(MOVE, typed(classes, pick=picks, minutes="120")).status_code == 302
    assert hours() != before
    assert hours()[1] == before[1]


def test_looking_again_keeps_the_ticks_and_saves_nothing(
    zoom: LinkedZoom, classes: list[ClassSession]
) -> None:
    client = signed_in(zoom.school.tariq)
    before = hours()
    for path, more in ((MOVE, {"look": "1"}), (f"{MOVE}preview/", {})):
        answer = client.post(path, typed(classes, pick=[classes[0].code], days="1", **more))
        assert answer.status_code == 200
        page = answer.content.decode()
        assert "1 class</b> moves" in page
        assert page.count('type="checkbox"') == 3
        assert page.count(" checked") - page.count(' value="by"') == 1
    assert hours() == before


def test_nothing_typed_is_said_at_its_field(zoom: LinkedZoom, classes: list[ClassSession]) -> None:
    answer = signed_in(zoom.school.tariq).post(MOVE, typed(classes))
    assert answer.status_code == 422
    assert "Say where they are to go." in answer.content.decode()


def test_a_holiday_is_said_and_the_next_free_day_keeps_clear_of_it(
    zoom: LinkedZoom, classes: list[ClassSession]
) -> None:
    school = zoom.school
    first = classes[0].starts_at.date()
    off = Off(first + timedelta(days=1), first + timedelta(days=1), "Founders’ day")
    add_holidays(program=None, holidays=[off], source=HolidaySource.TYPED, by=school.ada, now=zoom.now)
    client = signed_in(school.tariq)
    page = text_of(client.get(asked(MOVE, classes[:1], how="by", days="1")))
    assert "Holiday: Founders’ day" in page
    assert client.post(MOVE, typed(classes[:1], how="free")).status_code == 302
    assert ClassSession.objects.get(pk=classes[0].pk).starts_at == classes[0].starts_at + timedelta(days=2)


def test_the_next_free_day_is_one_on_which_the_teacher_is_there(
    zoom: LinkedZoom, classes: list[ClassSession]
) -> None:
    first = classes[0].starts_at.astimezone(MADRID)
    later = [first.date() + timedelta(days=days) for days in (3, 4)]
    states(zoom.school.tariq, "Europe/Madrid", *((on.isoweekday(), "00:00", "23:00") for on in later))
    is_off(zoom.school.tariq, f"{later[0]}", f"{later[0]}", now=zoom.now)
    assert signed_in(zoom.school.tariq).post(MOVE, typed(classes[:1], how="free")).status_code == 302
    moved = ClassSession.objects.get(pk=classes[0].pk).starts_at.astimezone(MADRID)
    assert (moved.date(), moved.time()) == (later[1], first.time())


def test_they_are_cancelled_by_the_form(zoom: LinkedZoom, classes: list[ClassSession]) -> None:
    client = signed_in(zoom.school.tariq)
    page = text_of(client.get(asked(CANCEL, classes)))
    assert "Cancel 3 classes?" in page
    assert "It takes 3 changes at Zoom." in page
    answer = client.post(CANCEL, typed(classes, message="I am ill."))
    assert answer.status_code == 302
    assert ClassSession.objects.not_cancelled().count() == 0


def test_what_one_may_not_change_is_left_out_and_nobody_else_learns_of_it(
    zoom: LinkedZoom, classes: list[ClassSession]
) -> None:
    school = zoom.school
    zoom.connect(school.olu)
    own = book(zoom, 5, program=school.other_program, teacher=school.olu)
    client = signed_in(school.olu)
    page = text_of(client.get(asked(MOVE, [own, *classes])))
    assert "3 classes that you may not move are left out." in page
    assert classes[0].topic not in page
    assert client.get(asked(MOVE, classes)).status_code == 404
    client.post(CANCEL, typed([own, *classes]))
    left = ClassSession.objects.not_cancelled().values_list("code", flat=True)
    assert sorted(left) == sorted(one.code for one in classes)


def test_whose_right_ended_undoes_nothing(zoom: LinkedZoom, classes: list[ClassSession]) -> None:
    client = signed_in(zoom.school.tariq)
    client.post(MOVE, typed(classes, minutes="90"))
    made = ChangeSet.objects.get()
    zoom.school.tariq.assignments.update(until_at=zoom.now)
    assert client.post(f"/classes/several/changes/{made.uid}/undo/").status_code == 404
    assert ChangeSet.objects.get().undone_at is None


def test_nobody_undoes_what_another_did(zoom: LinkedZoom, classes: list[ClassSession]) -> None:
    signed_in(zoom.school.tariq).post(MOVE, typed(classes, minutes="90"))
    made = ChangeSet.objects.get()
    assert signed_in(zoom.school.olu).post(f"/classes/several/changes/{made.uid}/undo/").status_code == 404
    assert ChangeSet.objects.get().undone_at is None


@pytest.mark.parametrize("path", [MOVE, CANCEL])
def test_the_same_queries_for_one_class_and_many(zoom: LinkedZoom, path: str) -> None:
    made = [book(zoom, days) for days in range(3, 15)]
    settle(zoom)
    client = signed_in(zoom.school.tariq)
    client.get(asked(path, made, how="free"))
    counts = []
    for some in (made[:1], made):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(asked(path, some, how="free")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_way_back_leads_nowhere_else(zoom: LinkedZoom, classes: list[ClassSession]) -> None:
    client = signed_in(zoom.school.tariq)
    for back in ("https://evil.example/", "//evil.example/", "evil"):
        answer = client.post(MOVE, typed([again(classes[0])], minutes="30", back=back))
        assert answer["Location"] == "/zoom/meetings/"


def again(session: ClassSession) -> ClassSession:
    return ClassSession.objects.get(pk=session.pk)

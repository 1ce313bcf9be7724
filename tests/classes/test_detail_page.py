"""One class's page: what each reader is shown of it, and what each can do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from eduraise.classes.claims import claim_teacher
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.enums import DifferenceField
from eduraise.classes.models import ClassSession, Difference, JoinClick
from eduraise.classes.scheduling import schedule_class
from eduraise.programs.enums import Preset
from eduraise.programs.models import Material
from eduraise.zoom.enums import OperationState
from eduraise.zoom.models import ZoomOccurrence, ZoomOperation, ZoomUser
from eduraise.zoom.wake import wake_due
from tests.classes.pages import fields_of, signed_in, text_of
from tests.classes.rows import make_class, make_host, sit, want
from tests.linked import LinkedZoom
from tests.school import School

HOUR = timedelta(hours=1)


@pytest.fixture
def session(school: School) -> ClassSession:
    """Tariq's class on Tuesday 09:00 in Madrid, at Zoom, with a passcode."""
    school.tariq.zone = "Europe/Madrid"
    school.tariq.save()
    made = make_class(school.program, school.tariq, school.now + 24 * HOUR, now=school.now)
    assert made.occurrence
    made.occurrence.meeting.passcode = "s3cretPass"
    made.occurrence.meeting.zoom_settings = {"waiting_room": True, "auto_recording": "cloud"}
    made.occurrence.meeting.read_at = school.now
    made.occurrence.meeting.save()
    return made


def page(person: Any, session: ClassSession) -> Any:
    return signed_in(person).get(f"/classes/{session.code}/")


def test_whoever_hosts_sees_the_zoom_details_and_the_link(school: School, session: ClassSession) -> None:
    said = text_of(page(school.tariq, session))

    assert session.occurrence
    number = session.occurrence.meeting.meeting_number
    assert number
    assert number.replace(" ", "") in said.replace(" ", "")
    assert "s3cretPass" in said
    assert f"http://localhost:8000/j/{session.code}" in said
    assert "Tue 3 Mar, 09:00–10:00" in said
    # what Zoom answered, not what was wanted
    assert "Recording to the cloud Otherwise at Zoom" in said


@pytest.mark.parametrize("who", ["sana", "tove"])
def test_who_does_not_host_sees_no_number_no_passcode_and_no_start(
    school: School, session: ClassSession, who: str
) -> None:
    school.clock.set(session.starts_at - HOUR / 10)
    response = page(getattr(school, who), session)

    html = response.content.decode()
    assert response.status_code == 200
    assert session.occurrence
    for secret in ("s3cretPass", str(session.occurrence.meeting.meeting_number), "/start/", "/change/"):
        assert secret not in html
    assert f'action="/j/{session.code}/join"' in html


def test_nobodys_page_holds_zooms_own_link(school: School, session: ClassSession) -> None:
    school.clock.set(session.starts_at)
    for person in (school.ada, school.tariq, school.tove, school.sana):
        assert "zoom.us" not in page(person, session).content.decode()


@pytest.mark.parametrize("who", ["olu", "finn"])
def test_who_has_nothing_to_do_with_it_does_not_learn_that_it_exists(
    school: School, session: ClassSession, who: str
) -> None:
    client = signed_in(getattr(school, who))
    absent = client.get("/classes/2222-22/")

    for address in ("", "change/", "cancellation/"):
        foreign = client.get(f"/classes/{session.code}/{address}")
        assert foreign.status_code == absent.status_code == 404
    for address in ("start/", "difference/", "booking/", "changes/1/undo/", "change/", "cancellation/"):
        assert client.post(f"/classes/{session.code}/{address}").status_code == 404


@pytest.mark.parametrize("who", ["sana", "tove"])
def test_who_may_not_change_it_finds_no_page_to_do_so(
    school: School, session: ClassSession, who: str
) -> None:
    client = signed_in(getattr(school, who))

    for address in ("change/", "cancellation/", "difference/", "booking/", "start/", "changes/1/undo/"):
        answer = client.post(f"/classes/{session.code}/{address}", {"version": "1", "choice": "book"})
        assert answer.status_code == 404
    session.refresh_from_db()
    assert (session.version, session.cancelled_at) == (1, None)


def test_a_draft_programs_class_is_not_there_for_students(school: School, session: ClassSession) -> None:
    assert page(school.sana, session).status_code == 200
    school.program.opened_at = None
    school.program.save()

    assert page(school.sana, session).status_code == 404


def test_a_code_is_found_however_it_is_typed(school: School, session: ClassSession) -> None:
    client = signed_in(school.tariq)

    for typed in (session.code.lower(), session.code.replace("-", ""), session.code.replace("-", " ")):
        assert client.get(f"/classes/{typed}/").status_code == 200
    assert client.get("/classes/OOPS/").status_code == 404


def test_being_booked_is_shown_and_looked_at_again_in_place(school: School, session: ClassSession) -> None:
    assert session.occurrence
    meeting = session.occurrence.meeting
    number, meeting.meeting_number = meeting.meeting_number, None
    meeting.save()
    meeting.operations.update(state=OperationState.PENDING)
    client = signed_in(school.tariq)
    address = f"/classes/{session.code}/"

    whole = client.get(address)
    assert "Being booked" in text_of(whole)
    assert 'hx-trigger="every 3s"' in whole.content.decode()
    asks = {"HX-Request-Type": "partial", "HX-PTag": whole["HX-PTag"]}
    assert client.get(address, headers=asks).status_code == 304

    meeting.meeting_number = number
    meeting.save()
    part = client.get(address, headers=asks)
    assert part.status_code == 200
    assert part.content.decode().lstrip().startswith('<div id="class"')
    assert "Being booked" not in part.content.decode()
    assert "hx-trigger" not in part.content.decode().split(">")[0]


def test_while_zoom_is_silent_the_page_says_so(school: School, session: ClassSession) -> None:
    assert session.occurrence
    session.occurrence.meeting.meeting_number = None
    session.occurrence.meeting.save()
    session.occurrence.meeting.operations.update(
        state=OperationState.PENDING, last_error_code="unreachable", attempts=1
    )

    said = text_of(page(school.tariq, session))
    assert "Zoom isn’t answering The class is saved and will be booked" in said


def test_what_zoom_refused_is_said_in_the_teachers_words_at_its_field(
    school: School, session: ClassSession
) -> None:
    assert session.occurrence
    meeting = session.occurrence.meeting
    want(meeting, "update", OperationState.FAILED, school.now, answer_code="invalid_field:topic")

    said = text_of(page(school.tariq, session))
    assert "Zoom refused the last change Zoom doesn’t take this title. Choose another." in said
    change = signed_in(school.tariq).get(f"/classes/{session.code}/change/")
    assert text_of(change).count("Zoom doesn’t take this title. Choose another.") == 2
    # students are spared it
    assert "Zoom refused" not in text_of(page(school.sana, session))


def test_try_again_asks_zoom_once_more(school: School, session: ClassSession) -> None:
    assert session.occurrence
    want(session.occurrence.meeting, "update", OperationState.FAILED, school.now, answer_code="refused")
    client = signed_in(school.tariq)

    client.post(f"/classes/{session.code}/booking/")

    assert ZoomOperation.objects.filter(kind="update", state="pending").count() == 1


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ("take", "Moved to Zoom’s time."),
        ("restore", "Zoom is being set back to the time that stands here."),
    ],
)
def test_a_difference_is_settled_from_the_page(
    school: School, session: ClassSession, choice: str, words: str
) -> None:
    Difference.objects.create(
        session=session,
        field=DifferenceField.TIME,
        zooms={"starts_at": (session.starts_at + HOUR).isoformat(), "minutes": 60},
        seen_at=school.now,
    )
    client = signed_in(school.tariq)
    said = text_of(client.get(f"/classes/{session.code}/"))
    assert (
        "The meeting was moved in Zoom In Zoom it is now Tue 3 Mar, 10:00–11:00."
        " Students still see the time that stands here."
    ) in said

    done = client.post(f"/classes/{session.code}/difference/", {"choice": choice}, follow=True)

    assert words in done.content.decode()
    assert not Difference.objects.filter(state="open").exists()
    again = client.post(f"/classes/{session.code}/difference/", {"choice": choice}, follow=True)
    assert "This is settled already. Look at the class again." in again.content.decode()
    assert client.post(f"/classes/{session.code}/difference/", {"choice": "x"}).status_code == 400


def test_the_history_tells_what_happened_newest_first(school: School, session: ClassSession) -> None:
    client = signed_in(school.tariq)
    form = fields_of(client.get(f"/classes/{session.code}/change/"), "plan")
    client.post(f"/classes/{session.code}/change/", form | {"time": "10:00", "message": "Later is better"})
    school.clock.set(session.starts_at + HOUR)
    sit(session, school.now)

    said = text_of(client.get(f"/classes/{session.code}/"))

    moved = said.index("Moved from Tue 3 Mar, 09:00–10:00 to Tue 3 Mar, 10:00–11:00")
    assert said.index("Started") < moved < said.index("Scheduled by Tariq")
    assert "by Tariq “Later is better”" in said


def test_the_history_tells_what_was_done_in_zoom_and_what_zoom_refused(
    school: School, session: ClassSession
) -> None:
    zooms = {"starts_at": (session.starts_at + HOUR).isoformat(), "minutes": 45}
    Difference.objects.create(
        session=session, field=DifferenceField.TIME, zooms=zooms, seen_at=school.now + HOUR / 2
    )
    assert session.occurrence
    refused = {"answer_code": "invalid_field:topic", "finished_at": school.now + HOUR}
    want(session.occurrence.meeting, "update", OperationState.FAILED, school.now, **refused)

    said = text_of(page(school.tariq, session))

    happened = said[said.index("What happened") :]
    refusal = happened.index("Zoom refused it: Zoom doesn’t take this title. Choose another.")
    assert refusal < happened.index("Moved in Zoom to Tue 3 Mar, 10:00–10:45") < happened.index("Scheduled")


def test_a_student_reads_on_its_page_that_a_class_was_moved_and_why(
    school: School, session: ClassSession
) -> None:
    assert "was moved" not in text_of(page(school.sana, session))
    client = signed_in(school.tariq)
    form = fields_of(client.get(f"/classes/{session.code}/change/"), "plan")
    client.post(f"/classes/{session.code}/change/", form | {"time": "10:00", "message": "Later is better"})

    said = text_of(page(school.sana, session))

    assert "This class was moved from Tue 3 Mar, 08:00–09:00" in said
    assert "“Later is better”" in said
    school.clock.set(session.ends_at + 2 * HOUR)
    assert "was moved" not in text_of(page(school.sana, session))


def test_students_find_what_to_read_and_teachers_material_is_not_among_it(
    school: School, session: ClassSession
) -> None:
    school.program.guidelines = "Mute yourself.\n<script>alert(1)</script>"
    school.program.save()
    for title, audience in (("Worksheet 12", "students"), ("Solutions", "teachers")):
        Material.objects.create(
            program=school.program,
            kind="link",
            title=title,
            url="https://example.org/x",
            visible_to=audience,
            created_at=school.now,
        )

    html = page(school.sana, session).content.decode()

    assert "Worksheet 12" in html
    assert "Solutions" not in html
    assert "<script>alert" not in html
    assert "Solutions" in page(school.tariq, session).content.decode()


def test_a_class_is_changed_and_the_change_undone_from_the_toast(
    school: School, session: ClassSession
) -> None:
    client = signed_in(school.tariq)
    address = f"/classes/{session.code}/change/"
    form = fields_of(client.get(address), "plan")
    assert (form["date"], form["time"], form["minutes"], form["topic"]) == (
        "2026-03-03",
        "09:00",
        "60",
        "Sets",
    )
    from eduraise.classes.claims import claim_teacher
    from eduraise.zoom.claims import claim_host

    claim_teacher(session, now=school.now)
    assert session.occurrence
    claim_host(
        host=session.occurrence.meeting.host,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        held_for=session.uid,
        now=school.now,
    )

    done = client.post(address, form | {"time": "11:00"}, follow=True)

    session.refresh_from_db()
    assert session.local_start == "2026-03-03T11:00"
    assert "“Sets” is now Tue 3 Mar, 11:00–12:00." in done.content.decode()
    undo = f"/classes/{session.code}/changes/2/undo/"
    assert f'action="{undo}"' in done.content.decode()

    undone = client.post(undo, follow=True)
    session.refresh_from_db()
    assert session.local_start == "2026-03-03T09:00"
    assert "Undone. No message about it went out." in undone.content.decode()
    assert "It is too late to undo this" in client.post(undo, follow=True).content.decode()


def test_nothing_is_overwritten_that_changed_since_the_page_was_opened(
    school: School, session: ClassSession
) -> None:
    client = signed_in(school.tariq)
    address = f"/classes/{session.code}/change/"
    form = fields_of(client.get(address), "plan")
    client.post(address, form | {"topic": "Graphs"})

    late = client.post(address, form | {"topic": "Functions", "description": "Mine"})

    assert late.status_code == 422
    assert "Tariq changed this class at 09:00. Look at it again, then change it." in text_of(late)
    assert fields_of(late, "plan")["topic"] == "Functions"
    session.refresh_from_db()
    assert session.topic == "Graphs"


def test_a_class_that_has_begun_is_renamed_from_its_page(school: School, session: ClassSession) -> None:
    school.clock.set(session.starts_at + HOUR / 4)
    sit(session, session.starts_at)
    client = signed_in(school.tariq)
    address = f"/classes/{session.code}/change/"

    done = client.post(address, fields_of(client.get(address), "plan") | {"topic": "Graphs"})

    assert done.status_code == 302
    session.refresh_from_db()
    assert session.topic == "Graphs"


def test_a_class_is_cancelled_with_a_word_to_its_students(school: School, session: ClassSession) -> None:
    client = signed_in(school.tariq)
    assert school.sana.pk
    address = f"/classes/{session.code}/cancellation/"
    assert "Nobody was told of it yet, so no student is told." in text_of(client.get(address))
    session.told_booked = True
    session.save()
    opened = client.get(address)
    assert "1 student will be told." in text_of(opened)

    done = client.post(address, fields_of(opened, "cancel") | {"message": "The room is flooded"}, follow=True)

    session.refresh_from_db()
    assert session.cancel_message == "The room is flooded"
    assert "“Sets” is cancelled." in done.content.decode()
    assert "Cancelled by Tariq “The room is flooded”" in text_of(page(school.sana, session))


def test_a_message_that_is_too_long_is_kept_and_refused(school: School, session: ClassSession) -> None:
    client = signed_in(school.tariq)
    address = f"/classes/{session.code}/cancellation/"

    answer = client.post(address, {"version": "1", "message": "x" * 501})

    assert answer.status_code == 422
    assert "x" * 501 in answer.content.decode()
    session.refresh_from_db()
    assert session.cancelled_at is None


def test_the_page_takes_as_many_queries_whatever_happened_to_the_class(
    school: School, session: ClassSession, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(school.tariq)
    client.get(f"/classes/{session.code}/")
    for _ in range(12):
        form = fields_of(client.get(f"/classes/{session.code}/change/"), "plan")
        client.post(f"/classes/{session.code}/change/", form | {"topic": form["topic"] + "!"})

    with django_assert_max_num_queries(25):
        client.get(f"/classes/{session.code}/")


class TestStart:
    """Start is for the class's own teacher alone, from a quarter of an hour before."""

    def start(self, client: Client, session: ClassSession) -> Any:
        return client.post(f"/classes/{session.code}/start/")

    def test_where_zoom_is_silent_the_teacher_is_sent_to_the_meetings_own_link(
        self, school: School, session: ClassSession
    ) -> None:
        school.clock.set(session.starts_at - HOUR / 4)

        answer = self.start(signed_in(school.tariq), session)

        assert answer.status_code == 303
        assert session.occurrence
        assert answer["Location"] == session.occurrence.meeting.join_url
        assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")
        assert list(JoinClick.objects.values_list("person", "way")) == [(school.tariq.pk, "host")]

    def test_before_that_it_is_closed(self, school: School, session: ClassSession) -> None:
        school.clock.set(session.starts_at - HOUR / 4 - timedelta(seconds=1))

        answer = self.start(signed_in(school.tariq), session)

        assert answer.status_code == 409
        assert "This class can’t be started now" in text_of(answer)
        assert not JoinClick.objects.exists()

    @pytest.mark.parametrize("who", ["ada", "ben", "tove", "sana", "olu"])
    def test_nobody_else_starts_it(self, school: School, session: ClassSession, who: str) -> None:
        ben = school.teacher("ben")
        school.assign(ben, school.program, Preset.LEAD)
        person = ben if who == "ben" else getattr(school, who)
        school.clock.set(session.starts_at)

        assert self.start(signed_in(person), session).status_code == 404
        assert "/start/" not in page(person, session).content.decode()

    def test_who_teaches_there_no_more_starts_it_no_more(self, school: School, session: ClassSession) -> None:
        school.clock.set(session.starts_at)
        school.tariq.assignments.update(until_at=school.now)

        assert self.start(signed_in(school.tariq), session).status_code == 404

    @pytest.mark.parametrize("state", ["cancelled", "ended", "archived"])
    def test_what_is_over_is_not_started(self, school: School, session: ClassSession, state: str) -> None:
        school.clock.set(session.starts_at)
        if state == "cancelled":
            session.cancelled_at = school.now
            session.save()
        if state == "ended":
            school.clock.set(session.ends_at + HOUR)
        if state == "archived":
            school.program.archived_at = school.now
            school.program.save()

        assert self.start(signed_in(school.tariq), session).status_code in (404, 409)
        assert not JoinClick.objects.exists()


def test_a_page_says_which_class_of_its_program_it_is(school: School, session: ClassSession) -> None:
    make_class(school.program, school.tariq, session.starts_at - HOUR, now=school.now)
    make_class(school.program, school.tariq, session.starts_at + HOUR, now=school.now)
    make_class(
        school.program, school.tariq, session.starts_at - 3 * HOUR, now=school.now, cancelled_at=school.now
    )
    make_class(school.other_program, school.tariq, session.starts_at - 5 * HOUR, now=school.now)

    assert "class 2 of 3" in text_of(page(school.tariq, session))
    assert "class 2 of 3" in text_of(page(school.sana, session))


def test_who_stands_in_for_one_class_gets_no_link_to_the_program(
    school: School, session: ClassSession
) -> None:
    school.assign(school.olu, school.program, Preset.TEACHER, only_for=session.uid)

    assert "/programs/ALG-2/" not in page(school.olu, session).content.decode()
    assert "/programs/ALG-2/" in page(school.tariq, session).content.decode()


def test_nobody_but_students_is_told_to_wait_for_their_teacher(school: School, session: ClassSession) -> None:
    school.clock.set(session.starts_at)

    assert "Your teacher hasn’t started yet; you can wait in Zoom." in text_of(page(school.sana, session))
    said = text_of(page(school.ada, session))
    assert "Tariq hasn’t started yet" in said
    assert "Your teacher" not in said


def test_students_of_a_class_that_is_not_booked_read_no_words_for_teachers(school: School) -> None:
    pending = make_class(
        school.program,
        school.tariq,
        school.now + 24 * HOUR,
        now=school.now,
        at_zoom=False,
        operation=OperationState.PENDING,
    )

    assert "It is being got ready. This page looks again by itself." in text_of(page(school.sana, pending))
    assert "you can leave this page" in text_of(page(school.tariq, pending))


def test_a_refused_class_promises_no_start(school: School) -> None:
    refused = make_class(
        school.program,
        school.tariq,
        school.now + 24 * HOUR,
        now=school.now,
        at_zoom=False,
        operation=OperationState.FAILED,
    )

    said = text_of(page(school.tariq, refused))

    assert "It isn’t booked at Zoom" in said
    assert "You can start it from" not in said


def test_of_a_class_deleted_in_zoom_nothing_is_promised(school: School, session: ClassSession) -> None:
    Difference.objects.create(session=session, field=DifferenceField.GONE, seen_at=school.now)

    said = text_of(page(school.tariq, session))

    assert "Whoever opens it waits until the class is booked again" in said
    assert "You can start it from" not in said
    assert "Always leads to the right place" not in said


def test_what_is_changed_without_a_connection_waits_and_the_form_says_so(
    school: School, session: ClassSession
) -> None:
    address, client = f"/classes/{session.code}/change/", signed_in(school.tariq)
    assert "Zoom hears of it when" not in text_of(client.get(address))
    ZoomUser.objects.filter(teacher=school.tariq).update(state="lost")

    assert "What you change holds here at once; at Zoom it waits until then." in text_of(client.get(address))
    school.clock.set(session.starts_at - HOUR / 4)
    assert "Needs attention The Zoom connection is gone" in text_of(client.get("/"))
    ZoomUser.objects.filter(teacher=school.tariq).update(state="known", teacher=None)
    make_host(school.tariq, school.now)
    assert "Zoom hears of it when that connection is back" in text_of(client.get(address))


def test_zooms_time_is_no_choice_where_the_teacher_is_taken_then(
    school: School, session: ClassSession
) -> None:
    other = make_class(school.program, school.tariq, session.starts_at + 2 * HOUR, now=school.now)
    claim_teacher(other, now=school.now)
    Difference.objects.create(
        session=session,
        field=DifferenceField.TIME,
        zooms={"starts_at": other.starts_at.isoformat(), "minutes": 60},
        seen_at=school.now,
    )

    said = text_of(page(school.tariq, session))

    assert "In Zoom it is now Tue 3 Mar, 11:00–12:00. Tariq teaches another class then." in said
    assert "Restore ours" in said
    assert "Take Zoom’s time" not in said


def test_who_hosts_it_sees_what_the_last_look_before_it_came_to(linked: LinkedZoom) -> None:
    school = linked.school
    host = linked.connect(school.tariq)
    draft = ClassDraft(
        program=school.program,
        teacher=school.tariq,
        topic="Sets",
        starts_at=linked.now + timedelta(hours=2, minutes=30),
        duration=timedelta(hours=1),
        zone="Europe/Madrid",
    )
    session = schedule_class(by=school.tariq, draft=draft, now=linked.now)
    linked.push()
    ZoomUser.objects.filter(pk=host.pk).update(wake_at=linked.now)
    wake_due(linked.now)

    page = f"/classes/{session.code}/"
    assert "Everything is ready at Zoom." in signed_in(school.tariq).get(page).content.decode()
    assert "Everything is ready at Zoom." in signed_in(school.ada).get(page).content.decode()
    assert "ready at Zoom" not in signed_in(school.sana).get(page).content.decode()
    ZoomOccurrence.objects.update(check_codes=["waiting_room", "seats"], seats=10, seats_short=11)
    shown = signed_in(school.tariq).get(page).content.decode()
    assert "It has no waiting room at Zoom, though it should." in shown
    assert "20 students are enrolled; Zoom lets 10 people in, the teacher among them." in shown


@pytest.mark.parametrize("act", ["change", "cancellation", "teacher"])
def test_where_nothing_can_be_done_any_more_no_form_promises_it(
    school: School, session: ClassSession, act: str
) -> None:
    client, address = signed_in(school.ada), f"/classes/{session.code}/"
    assert client.get(f"{address}{act}/").status_code == 200

    ClassSession.objects.update(cancelled_at=school.now)
    answer = client.get(f"{address}{act}/", follow=True)
    assert answer.redirect_chain == [(address, 302)]
    assert "This class is cancelled." in answer.content.decode()

    ClassSession.objects.update(cancelled_at=None)
    school.clock.set(session.ends_at + HOUR)
    assert "This class is over." in client.get(f"{address}{act}/", follow=True).content.decode()


@pytest.mark.parametrize("act", ["cancellation", "teacher"])
def test_a_class_that_people_are_in_is_neither_cancelled_nor_given(
    school: School, session: ClassSession, act: str
) -> None:
    school.clock.set(session.starts_at + HOUR / 2)
    sit(session, session.starts_at)

    answer = signed_in(school.ada).get(f"/classes/{session.code}/{act}/", follow=True)

    assert "People are in this class now. End it in Zoom first." in answer.content.decode()


def test_a_cancelled_class_shows_no_meeting_that_is_gone(school: School, session: ClassSession) -> None:
    client = signed_in(school.tariq)
    assert "Zoom meeting" in text_of(client.get(f"/classes/{session.code}/"))

    ClassSession.objects.update(cancelled_at=school.now)
    said = text_of(client.get(f"/classes/{session.code}/"))

    assert "Zoom meeting" not in said
    assert "s3cretPass" not in said
    assert "It says that the class is cancelled." in said

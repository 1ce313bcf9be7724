"""The pages of those who manage recordings: rules, storage, what to do with one, and who watched it."""

from __future__ import annotations

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eduraise.classes.models import ClassSession, JoinClick
from eduraise.core.models import AuditEntry
from eduraise.notifications.actions import tell
from eduraise.notifications.sending import send_due
from eduraise.programs.syllabus import add_topics
from eduraise.recordings.enums import GoneBy, Keeps, Kind, State, Visible
from eduraise.recordings.messages import READY
from eduraise.recordings.models import Recording, RecordingFile, RecordingRules, Viewing
from eduraise.recordings.storing import store
from eduraise.recordings.transcripts import Cue, as_json
from eduraise.zoom import recorded
from tests.classes.pages import signed_in, text_of
from tests.classes.rows import make_class, make_host
from tests.recordings.recorded import Recorded, make_recording
from tests.school import School

pytestmark = pytest.mark.django_db
RULES = "/programs/ALG-2/recordings/rules/"
TYPED = {"seen_by": "present", "after_review": "on", "keeps": "delete", "keep_days": "90", "version": "1"}


@pytest.fixture
def recording(school: School) -> Recording:
    host = make_host(school.tariq, school.now)
    session = make_class(school.program, school.tariq, school.now - timedelta(days=1), now=school.now)
    return make_recording(school, session, host)


def test_rules_are_typed_and_hold_for_what_is_there(school: School, recording: Recording) -> None:
    answer = signed_in(school.tariq).post(RULES, TYPED)
    rules = RecordingRules.objects.get()
    recording.refresh_from_db()
    page = text_of(signed_in(school.tariq).get("/programs/ALG-2/recordings/"))

    assert answer.status_code == 302
    assert (rules.seen_by, rules.after_review, rules.may_download, rules.keeps, rules.keep_days) == (
        "present",
        True,
        False,
        Keeps.DELETE,
        90,
    )
    assert (recording.hides_at_zoom, recording.expires_on) == (
        True,
        (recording.started_at + timedelta(days=90)).date(),
    )
    assert "Students who were there, once somebody has looked at it" in page
    assert "Delete them at Zoom, after 90 days" in page
    assert "3.8 MB at Zoom" in page
    assert AuditEntry.objects.filter(verb="recording_rules.changed").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"keep_days": ""}, "Say after how many days: 1 to 3650."),
        ({"keep_days": "0"}, "1 at least."),
        ({"keep_days": "99999"}, "3650 at most."),
        ({"seen_by": "everybody"}, "Choose one of those shown."),
    ],
)
def test_rules_that_contradict_themselves_are_refused_beside_the_field(
    school: School, recording: Recording, changes: dict[str, str], said: str
) -> None:
    answer = signed_in(school.tariq).post(RULES, TYPED | changes)

    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert not RecordingRules.objects.exists()


def test_rules_that_another_saved_meanwhile_are_shown_again(school: School, recording: Recording) -> None:
    signed_in(school.ada).post(RULES, TYPED)
    answer = signed_in(school.tariq).post(RULES, TYPED | {"seen_by": "nobody"})

    assert answer.status_code == 422
    assert "Somebody else saved this meanwhile" in answer.content.decode()
    assert RecordingRules.objects.get().seen_by == "present"


def test_the_page_says_when_it_goes_and_keeps_it_by_a_press(school: School, recording: Recording) -> None:
    browser, path = signed_in(school.tariq), f"/recordings/{recording.uid}/"
    browser.post(RULES, TYPED)
    before = text_of(browser.get(path))
    browser.post(f"{path}keeping/")
    after = text_of(browser.get(path))

    assert "It is deleted at Zoom on Saturday 30 May" in before
    assert "Until somebody deletes it." in after


def test_who_watched_is_told_to_those_who_manage_it_alone(school: School, recording: Recording) -> None:
    Viewing.objects.create(
        recording=recording, person=school.sana, at=school.now, last_at=school.now, seconds=125
    )
    path = f"/recordings/{recording.uid}/"
    pages = {who.name: text_of(signed_in(who).get(path)) for who in (school.tariq, school.tove, school.sana)}

    assert {name: "Who watched it" in page for name, page in pages.items()} == {
        "Tariq": True,
        "Tove": False,
        "Sana": False,
    }
    assert "2 min" in pages["Tariq"]
    assert "1 watched it" in text_of(signed_in(school.tariq).get("/recordings/"))


def test_whom_the_page_did_not_tell_that_it_is_recorded_is_counted(
    school: School, recording: Recording
) -> None:
    for person, is_told in ((school.sana, True), (school.finn, False)):
        JoinClick.objects.create(
            session=recording.session,
            person=person,
            at=recording.started_at,
            way=JoinClick.Way.COMMON,
            told_of_recording=is_told,
        )
    page = text_of(signed_in(school.tariq).get(f"/recordings/{recording.uid}/"))

    assert "1 person joined before the page said that the class is recorded." in page


def test_its_mail_calls_it_by_the_classs_topic(school: School, recording: Recording) -> None:
    ClassSession.objects.update(topic=school.program.title)
    add_topics(program=school.program, titles=["Factorising"], by=school.ada, now=school.now)
    tell(person=school.sana, kind=READY, fact_key="x", thing_uid=recording.uid, now=school.now)
    send_due(school.now)

    assert [one.subject for one in mail.outbox] == ["Watch the recording: Algebra II: Factorising"]


def test_an_empty_list_says_what_will_stand_there(school: School) -> None:
    for who in (school.sana, school.tariq, school.ada):
        page = text_of(signed_in(who).get("/recordings/"))
        assert "No recordings yet" in page


def test_after_a_class_its_teacher_is_told_that_nothing_was_found(school: School) -> None:
    session = make_class(school.program, school.tariq, school.now - timedelta(hours=2), now=school.now)
    pages = {
        who.name: text_of(signed_in(who).get(f"/classes/{session.code}/"))
        for who in (school.tariq, school.sana)
    }

    assert "Nothing was found at Zoom." in pages["Tariq"]
    assert "Recordings" not in pages["Sana"].split("Calendar")[-1].replace("Recordings Help", "")


def test_a_lost_connection_is_said_where_it_matters(school: School, recording: Recording) -> None:
    assert recording.host is not None
    recording.host.state = "lost"
    recording.host.save()
    page = text_of(signed_in(school.tariq).get(f"/recordings/{recording.uid}/"))

    assert "the connection of its host must be made again" in page
    assert recording.state == State.READY


def test_the_presses_of_the_page_do_what_they_say(held: Recorded) -> None:
    held.ready()
    browser, path = signed_in(held.school.tariq), f"/recordings/{held.recording.uid}/"
    browser.post(f"{path}copy/")
    held.copy(seconds=1)
    browser.post(f"{path}removal/")
    held.work(seconds=11)
    trashed = text_of(browser.get(path))
    browser.post(f"{path}recovery/")
    held.work(seconds=1)

    assert "A copy lies on this server" in trashed
    assert "Zoom can bring it back until about" in trashed
    assert held.recording.state == State.READY


def test_admins_see_how_much_storage_all_recordings_take_and_where(
    school: School, recording: Recording
) -> None:
    host = recording.host
    assert host is not None
    far = make_class(school.other_program, school.olu, recording.started_at, now=school.now)
    other = make_recording(school, far, host)
    RecordingFile.objects.filter(recording=other).update(
        bytes=9_000_000, copied_path="recordings/x", copied_bytes=9_000_000, copied_at=school.now
    )
    ada = signed_in(school.ada)
    assert 'href="/recordings/storage/"' in ada.get("/recordings/").content.decode()
    page = text_of(ada.get("/recordings/storage/"))
    assert "At Zoom 12.4 MB On this server 8.6 MB" in page
    # what takes the most stands first, and leads to its recordings
    assert page.index(school.other_program.title) < page.index(school.program.title)
    assert f'href="/programs/{school.program.code}/recordings/"' in (
        ada.get("/recordings/storage/").content.decode()
    )
    assert "/recordings/storage/" not in signed_in(school.tariq).get("/recordings/").content.decode()

    # in the trash it takes none of the hours' storage
    Recording.objects.filter(pk=other.pk).update(state=State.TRASHED)
    assert "At Zoom 3.8 MB On this server 8.6 MB" in text_of(ada.get("/recordings/storage/"))


def test_the_page_of_storage_takes_as_many_queries_for_twenty_programs(
    school: School, recording: Recording
) -> None:
    ada = signed_in(school.ada)
    ada.get("/recordings/storage/")
    costs = []
    for number in range(20):
        program = school.make_program(f"P-{number}", f"Program {number}")
        session = make_class(
            program, school.tariq, recording.started_at + timedelta(days=number + 1), now=school.now
        )
        assert recording.host is not None
        make_recording(school, session, recording.host)
        if number in (0, 19):
            with CaptureQueriesContext(connection) as queries:
                assert ada.get("/recordings/storage/").status_code == 200
            costs.append(len(queries))
    assert costs[0] == costs[1] <= 12


def test_a_recording_that_was_stopped_and_started_again_names_its_parts(
    school: School, recording: Recording
) -> None:
    RecordingFile.objects.all().delete()
    for key, minute, length in (("one", 0, 10), ("two", 40, 20)):
        for kind, view in (("video", "shared_screen_with_speaker_view"), ("audio", "audio_only")):
            RecordingFile.objects.create(
                recording=recording,
                key=f"{key}-{kind}",
                kind=kind,
                recording_type=view,
                begins_at=recording.started_at + timedelta(minutes=minute),
                ends_at=recording.started_at + timedelta(minutes=minute + length),
                is_ready=True,
                next_at=school.now,
            )

    page = text_of(signed_in(school.tariq).get(f"/recordings/{recording.uid}/"))

    first, second = (recording.started_at + timedelta(minutes=minute) for minute in (0, 40))
    zone = ZoneInfo(school.tariq.zone)
    assert f"Part 1, from {first.astimezone(zone):%H:%M}: Screen and speaker" in page
    assert f"Part 2, from {second.astimezone(zone):%H:%M}: Sound only" in page


def test_it_is_called_as_its_class_is_by_its_topic(school: School, recording: Recording) -> None:
    type(recording.session).objects.update(topic=school.program.title)
    add_topics(program=school.program, titles=["Sets"], by=school.ada, now=school.now)
    code, uid = recording.session.code, recording.uid
    paths = ("/recordings/", "/programs/ALG-2/recordings/", "/programs/ALG-2/", f"/recordings/{uid}/")
    for path in (*paths, f"/classes/{code}/"):
        assert "Algebra II: Sets" in text_of(signed_in(school.sana).get(path))


def test_each_part_has_its_own_words_under_its_name(school: School, recording: Recording) -> None:
    RecordingFile.objects.all().delete()
    began = recording.started_at
    for key, minute in (("one", 0), ("two", 40), ("three", 80)):
        RecordingFile.objects.create(
            recording=recording,
            key=key,
            kind=Kind.VIDEO,
            begins_at=began + timedelta(minutes=minute),
            is_ready=True,
            next_at=school.now,
        )
    # Zoom's times of one part may differ by seconds; its captions are no better than its transcript
    for key, kind, minute, text in (
        ("cc", "CC", 40, "Captions"),
        ("w2", "TRANSCRIPT", 40.1, "After the break"),
        ("w1", "TRANSCRIPT", 0, "Before it"),
        ("w3", "TRANSCRIPT", 80, None),
    ):
        RecordingFile.objects.create(
            recording=recording,
            key=key,
            kind=Kind.TRANSCRIPT,
            file_type=kind,
            begins_at=began + timedelta(minutes=minute),
            is_ready=True,
            cues=as_json([Cue(65, 70, "Tariq", text)]) if text else None,
            next_at=school.now,
        )

    answer = signed_in(school.tariq).get(f"/recordings/{recording.uid}/")

    zone = ZoneInfo(school.tariq.zone)
    names = [
        f"Part {part}, from {(began + timedelta(minutes=40 * (part - 1))).astimezone(zone):%H:%M}"
        for part in (1, 2, 3)
    ]
    words = text_of(answer).split("Find in the transcript")[-1]
    assert (
        f"{names[0]} 1:05 Tariq Before it {names[1]} 1:05 Tariq After the break "
        f"{names[2]} Zoom is still writing the transcript." in words
    )
    html = answer.content.decode()
    assert re.findall(r'data-at="65.000" data-part="(\d)"', html) == ["1", "2"]
    assert re.findall(r'data-plays="[^"]*" data-part="(\d)"', html) == ["1", "2", "3"]


def test_where_all_were_deleted_no_list_promises_that_some_will_come(
    school: School, recording: Recording
) -> None:
    recording.state, recording.gone_by, recording.gone_at = State.DELETED, GoneBy.RULE, school.now
    recording.save()
    sana, code = signed_in(school.sana), recording.session.code
    for path in ("/recordings/", "/programs/ALG-2/recordings/", "/programs/ALG-2/", f"/classes/{code}/"):
        page = text_of(sana.get(path))
        assert "The recording was deleted" in page
        assert "It went on Monday 2 March, by the program’s rule." in page
        assert "No recordings yet" not in page
    for path in ("/recordings/", "/programs/ALG-2/recordings/"):
        assert "It was deleted at Zoom on Monday 2 March, by the program’s rule." in text_of(
            signed_in(school.tariq).get(path)
        )
    assert "Recordings take no storage now" in text_of(signed_in(school.ada).get("/recordings/storage/"))


def test_what_was_hidden_or_elsewhere_is_not_told_of_when_it_is_deleted(
    school: School, recording: Recording
) -> None:
    recording.state, recording.gone_at, recording.visible = State.DELETED, school.now, Visible.TEACHERS
    recording.save()
    for who in (school.sana, school.olu, school.finn):
        page = text_of(signed_in(who).get("/recordings/"))
        assert "No recordings yet" in page
        assert "deleted" not in page


def test_what_was_added_by_hand_and_removed_is_not_awaited_either(
    school: School, recording: Recording
) -> None:
    Recording.objects.filter(pk=recording.pk).update(
        state=State.ATTACHED, removed_at=school.now, link="https://example.org/x"
    )
    for who in (school.sana, school.tariq, school.ada):
        page = text_of(signed_in(who).get(f"/classes/{recording.session.code}/"))
        assert "The recording was deleted. It went on Monday 2 March." in page
        assert "Nothing was found at Zoom" not in page


@pytest.mark.parametrize(
    ("spans", "minutes"),
    [
        ([(0, 10), (0, 10), (40, 60)], 30),
        ([(0, 30), (20, 50)], 50),
        ([(0, 0)], 1),
        ([], 90),
    ],
)
def test_its_length_is_what_was_recorded_however_many_views(
    school: School, recording: Recording, spans: list[tuple[int, int]], minutes: int
) -> None:
    began = recording.started_at
    files = tuple(
        recorded.File(f"file-{n}", "MP4", "speaker_view", "mp4", 1, True, *ends, url="https://zoom.us/x")
        for n, ends in enumerate([tuple(began + timedelta(minutes=one) for one in span) for span in spans])
    )
    found = recorded.Recorded(recording.zoom_uuid or "", "1", "host", began, 90, None, files)

    store(recording, found, school.now)

    assert recording.minutes == minutes

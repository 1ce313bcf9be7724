"""Nothing goes that nobody was warned of, nothing before its copy was checked, whatever rules and days."""

from __future__ import annotations

import errno
import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from eduraise.accounts.models import User
from eduraise.notifications.models import Message
from eduraise.notifications.sending import send_due
from eduraise.programs.locking import ChangedMeanwhile
from eduraise.recordings import actions, copying, expiring, folder
from eduraise.recordings.enums import GoneBy, Keeps, Kind, State, Visible, Wish
from eduraise.recordings.models import WARNING_DAYS, Recording, RecordingFile, RecordingRules
from eduraise.recordings.queries import gone_from, known_to
from eduraise.recordings.retention import (
    Kept,
    expires_on,
    is_to_be_copied,
    is_to_be_warned_of,
    may_be_deleted,
)
from eduraise.today.common import needs_of
from tests.classes.pages import signed_in
from tests.dying import dying_at
from tests.linked import LinkedZoom
from tests.recordings.recorded import Recorded, address_of

DAY = timedelta(days=1)
FIRST = date(2026, 1, 1)
days = st.integers(0, 800).map(lambda n: FIRST + n * DAY)
rules = st.one_of(
    st.just(RecordingRules(keeps=Keeps.KEEP)),
    st.builds(
        RecordingRules, keeps=st.sampled_from([Keeps.DELETE, Keeps.COPY]), keep_days=st.integers(1, 400)
    ),
)
kept = st.builds(
    Kept,
    recorded_on=days,
    warned_on=st.none() | days,
    is_kept=st.booleans(),
    has_copy=st.booleans(),
)


@given(kept, rules, days)
def test_nothing_is_deleted_without_a_week_of_warning(one: Kept, rule: RecordingRules, today: date) -> None:
    if may_be_deleted(one, rule, today):
        assert one.warned_on is not None
        assert rule.keep_days is not None
        assert today >= one.warned_on + WARNING_DAYS * DAY
        assert today >= one.recorded_on + rule.keep_days * DAY
        assert not one.is_kept


@given(kept, rules, days)
def test_nothing_is_deleted_that_is_to_be_copied_and_is_not(
    one: Kept, rule: RecordingRules, today: date
) -> None:
    if may_be_deleted(one, rule, today):
        assert rule.keeps == Keeps.DELETE or one.has_copy
        assert not is_to_be_copied(one, rule, today)


@given(kept, rules, days)
def test_the_day_that_is_shown_is_the_day_on_which_it_goes(
    one: Kept, rule: RecordingRules, today: date
) -> None:
    on = expires_on(one, rule, today)
    assert (on is None) == (one.is_kept or rule.keeps == Keeps.KEEP)
    if on is not None and one.warned_on is not None:
        assert may_be_deleted(Kept(one.recorded_on, one.warned_on, has_copy=True), rule, on)
        assert not may_be_deleted(Kept(one.recorded_on, one.warned_on, has_copy=True), rule, on - DAY)


@given(st.integers(0, 400), st.integers(1, 400), st.lists(st.integers(1, 40), min_size=1, max_size=60))
def test_run_day_after_day_with_gaps_it_is_warned_once_and_goes_in_the_end(
    late: int, keep_days: int, gaps: list[int]
) -> None:
    """A worker that stands still for weeks, a rule that comes long after the recording: each goes warned."""
    rule = RecordingRules(keeps=Keeps.DELETE, keep_days=keep_days)
    today, warned, gone = FIRST + late * DAY, None, None
    for gap in [*gaps, 500, 500, 500]:
        one = Kept(FIRST, warned)
        if is_to_be_warned_of(one, rule, today):
            warned = today
        elif may_be_deleted(one, rule, today):
            gone = today
            break
        today += gap * DAY

    assert warned is not None
    assert gone is not None
    assert gone - warned >= WARNING_DAYS * DAY


@pytest.fixture
def ready(held: Recorded) -> Recorded:
    held.ready()
    return held


def set_rules(held: Recorded, **values: Any) -> None:
    """Through the page's own action."""
    given = {"seen_by": "enrolled", "after_review": False, "may_download": False, "keep_days": None} | values
    seen = RecordingRules.objects.filter(program=held.school.program).values_list("version", flat=True)
    actions.change_rules(
        program=held.school.program,
        seen_version=seen.first() or 1,
        by=held.school.tariq,
        now=held.now,
        **given,
    )


@pytest.mark.django_db
def test_it_is_warned_of_then_goes_and_its_row_says_so(ready: Recorded) -> None:
    set_rules(ready, keeps=Keeps.DELETE, keep_days=30)
    shown = ready.recording.goes_on
    ready.work(days=22)
    early = ready.recording.warned_on
    ready.work(days=1)
    warned = Message.objects.filter(kind="recording.goes").values_list("person__name", flat=True)
    ready.work(days=6)
    still = ready.recording.state
    ready.work(days=1)
    ready.work(minutes=1)
    gone = ready.recording

    assert shown == date(2026, 4, 1)
    assert (early, list(warned), still) == (None, ["Tariq"], State.READY)
    assert (gone.state, gone.gone_by, gone.has_media) == (State.TRASHED, GoneBy.RULE, False)
    assert ready.sim.called("recordingDelete") == 1


@pytest.mark.django_db
def test_the_warning_is_mailed_and_says_how_to_keep_it(ready: Recorded) -> None:
    set_rules(ready, keeps=Keeps.DELETE, keep_days=10)
    ready.work(days=4)
    send_due(ready.now)
    (letter,) = [
        one for one in mail.outbox if one.to == ["tariq@school.example"] and "is deleted on" in one.subject
    ]

    assert "Friday 13 March" in letter.subject
    assert "press Keep it" in letter.body


@pytest.mark.django_db
def test_kept_by_hand_it_stays_even_at_the_last_moment(ready: Recorded) -> None:
    set_rules(ready, keeps=Keeps.DELETE, keep_days=10)
    ready.work(days=4)
    ready.linked.advance(days=9)
    assert expiring.delete_due(ready.now) == 1
    actions.keep(recording=ready.recording, is_kept=True, by=ready.school.tariq, now=ready.now)
    ready.work(minutes=1)

    assert (ready.recording.state, ready.recording.wish, ready.recording.expires_on) == (
        State.READY,
        Wish.NONE,
        None,
    )


@pytest.mark.django_db
def test_a_rule_that_was_changed_meanwhile_deletes_nothing(ready: Recorded) -> None:
    set_rules(ready, keeps=Keeps.DELETE, keep_days=10)
    ready.work(days=4)
    ready.linked.advance(days=9)
    expiring.delete_due(ready.now)
    set_rules(ready, keeps=Keeps.KEEP)
    ready.work(minutes=1)
    ready.work(minutes=1)

    assert (ready.recording.state, ready.recording.gone_by) == (State.READY, GoneBy.UNKNOWN)


@pytest.mark.django_db
def test_a_copy_is_made_checked_and_watched_after_it_went(ready: Recorded, media_folder: Path) -> None:
    set_rules(ready, keeps=Keeps.COPY, keep_days=10)
    ready.work(days=4)
    ready.copy(minutes=1)
    copied = ready.recording.has_copy
    names = sorted(path.suffix for path in media_folder.iterdir())
    ready.work(days=9)
    ready.work(minutes=1)
    gone = ready.recording

    assert (copied, names) == (True, [".m4a", ".mp4"])
    assert (gone.state, gone.has_media) == (State.TRASHED, True)
    assert folder.is_as_noted(ready.video.copied_path, ready.video.bytes, ready.video.sha256)
    assert {path.stat().st_mode & 0o777 for path in media_folder.iterdir()} == {0o600}


@pytest.mark.django_db
def test_what_lies_here_is_watched_though_not_all_of_it_was_copied_before_it_went(ready: Recorded) -> None:
    set_rules(ready, keeps=Keeps.COPY, keep_days=10)
    ready.work(days=4)
    ready.copy(minutes=1)
    RecordingFile.objects.filter(recording=ready.recording, kind=Kind.AUDIO).update(copied_path="")
    Recording.objects.update(state=State.DELETED, has_copy=False, gone_at=ready.now)
    sana = ready.school.sana

    assert ready.video.is_here
    assert known_to(sana, ready.now).get() == ready.recording
    assert not gone_from(sana, ready.now).exists()
    RecordingFile.objects.update(copied_path="")
    assert not known_to(sana, ready.now).exists()
    assert gone_from(sana, ready.now).get() == ready.recording


@pytest.mark.django_db
@pytest.mark.parametrize("harm", ["shorter", "other", "missing"])
def test_a_copy_that_is_not_the_file_any_more_deletes_nothing(
    ready: Recorded, media_folder: Path, harm: str
) -> None:
    set_rules(ready, keeps=Keeps.COPY, keep_days=10)
    ready.work(days=4)
    ready.copy(minutes=1)
    path = folder.place_of(ready.video.copied_path)
    whole = path.read_bytes()
    if harm == "missing":
        path.unlink()
    else:
        path.write_bytes(whole[:-1] if harm == "shorter" else b"x" + whole[1:])
    ready.work(days=9)
    ready.work(minutes=1)

    assert ready.recording.state == State.READY
    assert ready.sim.called("recordingDelete") == 0


def copy_of(held: Recorded) -> Path:
    """Where the copy of its video lies."""
    return folder.place_of(held.video.copied_path)


def spoil(held: Recorded) -> None:
    """What lies on the disk is not what was read back."""
    copy_of(held).write_bytes(b"x" + copy_of(held).read_bytes()[1:])


def days_go_by(held: Recorded, number: int) -> None:
    """The worker works every day, and copies."""
    for _day in range(number):
        held.work(days=1)
        held.copy(minutes=1)


def page_of(held: Recorded, person: User) -> str:
    return signed_in(person).get(f"/recordings/{held.recording.uid}/").content.decode()


@pytest.mark.django_db
def test_a_rule_that_wants_a_copy_after_the_warning_has_one_made_in_time(ready: Recorded) -> None:
    set_rules(ready, keeps=Keeps.DELETE, keep_days=10)
    ready.work(days=4)
    set_rules(ready, keeps=Keeps.COPY, keep_days=10)
    ready.work(minutes=1)
    ready.copy(minutes=1)
    copied = ready.recording.has_copy
    days_go_by(ready, 10)

    assert copied
    assert (ready.recording.state, ready.recording.gone_by) == (State.TRASHED, GoneBy.RULE)


@pytest.mark.django_db
def test_a_file_that_is_another_after_it_was_copied_is_copied_anew(ready: Recorded) -> None:
    actions.copy_here(recording=ready.recording, by=ready.school.tariq, now=ready.now)
    ready.copy(seconds=1)
    RecordingFile.objects.filter(pk=ready.video.pk).update(copied_bytes=F("copied_bytes") + 1)
    Recording.objects.update(next_at=ready.now)
    ready.work(seconds=1)
    dropped = (ready.recording.has_copy, ready.video.is_here)
    ready.copy(seconds=1)

    assert dropped == (False, False)
    assert ready.recording.has_copy


@pytest.mark.django_db
def test_a_file_that_comes_after_the_copy_is_copied_too_before_it_goes(ready: Recorded) -> None:
    set_rules(ready, keeps=Keeps.COPY, keep_days=10)
    ready.work(days=4)
    ready.copy(minutes=1)
    video = ready.video
    # as if the sound had been told of later than the video
    sound = RecordingFile.objects.get(recording=ready.recording, kind=Kind.AUDIO)
    sound.delete()
    Recording.objects.update(next_at=ready.now)
    ready.work(seconds=1)
    lacks = ready.recording.has_copy
    days_go_by(ready, 10)

    assert (lacks, ready.video.pk) == (False, video.pk)
    assert RecordingFile.objects.get(recording=ready.recording, kind=Kind.AUDIO).is_here
    assert ready.recording.state == State.TRASHED


@pytest.mark.django_db
def test_a_spoilt_copy_is_made_anew_and_then_it_goes(ready: Recorded) -> None:
    set_rules(ready, keeps=Keeps.COPY, keep_days=10)
    ready.work(days=4)
    ready.copy(minutes=1)
    spoil(ready)
    ready.work(days=9)
    ready.work(minutes=1)
    said = page_of(ready, ready.school.tariq)
    again = ready.work(minutes=1)["to be deleted"]
    days_go_by(ready, 3)

    assert "Its copy on this server was damaged, and is made anew." in said
    assert "A copy lies on this server" not in said
    assert "It is to be deleted at Zoom since Friday 13 March, once its copy is on this server." in said
    assert again == 0
    assert ready.recording.state == State.TRASHED
    assert folder.is_as_noted(ready.video.copied_path, ready.video.bytes, ready.video.sha256)


@pytest.mark.django_db
def test_a_disk_that_spoils_each_copy_is_said_and_nothing_is_deleted(ready: Recorded) -> None:
    set_rules(ready, keeps=Keeps.COPY, keep_days=10)
    ready.work(days=4)
    for _copy in range(4):
        ready.copy(days=1)
        if ready.video.is_here:
            spoil(ready)
        ready.work(days=6)
        ready.work(minutes=1)
    fetched = ready.sim.called("recordingDownload")
    days_go_by(ready, 5)
    told = [one.title for one in needs_of(ready.school.ada, ready.now) if "ecording" in one.title]

    assert ready.sim.called("recordingDownload") == fetched
    assert (ready.recording.state, ready.sim.called("recordingDelete")) == (State.READY, 0)
    assert "Its copies on this server were damaged each time." in page_of(ready, ready.school.tariq)
    assert told == ["1 recording can’t be copied to this server"]

    actions.copy_here(recording=ready.recording, by=ready.school.ada, now=ready.now)
    days_go_by(ready, 3)
    assert ready.recording.state == State.TRASHED


@pytest.mark.django_db
def test_where_zoom_refuses_to_delete_it_is_asked_once_a_day(ready: Recorded) -> None:
    set_rules(ready, keeps=Keeps.DELETE, keep_days=10)
    ready.work(days=4)
    ready.sim.fault(
        "status",
        operation="recordingDelete",
        status=400,
        body={"code": 3310, "message": "In use."},
        times=None,
    )
    ready.work(days=9)
    for _turn in range(30):
        ready.work(minutes=10)

    assert (ready.recording.state, ready.sim.called("recordingDelete")) == (State.READY, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("do", ["do_then_drop", "drop_before"])
def test_a_deletion_whose_answer_is_lost_comes_to_the_same(ready: Recorded, do: str) -> None:
    actions.delete(recording=ready.recording, by=ready.school.tariq, now=ready.now)
    ready.sim.fault(do, operation="recordingDelete")
    for _turn in range(5):
        ready.work(minutes=2)
    gone = ready.recording

    assert (gone.state, gone.gone_by, gone.wish) == (State.TRASHED, GoneBy.HAND, Wish.NONE)


@pytest.mark.django_db
@pytest.mark.parametrize("moment", ["recordings.settle.claimed", "recordings.settle.sent"])
def test_a_process_may_die_while_it_deletes(ready: Recorded, moment: str) -> None:
    actions.delete(recording=ready.recording, by=ready.school.tariq, now=ready.now)
    with dying_at(moment):
        ready.work(seconds=11)
    Recording.objects.update(lease_until=None)  # it lapses by the database's own clock
    ready.work(seconds=1)

    assert (ready.recording.state, ready.recording.gone_by) == (State.TRASHED, GoneBy.HAND)


@pytest.mark.django_db
def test_a_process_may_die_before_it_notes_a_copy(ready: Recorded, media_folder: Path) -> None:
    actions.copy_here(recording=ready.recording, by=ready.school.tariq, now=ready.now)
    with dying_at("recordings.copy.written"):
        ready.copy(seconds=1)
    RecordingFile.objects.update(lease_until=None)
    ready.copy(seconds=1)

    assert ready.recording.has_copy
    assert len(list(media_folder.iterdir())) == 2


@pytest.mark.django_db
def test_copying_goes_on_where_it_was_and_starts_anew_where_the_file_is_another(
    ready: Recorded, media_folder: Path
) -> None:
    actions.copy_here(recording=ready.recording, by=ready.school.tariq, now=ready.now)
    video = ready.video
    folder.make_folder()
    part = media_folder / f".{video.uid.hex}.part"
    with ready.sim.client(ready.host_token(), follow_redirects=True) as client:
        whole = client.get(str(video.url)).content
    part.write_bytes(whole[:1000])
    before = ready.sim.called("recordingDownload")
    ready.copy(seconds=1)

    assert folder.place_of(ready.video.copied_path).read_bytes() == whole
    assert ready.sim.called("recordingDownload") - before == 2


@pytest.mark.django_db
def test_a_file_that_grows_meanwhile_is_not_kept(ready: Recorded, media_folder: Path) -> None:
    actions.copy_here(recording=ready.recording, by=ready.school.tariq, now=ready.now)
    assert ready.video.bytes is not None
    RecordingFile.objects.filter(pk=ready.video.pk).update(bytes=ready.video.bytes - 7)
    ready.copy(seconds=1)
    first = (ready.video.is_here, ready.video.last_error_code)
    Recording.objects.update(next_at=ready.now)
    ready.work(minutes=10)
    ready.copy(minutes=10)

    assert first == (False, "size_mismatch")
    assert ready.video.is_here


@pytest.mark.django_db
def test_a_full_disk_is_said_and_nothing_is_left_half(
    ready: Recorded, media_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    actions.copy_here(recording=ready.recording, by=ready.school.tariq, now=ready.now)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        ready.copy(seconds=1)
    said = ready.video.last_error_code
    left = list(media_folder.iterdir())
    ready.copy(hours=2)

    assert (said, left) == ("disk_full", [])
    assert ready.recording.has_copy


@pytest.mark.django_db
def test_a_disk_that_fills_up_in_the_middle_of_a_copy_is_said_and_its_room_given_back(
    linked: LinkedZoom, media_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked.sim.switch(recording_padding=copying.PART + 1)
    held = Recorded(linked)
    held.ready()
    write, parts = os.fsync, []

    def full_after_one(descriptor: int) -> None:
        parts.append(descriptor)
        if len(parts) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(descriptor)

    actions.copy_here(recording=held.recording, by=held.school.tariq, now=held.now)
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full_after_one)
        held.copy(seconds=1)
    told = [one.title for one in needs_of(held.school.ada, held.now) if "ecording" in one.title]
    said, left = page_of(held, held.school.tariq), list(media_folder.iterdir())
    sana = signed_in(held.school.sana)
    watched = sana.get(address_of(held.video), headers={"range": "bytes=0-99"}).status_code
    held.copy(hours=2)

    assert "It can’t be copied: this server’s disk is full." in said
    assert (told, left) == (["1 recording can’t be copied to this server"], [])
    assert watched == 206
    assert held.recording.has_copy


@pytest.mark.django_db
def test_another_password_at_zoom_keeps_nobody_here_from_it_and_stays(ready: Recorded) -> None:
    path = f"/v2/meetings/{ready.recording.zoom_uuid}/recordings/settings"
    with ready.sim.client(ready.host_token()) as client:
        assert client.patch(path, json={"password": "An0ther!"}).status_code == 204
    tariq = ready.school.tariq
    for visible in (Visible.NOBODY, Visible.ENROLLED):
        actions.show_to(recording=ready.recording, visible=visible, by=tariq, now=ready.now)
        ready.work(seconds=11)
    watched = signed_in(ready.school.sana).get(address_of(ready.video))
    actions.copy_here(recording=ready.recording, by=tariq, now=ready.now)
    ready.copy(seconds=1)

    assert ready.at_zoom()["password"] == "An0ther!"
    assert watched.status_code in (200, 206)
    assert ready.recording.has_copy


@pytest.mark.django_db
def test_it_is_brought_back_from_the_trash_and_stays(ready: Recorded) -> None:
    set_rules(ready, keeps=Keeps.DELETE, keep_days=1)
    ready.work(minutes=1)
    ready.work(days=8)
    ready.work(minutes=1)
    trashed = ready.recording.state
    actions.recover(recording=ready.recording, by=ready.school.tariq, now=ready.now)
    ready.work(seconds=1)
    back = ready.recording
    ready.work(days=30)

    assert (trashed, back.state, back.is_kept) == (State.TRASHED, State.READY, True)
    assert ready.recording.state == State.READY


@pytest.mark.django_db
def test_deleting_is_undone_within_ten_seconds_and_later_it_is_said(ready: Recorded) -> None:
    tariq = ready.school.tariq
    actions.delete(recording=ready.recording, by=tariq, now=ready.now)
    ready.work(seconds=5)
    actions.leave(recording=ready.recording, by=tariq, now=ready.now)
    ready.work(seconds=10)
    stays = ready.recording.state
    actions.delete(recording=ready.recording, by=tariq, now=ready.now)
    ready.work(seconds=11)

    assert stays == State.READY
    with pytest.raises(actions.Changed):
        actions.leave(recording=ready.recording, by=tariq, now=ready.now)


@pytest.mark.django_db
def test_rules_changed_by_two_at_once_are_not_overwritten(ready: Recorded) -> None:
    set_rules(ready, keeps=Keeps.DELETE, keep_days=30)
    with pytest.raises(ChangedMeanwhile):
        actions.change_rules(
            program=ready.school.program,
            seen_version=1,
            seen_by="nobody",
            after_review=False,
            may_download=False,
            keeps=Keeps.KEEP,
            keep_days=None,
            by=ready.school.ada,
            now=ready.now,
        )

"""Cloud recordings: when there are any, when their files are ready, who may download, trash and recovery."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from tests.zoom_simulator import ZoomSim
from tests.zoomsim.conftest import MONDAY, TARIQ


@pytest.fixture(autouse=True)
def _authorised(zoom: ZoomSim) -> None:
    zoom.grant(TARIQ)


def test_files_are_ready_some_time_after_the_end(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    sitting(zoom, number)
    assert recordings(zoom, number).status_code == 404

    zoom.advance(timedelta(minutes=9, seconds=59))
    early = recordings(zoom, number)
    zoom.advance(1)
    body = recordings(zoom, number).json()

    assert (early.status_code, early.json()) == (
        404,
        {"code": 3301, "message": "There is no recording for this meeting."},
    )
    assert [(one["file_type"], one["status"]) for one in body["recording_files"]] == [
        ("MP4", "completed"),
        ("M4A", "completed"),
    ]
    assert (body["recording_count"], body["type"], body["duration"]) == (2, "3", 5)
    assert body["total_size"] == sum(one["file_size"] for one in body["recording_files"])
    assert {one["recording_start"] for one in body["recording_files"]} == {"2026-03-02T08:00:00Z"}
    assert told(zoom) == ["started", "stopped", "completed"]


def test_how_long_files_take_can_be_set(zoom: ZoomSim) -> None:
    zoom.switch(recording_delay_minutes=2, transcript_delay_minutes=0)
    zoom.control("POST", "accounts", id="sim-account", plan="education")
    number = meeting(zoom)
    sitting(zoom, number)
    zoom.advance(timedelta(minutes=2))

    assert types(zoom, number) == ["MP4", "M4A", "TRANSCRIPT"]
    assert told(zoom)[2:] == ["completed", "transcript_completed"]


def test_each_stretch_that_is_recorded_is_told_on_its_own(zoom: ZoomSim) -> None:
    number = meeting(zoom, auto_recording="none")
    zoom.people.host_start(number)
    for action in ("start", "pause", "resume", "stop", "start"):
        record(zoom, number, action)
        zoom.advance(60)
    zoom.people.end(number)
    zoom.advance(timedelta(minutes=20))

    assert told(zoom) == [
        *("started", "paused", "resumed", "stopped"),
        *("started", "stopped", "completed", "completed"),
    ]
    uuids = {one["uuid"] for one in bodies(zoom, "completed")}
    assert (len(uuids), len(recordings(zoom, number).json()["recording_files"])) == (1, 4)


def test_what_was_stopped_long_before_the_end_is_ready_some_time_after_it(zoom: ZoomSim) -> None:
    number = meeting(zoom, auto_recording="none")
    zoom.people.host_start(number)
    record(zoom, number, "start")
    zoom.advance(timedelta(minutes=5))
    record(zoom, number, "stop")
    zoom.advance(timedelta(minutes=40))
    assert told(zoom) == ["started", "stopped"]

    zoom.people.end(number)
    zoom.advance(timedelta(minutes=10))
    (body,) = bodies(zoom, "completed")
    (video, _sound) = recordings(zoom, number).json()["recording_files"]

    assert body["duration"] == 45
    assert (video["recording_start"], video["recording_end"]) == (
        "2026-03-02T08:00:00Z",
        "2026-03-02T08:05:00Z",
    )


def test_what_goes_wrong_for_one_recording_holds_up_no_other(
    zoom: ZoomSim, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = meeting(zoom), meeting(zoom)
    for number in (first, second):
        sitting(zoom, number)
    zoom.sim.store.recordings.remove("meeting_number = ?", first)
    zoom.advance(timedelta(minutes=10))

    assert [body["id"] for body in bodies(zoom, "completed")] == [second]
    assert "AssertionError" in capsys.readouterr().err


def test_what_is_told_of_a_recording(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    uuid = sitting(zoom, number)
    zoom.advance(timedelta(minutes=10))

    [started] = bodies(zoom, "started")
    [completed] = bodies(zoom, "completed")
    webhook = next(one["body"] for one in zoom.webhooks if one["event"] == "recording.completed")

    assert started["recording_file"] == {"recording_start": "2026-03-02T08:00:00Z", "recording_end": ""}
    assert (completed["id"], completed["uuid"], completed["type"]) == (number, uuid, 3)
    assert completed["host_email"] == TARIQ
    assert webhook["event_ts"] == 1_772_439_300_000
    assert "download_token" not in webhook["payload"]
    assert webhook["download_token"].count(".") == 2


@pytest.mark.parametrize(
    ("host", "setting"), [("basic@demo.example", "cloud"), (TARIQ, "local"), (TARIQ, "none")]
)
def test_without_a_licence_or_the_wish_nothing_is_recorded(zoom: ZoomSim, host: str, setting: str) -> None:
    zoom.grant(host)
    number = meeting(zoom, host=host, auto_recording=setting)
    sitting(zoom, number)
    zoom.advance(timedelta(hours=1))

    assert told(zoom) == []
    assert recordings(zoom, number, email=host).status_code == 404


def test_a_host_without_a_licence_can_not_record_by_hand(zoom: ZoomSim) -> None:
    number = meeting(zoom, host="basic@demo.example")
    zoom.people.host_start(number)

    with pytest.raises(ValueError, match="no cloud recording"):
        record(zoom, number, "start")


@pytest.mark.parametrize(("plan", "has_one"), [("pro", False), ("business", True)])
def test_a_transcript_comes_later_where_the_plan_has_them(zoom: ZoomSim, plan: str, has_one: bool) -> None:
    zoom.control("POST", "accounts", id="sim-account", plan=plan)
    number = meeting(zoom)
    sitting(zoom, number)
    zoom.advance(timedelta(minutes=10))
    before = types(zoom, number)
    zoom.advance(timedelta(minutes=10))

    assert before == ["MP4", "M4A"]
    assert types(zoom, number) == ["MP4", "M4A", *(["TRANSCRIPT"] if has_one else [])]
    assert ("transcript_completed" in told(zoom)) is has_one


def test_a_transcript_is_read_by_its_sitting_when_it_is_ready_and_not_in_the_trash(zoom: ZoomSim) -> None:
    zoom.control("POST", "accounts", id="sim-account", plan="business")
    number = meeting(zoom)
    uuid = sitting(zoom, number)
    zoom.advance(timedelta(minutes=10))
    early = transcript(zoom, number).json()
    zoom.advance(timedelta(minutes=10))
    ready = transcript(zoom, uuid).json()
    media = download(zoom, ready, zoom.grant(TARIQ)["access_token"])
    with tariq(zoom) as client:
        client.delete(f"/v2/meetings/{number}/recordings")
    gone = transcript(zoom, number).json()

    def told(body: dict[str, Any]) -> tuple[Any, ...]:
        return body["can_download"], body.get("download_restriction_reason"), bool(body["download_url"])

    assert [told(body) for body in (early, ready, gone)] == [
        (False, "NOT_READY", False),
        (True, None, True),
        (False, "DELETED_OR_TRASHED", False),
    ]
    assert (ready["meeting_id"], ready["meeting_topic"]) == (uuid, "Algebra")
    assert media.text.startswith("WEBVTT")


def test_where_there_is_no_transcript_that_is_said(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    sitting(zoom, number)
    zoom.advance(timedelta(hours=1))

    refused = transcript(zoom, number)

    assert (refused.status_code, refused.json()) == (
        404,
        {"code": 3322, "message": "This meeting transcript does not exist."},
    )


def test_what_is_still_worked_on_can_be_listed(zoom: ZoomSim) -> None:
    zoom.switch(early_recordings="processing", timeline_files=True)
    number = meeting(zoom)
    sitting(zoom, number)

    files = recordings(zoom, number).json()["recording_files"]
    with tariq(zoom) as client:
        refused = client.delete(f"/v2/meetings/{number}/recordings/{files[0]['id']}")

    assert [(one["file_type"], one.get("status"), one["recording_end"]) for one in files] == [
        ("MP4", "processing", ""),
        ("M4A", "processing", ""),
        ("TIMELINE", None, ""),
    ]
    assert {"id", "file_size", "recording_type", "play_url"} & set(files[2]) == set()
    assert (refused.status_code, refused.json()["code"]) == (400, 3303)


def test_a_number_means_the_latest_sitting(zoom: ZoomSim) -> None:
    zoom.switch(awkward_uuids=True)
    number = meeting(zoom)
    first, second = sitting(zoom, number), sitting(zoom, number)
    zoom.advance(timedelta(minutes=10))

    assert recordings(zoom, number).json()["uuid"] == second
    assert recordings(zoom, quote(quote(first, safe=""), safe="")).json()["uuid"] == first


def test_a_download_needs_a_token(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    sitting(zoom, number)
    zoom.advance(timedelta(minutes=10))
    token = zoom.grant(TARIQ)["access_token"]
    stranger = zoom.grant("teacher01@demo.example")["access_token"]
    body = recordings(zoom, number).json()
    file = body["recording_files"][0]
    webhook = next(one["body"] for one in zoom.webhooks if one["event"] == "recording.completed")
    token = zoom.grant(TARIQ)["access_token"]

    good = [download(zoom, file, bearer) for bearer in (token, webhook["download_token"])]
    bad = [download(zoom, file, bearer) for bearer in ("", stranger, "made-up")]

    assert [(one.status_code, one.headers["content-type"]) for one in good] == [(200, "video/mp4")] * 2
    assert {len(one.content) for one in good} == {file["file_size"]}
    assert good[0].content[4:12] == b"ftypisom"
    assert [(one.status_code, one.headers["content-type"]) for one in bad] == [
        (200, "text/html;charset=UTF-8")
    ] * 3
    zoom.switch(download_refusal="401")
    assert download(zoom, file, "").status_code == 401


def test_download_tokens_expire(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    sitting(zoom, number)
    zoom.advance(timedelta(minutes=10))
    with tariq(zoom) as client:
        params: dict[str, Any] = {"include_fields": "download_access_token", "ttl": 60}
        body = client.get(f"/v2/meetings/{number}/recordings", params=params).json()
    file, token = body["recording_files"][1], body["download_access_token"]
    webhook = next(one["body"] for one in zoom.webhooks if one["event"] == "recording.completed")

    def works(bearer: str) -> bool:
        return download(zoom, file, bearer).headers["content-type"] == "audio/mp4"

    assert (works(token), works(webhook["download_token"])) == (True, True)
    zoom.advance(60)
    assert (works(token), works(webhook["download_token"])) == (False, True)
    zoom.advance(timedelta(hours=24))
    assert works(webhook["download_token"]) is False


def test_a_download_token_is_for_its_own_sitting(zoom: ZoomSim) -> None:
    first, second = meeting(zoom), meeting(zoom)
    for number in (first, second):
        sitting(zoom, number)
    zoom.advance(timedelta(minutes=10))
    tokens = [one["body"]["download_token"] for one in zoom.webhooks if one["event"] == "recording.completed"]
    file = recordings(zoom, first).json()["recording_files"][0]

    kinds = [download(zoom, file, token).headers["content-type"] for token in tokens]

    assert kinds == ["video/mp4", "text/html;charset=UTF-8"]


def test_a_download_is_sent_on_or_not_and_faults_strike_it(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    sitting(zoom, number)
    zoom.advance(timedelta(minutes=10))
    file = recordings(zoom, number).json()["recording_files"][0]
    token = zoom.grant(TARIQ)["access_token"]
    headers = {"Authorization": f"Bearer {token}"}

    with zoom.client() as client:
        sent_on = client.get(file["download_url"], headers=headers)
        by_query = client.get(file["download_url"], params={"access_token": token})
        zoom.switch(download_redirects=False, download_by_query=False)
        at_once = client.get(file["download_url"], headers=headers)
        refused = client.get(file["download_url"], params={"access_token": token})
        zoom.fault("status", operation="recordingDownload", status=401, body={})
        failed = client.get(file["download_url"], headers=headers)
        late = sent_on.headers["location"]
        zoom.advance(600)
        expired = client.get(late)

    assert [one.status_code for one in (sent_on, by_query, at_once, failed, expired)] == [
        302, 302, 200, 401, 404,
    ]  # fmt: skip
    assert refused.headers["content-type"] == "text/html;charset=UTF-8"
    assert zoom.called("recordingDownload") == 5
    assert token not in str(zoom.calls)


@pytest.mark.parametrize("path", ["recordings", "recordings/{file}"])
def test_the_trash_keeps_thirty_days(zoom: ZoomSim, path: str) -> None:
    number = meeting(zoom)
    uuid = sitting(zoom, number)
    zoom.advance(timedelta(minutes=10))
    files = recordings(zoom, number).json()["recording_files"]
    address = f"/v2/meetings/{number}/" + path.format(file=files[0]["id"])
    left = [] if path == "recordings" else ["M4A"]

    with tariq(zoom) as client:
        assert client.delete(address).status_code == 204
        assert types(zoom, number) == left

    zoom.advance(timedelta(days=30, seconds=-1))
    with tariq(zoom) as client:
        status = f"/v2/meetings/{quote(quote(uuid, safe=''), safe='')}/recordings/status"
        recovered = client.put(status, json={"action": "recover"})
        assert (recovered.status_code, recovered.content) == (200, b"")
        assert types(zoom, number) == ["MP4", "M4A"]
        with tariq(zoom) as again:
            again.delete(address)
    zoom.advance(timedelta(days=30))
    with tariq(zoom) as client:
        gone = client.put(status, json={"action": "recover"})

    assert (gone.status_code, gone.json()["code"]) == (404, 3301)
    assert told(zoom)[3:] == ["trashed", "recovered", "trashed"]


def test_deleted_for_good_is_gone(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    sitting(zoom, number)
    zoom.advance(timedelta(minutes=10))
    file = recordings(zoom, number).json()["recording_files"][0]

    with tariq(zoom) as client:
        path = f"/v2/meetings/{number}/recordings"
        one = client.delete(f"{path}/{file['id']}", params={"action": "delete"})
        rest = client.delete(path, params={"action": "delete"})
        none = client.delete(path, params={"action": "delete"})
        recovered = client.put(f"{path}/status", json={"action": "recover"})

    assert [answer.status_code for answer in (one, rest, none, recovered)] == [204, 204, 404, 404]
    assert told(zoom)[3:] == ["deleted", "deleted"]
    assert [len(body["recording_files"]) for body in bodies(zoom, "deleted")] == [1, 1]


def test_one_file_can_be_recovered_unless_the_storage_is_full(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    sitting(zoom, number)
    zoom.advance(timedelta(minutes=10))
    file = recordings(zoom, number).json()["recording_files"][0]

    with tariq(zoom) as client:
        path = f"/v2/meetings/{number}/recordings/{file['id']}"
        client.delete(path)
        zoom.switch(storage_full=True)
        full = client.put(f"{path}/status", json={"action": "recover"})
        zoom.switch(storage_full=False)
        back = client.put(f"{path}/status", json={"action": "recover"})

    assert (full.status_code, full.json()["code"], back.status_code) == (400, 3309, 204)
    assert types(zoom, number) == ["MP4", "M4A"]


def test_a_users_recordings_by_day_and_in_the_trash(zoom: ZoomSim) -> None:
    number, other = meeting(zoom), meeting(zoom)
    first = sitting(zoom, number)
    zoom.set_time(MONDAY + timedelta(days=3))
    second = sitting(zoom, other)
    zoom.advance(timedelta(minutes=10))

    assert listed(zoom) == [second]
    assert listed(zoom, **{"from": "2026-03-02", "to": "2026-03-05"}) == [second, first]
    assert listed(zoom, **{"from": "2026-03-02", "to": "2026-03-04"}) == [first]
    assert listed(zoom, **{"from": "2026-03-02", "meeting_id": number}) == [first]
    with tariq(zoom) as client:
        client.delete(f"/v2/meetings/{number}/recordings")
        file = recordings(zoom, other).json()["recording_files"][0]["id"]
    with tariq(zoom) as client:
        client.delete(f"/v2/meetings/{other}/recordings/{file}")
    assert listed(zoom, **{"from": "2026-03-02"}) == [second]
    assert listed(zoom, trash="true") == [first]
    assert listed(zoom, trash="true", trash_type="recording_file") == [second]


def test_a_list_is_for_a_month_at_most(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    sitting(zoom, number)
    zoom.set_time(MONDAY + timedelta(days=40))
    params = {"from": "2026-03-01", "to": "2026-04-11"}
    with tariq(zoom) as client:
        refused = client.get("/v2/users/me/recordings", params=params)
        zoom.switch(long_range="cut")
        cut = client.get("/v2/users/me/recordings", params=params).json()

    assert (refused.status_code, refused.json()["code"]) == (400, 300)
    assert (cut["from"], cut["to"], cut["meetings"]) == ("2026-03-11", "2026-04-11", [])


def test_recordings_are_listed_page_by_page(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    uuids = [sitting(zoom, number) for _ in range(3)]
    zoom.advance(timedelta(minutes=10))
    with tariq(zoom) as client:
        first = client.get("/v2/users/me/recordings", params={"page_size": 2}).json()
        token = {"next_page_token": first["next_page_token"]}
        second = client.get("/v2/users/me/recordings", params=token).json()

    rows = first["meetings"] + second["meetings"]
    assert [one["uuid"] for one in rows] == uuids[::-1]


def test_others_do_not_see_them(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    sitting(zoom, number)
    foreign = meeting(zoom, host="olu@elsewhere.example")
    sitting(zoom, foreign)
    zoom.advance(timedelta(minutes=10))

    other = recordings(zoom, number, email="teacher01@demo.example")
    elsewhere = recordings(zoom, foreign)

    assert (other.status_code, other.json()["code"]) == (404, 3301)
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (400, 1010)


def test_settings_of_a_recording_are_kept_for_its_sitting(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    first = sitting(zoom, number)
    sitting(zoom, number)
    zoom.advance(timedelta(minutes=10))
    with tariq(zoom) as client:
        path = f"/v2/meetings/{quote(quote(first, safe=''), safe='')}/recordings/settings"
        change = {"share_recording": "internally", "viewer_download": False, "password": "lesson-7"}
        done = client.patch(path, json=change)
        own = client.get(path).json()
        of_latest = client.get(f"/v2/meetings/{number}/recordings/settings").json()
    with tariq(zoom) as checked, unchecked(zoom, checked) as client:
        wrong = client.patch(
            path, json={"share_recording": "everybody", "viewer_download": "no", "password": "short"}
        )

    assert done.status_code == 204
    assert (own["share_recording"], own["viewer_download"], own["topic"]) == ("internally", False, "Algebra")
    assert (own["password"], of_latest["password"] != own["password"]) == ("lesson-7", True)
    assert (of_latest["share_recording"], of_latest["viewer_download"]) == ("publicly", True)
    assert [one["field"] for one in wrong.json()["errors"]] == [
        "viewer_download",
        "share_recording",
        "password",
    ]


def test_the_index_shows_them(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    sitting(zoom, number)
    with zoom.client() as browser:
        assert f"<td>{number}</td><td>processing</td>" in browser.get("/").text


def meeting(zoom: ZoomSim, *, host: str = TARIQ, auto_recording: str = "cloud") -> int:
    settings = {"auto_recording": auto_recording}
    number: int = zoom.add_meeting(host, topic="Algebra", type=3, settings=settings)["id"]
    return number


def sitting(zoom: ZoomSim, number: int) -> str:
    """Five minutes of the host and Sana; the uuid."""
    uuid: str = zoom.people.host_start(number)["uuid"]
    zoom.people.join(number, "Sana")
    zoom.advance(timedelta(minutes=5))
    zoom.people.end(number)
    return uuid


def tariq(zoom: ZoomSim) -> httpx.Client:
    return zoom.client(zoom.grant(TARIQ)["access_token"])


def unchecked(zoom: ZoomSim, like: httpx.Client) -> httpx.Client:
    return httpx.Client(transport=zoom.plain_transport, base_url=zoom.base_url, headers=like.headers)


def recordings(zoom: ZoomSim, key: int | str, *, email: str = TARIQ) -> httpx.Response:
    with zoom.client(zoom.grant(email)["access_token"]) as client:
        return client.get(f"/v2/meetings/{key}/recordings")


def transcript(zoom: ZoomSim, key: int | str) -> httpx.Response:
    with tariq(zoom) as client:
        return client.get(f"/v2/meetings/{quote(quote(str(key), safe=''), safe='')}/transcript")


def types(zoom: ZoomSim, number: int) -> list[str]:
    return [one["file_type"] for one in recordings(zoom, number).json().get("recording_files", [])]


def listed(zoom: ZoomSim, **params: Any) -> list[str]:
    with tariq(zoom) as client:
        page = client.get("/v2/users/me/recordings", params=params).json()
    return [one["uuid"] for one in page["meetings"]]


def record(zoom: ZoomSim, number: int, action: str) -> None:
    zoom.control("POST", "recordings", meeting=number, action=action)


def download(zoom: ZoomSim, file: dict[str, Any], token: str) -> httpx.Response:
    with zoom.client(token, follow_redirects=True) as client:
        return client.get(file["download_url"])


def told(zoom: ZoomSim) -> list[str]:
    return [event.removeprefix("recording.") for event in zoom.events if event.startswith("recording.")]


def bodies(zoom: ZoomSim, event: str) -> list[dict[str, Any]]:
    """The object of each event of a kind."""
    return [
        webhook["body"]["payload"]["object"]
        for webhook in zoom.webhooks
        if webhook["event"] == f"recording.{event}"
    ]


def test_a_part_comes_alone_or_all_of_it(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    zoom.switch(recording_padding=3_000_000, download_redirects=False)
    sitting(zoom, number)
    zoom.advance(timedelta(minutes=10))
    file = recordings(zoom, number).json()["recording_files"][0]
    size, token = file["file_size"], zoom.grant(TARIQ)["access_token"]

    def asks(part: str) -> httpx.Response:
        with zoom.client() as client:
            headers = {"Authorization": f"Bearer {token}", "Range": part}
            return client.get(file["download_url"], headers=headers)

    parts = [asks(part) for part in ("bytes=0-11", f"bytes={size - 4}-{size + 9}", f"bytes={size}-")]
    zoom.switch(download_parts=False)
    whole = asks("bytes=0-11")

    assert size > 3_000_000
    assert [one.status_code for one in parts] == [206, 206, 416]
    assert parts[0].content[4:] == b"ftypisom"
    assert parts[1].headers["content-range"] == f"bytes {size - 4}-{size - 1}/{size}"
    assert (whole.status_code, len(whole.content)) == (200, size)

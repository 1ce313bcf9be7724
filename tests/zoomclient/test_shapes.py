"""What we send and what we read has the shapes that Zoom documents."""

import json
import re
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from zoomclient import (
    MeetingChange,
    MeetingDraft,
    MeetingSettings,
    Recurrence,
    models,
    past_meetings,
    recorded,
    registrants,
    reports,
)
from zoomclient.models import ZoomModel

API = json.loads((Path(__file__).parents[1] / "contract" / "data" / "api.json").read_text())["paths"]

# where each model is read: method and path, then the way into its body
READ: dict[type[ZoomModel], list[tuple[str, ...]]] = {
    models.ListedUser: [("GET /users", "users")],
    models.User: [("GET /users/{userId}",)],
    models.UserSettings: [("GET /users/{userId}/settings",)],
    models.Feature: [("GET /users/{userId}/settings", "feature")],
    models.ScheduleMeetingSettings: [("GET /users/{userId}/settings", "schedule_meeting")],
    models.InMeetingSettings: [("GET /users/{userId}/settings", "in_meeting")],
    models.RecordingSettings: [("GET /users/{userId}/settings", "recording")],
    models.MeetingSummary: [("GET /users/{userId}/meetings", "meetings")],
    models.Meeting: [("GET /meetings/{meetingId}",)],
    models.MeetingSettings: [("GET /meetings/{meetingId}", "settings")],
    models.AnsweredRecurrence: [("GET /meetings/{meetingId}", "recurrence")],
    models.Occurrence: [("GET /meetings/{meetingId}", "occurrences")],
    registrants.Registrant: [
        ("GET /meetings/{meetingId}/registrants", "registrants"),
        ("GET /meetings/{meetingId}/registrants/{registrantId}",),
    ],
    reports.ReportedMeeting: [
        ("GET /report/meetings/{meetingId}",),
        ("GET /report/users/{userId}/meetings", "meetings"),
    ],
    registrants.CustomAnswer: [("GET /meetings/{meetingId}/registrants", "registrants", "custom_questions")],
    past_meetings.PastMeeting: [("GET /past_meetings/{meetingId}",)],
    past_meetings.PastInstance: [("GET /past_meetings/{meetingId}/instances", "meetings")],
    past_meetings.PastParticipant: [("GET /past_meetings/{meetingId}/participants", "participants")],
    reports.ReportedParticipant: [("GET /report/meetings/{meetingId}/participants", "participants")],
    recorded.Recording: [
        ("GET /meetings/{meetingId}/recordings",),
        ("GET /users/{userId}/recordings", "meetings"),
    ],
    recorded.RecordingFile: [("GET /meetings/{meetingId}/recordings", "recording_files")],
    recorded.AudioFile: [("GET /meetings/{meetingId}/recordings", "participant_audio_files")],
    recorded.RecordingAccess: [("GET /meetings/{meetingId}/recordings/settings",)],
    registrants.AddedRegistrant: [
        ("POST /meetings/{meetingId}/registrants",),
        ("POST /meetings/{meetingId}/batch_registrants", "registrants"),
    ],
}
JSON_TYPES = {
    "tuple": "array",
    "int": "integer",
    "bool": "boolean",
    "str": "string",
    "Instant": "string",
    "date": "string",
    "Secret": "string",
}
# Zoom's example of the answer and its events have it, though not the schema.
UNDOCUMENTED = {("Recording", "share_url")}
TEXT_FOR_NUMBERS = {
    ("Meeting", "id"),
    ("MeetingSummary", "id"),
    ("ListedUser", "pmi"),
    ("User", "pmi"),
    ("PastMeeting", "id"),
    ("ReportedMeeting", "id"),
    ("Recording", "id"),
    ("Registrant", "participant_pin_code"),
    ("AddedRegistrant", "id"),
    ("AddedRegistrant", "participant_pin_code"),
}


def properties(schema: dict[str, Any]) -> dict[str, Any]:
    """The fields of an object, or of the objects in a list, whatever its schema is put together from."""
    found = dict(schema.get("properties", {}))
    for part in [schema["items"]] if "items" in schema else []:
        found |= properties(part)
    for part in schema.get("allOf", []) + schema.get("anyOf", []) + schema.get("oneOf", []):
        found |= properties(part)
    return found


def body_of(part: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = next(iter(part["content"].values()))["schema"]
    return schema


@cache
def request_of(name: str) -> jsonschema.Draft202012Validator:
    method, path = name.split(" ")
    schema = deepcopy(body_of(API[path][method.lower()]["requestBody"]))
    # Zoom's schema allows one day only; its text and its answers have several: "2,4".
    properties(schema).get("recurrence", {}).get("properties", {}).get("weekly_days", {}).pop("enum", None)
    return jsonschema.Draft202012Validator(schema)


def documented_fields(name: str, *way: str) -> dict[str, str]:
    method, path = name.split(" ")
    responses = API[path][method.lower()]["responses"]
    found = properties(body_of(next(responses[status] for status in ("200", "201") if status in responses)))
    for step in way:
        found = properties(found[step])
    kinds = {field: schema.get("type", "object") for field, schema in found.items()}
    return {field: "integer" if kind == "number" else kind for field, kind in kinds.items()}


starts = st.integers(0, 10 * 366 * 86_400).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
zones = st.sampled_from(["Europe/Oslo", "America/New_York", "Asia/Kathmandu", "UTC"])
ends = st.one_of(
    st.integers(1, 60).map(lambda times: {"times": times}), starts.map(lambda until: {"until": until})
)
rules = st.one_of(
    st.builds(lambda every, end: Recurrence.daily(every=every, **end), st.integers(1, 99), ends),
    st.builds(
        lambda days, every, end: Recurrence.weekly(days, every=every, **end),
        st.sets(st.integers(1, 7), min_size=1),
        st.integers(1, 50),
        ends,
    ),
    st.builds(lambda day, end: Recurrence.monthly_on_day(day, **end), st.integers(1, 31), ends),
    st.builds(
        lambda week, day, end: Recurrence.monthly_on_weekday(week, day, **end),
        st.sampled_from([-1, 1, 2, 3, 4]),
        st.integers(1, 7),
        ends,
    ),
)
settings = st.builds(
    MeetingSettings,
    waiting_room=st.booleans(),
    mute_upon_entry=st.booleans(),
    auto_recording=st.sampled_from(["none", "local", "cloud"]),
    jbh_time=st.sampled_from([0, 5, 10, 15]),
    meeting_authentication=st.booleans(),
    alternative_hosts=st.just("a@x.example;b@x.example"),
)
fields = {
    "topic": st.text(min_size=1, max_size=60),
    "starts_at": starts,
    "timezone": zones,
    "duration": st.integers(1, 1440).map(lambda minutes: timedelta(minutes=minutes)),
    "agenda": st.text(max_size=60),
    "password": st.none() | st.text("abcXYZ012@#", min_size=1, max_size=10),
    "settings": settings,
    "recurrence": st.none() | rules,
}


@given(st.builds(MeetingDraft, **fields))
def test_what_creates_a_meeting(draft: MeetingDraft) -> None:
    body = draft.body()

    request_of("POST /users/{userId}/meetings").validate(body)
    assert (body["type"] == 8) == ("recurrence" in body)


@given(
    st.builds(
        MeetingChange,
        **{name: st.none() | values for name, values in fields.items() if name != "timezone"},
        timezone=zones,
    )
)
def test_what_changes_a_meeting(change: MeetingChange) -> None:
    request_of("PATCH /meetings/{meetingId}").validate(change.body())


@pytest.mark.parametrize("model", READ, ids=lambda model: model.__name__)
def test_what_is_read_is_what_zoom_sends(model: type[ZoomModel]) -> None:
    documented: dict[str, str] = {}
    for way in READ[model]:
        documented |= documented_fields(*way)
    ours = {
        field: kind_of(model.__name__, field, one.annotation)
        for field, one in model.model_fields.items()
        if (model.__name__, field) not in UNDOCUMENTED
    }

    assert ours == {field: documented.get(field) for field in ours}


def kind_of(model: str, field: str, annotation: Any) -> str:
    """The JSON type for which a field is declared."""
    if (model, field) in TEXT_FOR_NUMBERS:
        return "integer"
    words = set(re.findall(r"\w+", str(annotation)))
    return next((json_type for python, json_type in JSON_TYPES.items() if python in words), "object")


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**19), 10**19)
    | st.floats(allow_nan=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize("model", READ, ids=lambda model: model.__name__)
@given(data=st.data())
def test_whatever_zoom_sends_is_read_or_found_unreadable(model: type[ZoomModel], data: st.DataObject) -> None:
    body = data.draw(
        st.fixed_dictionaries({}, optional=dict.fromkeys(model.model_fields, anything)) | anything
    )

    try:
        found = model.from_answer(body)
    except ValidationError:
        return
    assert model.from_answer(body) == found
    assert found.model_dump_json()

"""What we send and what we read has the shapes that Zoom documents."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoomclient import MeetingChange, MeetingDraft, MeetingSettings, Recurrence, models
from zoomclient.models import ZoomModel

SHAPES = json.loads((Path(__file__).parent / "data" / "shapes.json").read_text())
REQUESTS = SHAPES["requests"]
for request in REQUESTS.values():
    # Zoom's schema allows one day only; its text and its answers have several: "2,4".
    request["properties"].get("recurrence", {}).get("properties", {}).get("weekly_days", {}).pop("enum", None)

LONGER = {"int": "integer", "bool": "boolean", "str": "string", "datetime": "string", "tuple": "array"}
TEXT_FOR_NUMBERS = {("Meeting", "id"), ("MeetingSummary", "id"), ("User", "pmi")}

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

    jsonschema.validate(body, REQUESTS["POST /users/{userId}/meetings"])
    assert (body["type"] == 8) == ("recurrence" in body)


@given(
    st.builds(
        MeetingChange,
        **{name: st.none() | values for name, values in fields.items() if name != "timezone"},
        timezone=zones,
    )
)
def test_what_changes_a_meeting(change: MeetingChange) -> None:
    jsonschema.validate(change.body(), REQUESTS["PATCH /meetings/{meetingId}"])


@pytest.mark.parametrize("name", sorted(SHAPES["answers"]))
def test_what_is_read_is_what_zoom_sends(name: str) -> None:
    model: type[ZoomModel] = getattr(models, name)
    documented: dict[str, str] = SHAPES["answers"][name]
    ours = {field: kind_of(name, field, info.annotation) for field, info in model.model_fields.items()}

    assert ours == {field: documented.get(field) for field in ours}


def kind_of(model: str, field: str, annotation: Any) -> str:
    """The JSON type for which a field is declared."""
    if (model, field) in TEXT_FOR_NUMBERS:
        return "integer"
    written = str(annotation).replace("Instant", "datetime")
    for python, documented in LONGER.items():
        if python in written:
            return documented
    return "string" if "Secret" in written else "object"

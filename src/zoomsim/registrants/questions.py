"""What whoever registers is asked beside name and e-mail, as the host chose.

GET and PATCH /meetings/{meetingId}/registrants/questions. Whether an answer that is required and lacks is
refused is not documented: only the page insists.
"""

from collections.abc import Mapping
from typing import Any

from zoomsim import errors
from zoomsim.errors import ValidationFailed
from zoomsim.records import Json, Meeting
from zoomsim.registrants.fields import ANSWERS

FIELDS = ("last_name", *ANSWERS)
TYPES = ("short", "single")


def of(meeting: Meeting) -> Json:
    """As the API answers."""
    return {"questions": [], "custom_questions": []} | meeting.questions


def as_inputs(meeting: Meeting) -> list[tuple[str, str, bool]]:
    """What a page asks: name, label, and whether it insists on an answer."""
    asked = of(meeting)
    own = [
        (one["field_name"], str(one["field_name"]).replace("_", " ").capitalize(), one["required"])
        for one in asked["questions"]
    ]
    custom = [
        (f"custom-{place}", one["title"], one["required"])
        for place, one in enumerate(asked["custom_questions"])
    ]
    return own + custom


def answered(meeting: Meeting, form: Mapping[str, str]) -> Json:
    """What a page's form says, as POST registrants takes it. Raises 300 for an answer that lacks."""
    lacking = [(name, "Required.") for name, _, needed in as_inputs(meeting) if needed and not form.get(name)]
    if lacking:
        raise ValidationFailed(*lacking)
    custom = [
        {"title": one["title"], "value": form.get(f"custom-{place}", "")}
        for place, one in enumerate(of(meeting)["custom_questions"])
    ]
    return {**form, "custom_questions": custom}


def read(body: Any) -> Json:
    """What a request changes: each list that it names, whole. Raises 300 with what is wrong in it."""
    if not isinstance(body, dict):
        raise errors.not_json()
    readers = {"questions": _question, "custom_questions": _custom_question}
    changes: Json = {}
    for name, reader in readers.items():
        if name not in body:
            continue
        if not isinstance(body[name], list):
            raise ValidationFailed((name, "Invalid field."))
        changes[name] = [reader(row, f"{name}[{place}]") for place, row in enumerate(body[name])]
    return changes


def _question(row: Any, place: str) -> Json:
    if not isinstance(row, dict) or row.get("field_name") not in FIELDS:
        raise ValidationFailed((f"{place}.field_name", "Invalid field."))
    return {"field_name": row["field_name"], "required": bool(row.get("required"))}


def _custom_question(row: Any, place: str) -> Json:
    if not isinstance(row, dict) or not isinstance(row.get("title"), str) or not row["title"]:
        raise ValidationFailed((f"{place}.title", "Invalid field."))
    if row.get("type", "short") not in TYPES:
        raise ValidationFailed((f"{place}.type", "Invalid field."))
    choices = row.get("answers") or []
    if not isinstance(choices, list) or not all(isinstance(one, str) for one in choices):
        raise ValidationFailed((f"{place}.answers", "Invalid field."))
    return {
        "title": row["title"],
        "type": row.get("type", "short"),
        "required": bool(row.get("required")),
        "answers": choices,
    }

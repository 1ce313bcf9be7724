"""What a request says about somebody who registers, read and checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zoomsim import errors
from zoomsim.records import Json

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LONGEST_NAME, _LONGEST_EMAIL = 64, 128
# The answers that Zoom's own questions ask for, and what it shows where there is none.
ANSWERS = (
    "address",
    "city",
    "comments",
    "country",
    "industry",
    "job_title",
    "no_of_employees",
    "org",
    "phone",
    "purchasing_time_frame",
    "role_in_purchase_process",
    "state",
    "zip",
)
MOST_AT_ONCE = 30


@dataclass(frozen=True)
class Applicant:
    """Somebody who wants to come."""

    email: str
    first_name: str
    last_name: str
    answers: Json


def read(body: Any, *, prefix: str = "") -> Applicant:
    """Raises 300 with every field that is missing or wrong."""
    if not isinstance(body, Mapping):
        raise errors.not_json()
    wrong = [
        (f"{prefix}{name}", "Invalid field.")
        for name, fits in (
            ("email", _is_email(body.get("email"))),
            ("first_name", _is_name(body.get("first_name"), needed=True)),
            ("last_name", _is_name(body.get("last_name"), needed=False)),
        )
        if not fits
    ]
    if wrong:
        raise errors.ValidationFailed(*wrong)
    answers = {name: body[name] for name in ANSWERS if isinstance(body.get(name), str)}
    answers["custom_questions"] = body.get("custom_questions") or []
    last_name = body.get("last_name") or ""
    return Applicant(body["email"].strip().lower(), body["first_name"], last_name, answers)


def read_many(body: Any) -> list[Applicant]:
    """The `registrants` of a batch: from one to thirty."""
    if not isinstance(body, Mapping):
        raise errors.not_json()
    rows = body.get("registrants")
    if not isinstance(rows, list) or not 1 <= len(rows) <= MOST_AT_ONCE:
        raise errors.ValidationFailed(("registrants", f"Register 1 to {MOST_AT_ONCE} people at once."))
    return [read(row, prefix=f"registrants[{number}].") for number, row in enumerate(rows)]


def _is_email(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_EMAIL and bool(_EMAIL.fullmatch(value.strip()))


def _is_name(value: Any, *, needed: bool) -> bool:
    if value is None or value == "":
        return not needed
    return isinstance(value, str) and len(value) <= _LONGEST_NAME

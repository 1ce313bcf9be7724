"""Zoom's refusals, each with a stable reason: by its code, and by its text where one code says many things.

From Zoom's reference of each operation (read 2026-11-25) and, where it is silent, from answers seen by
others.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from zoomclient.errors import (
    AccessTokenRefused,
    Invalid,
    NotFound,
    NotLicensed,
    Refused,
    ScopeMissing,
    ZoomError,
)


class Refusal(NamedTuple):
    """One line of the table. says: a part of the message, lower case, if the code alone does not tell."""

    code: int
    says: str
    kind: type[ZoomError]
    reason: str
    field: str = ""


REFUSALS: tuple[Refusal, ...] = (
    Refusal(124, "", AccessTokenRefused, "access_token_refused"),
    Refusal(4711, "", ScopeMissing, "scope_missing"),
    Refusal(4700, "scope", ScopeMissing, "scope_missing"),
    Refusal(104, "scope", ScopeMissing, "scope_missing"),
    Refusal(4700, "", AccessTokenRefused, "access_token_refused"),
    Refusal(200, "only available for paid", NotLicensed, "paid_plan_needed"),
    Refusal(200, "webinar plan", NotLicensed, "webinar_plan_needed"),
    Refusal(200, "no permission", Refused, "no_permission"),
    Refusal(300, "occurrence_id", Invalid, "invalid_occurrence", "occurrence_id"),
    Refusal(300, "schedule_for", Invalid, "invalid_schedule_for", "schedule_for"),
    Refusal(300, "enforce_login_domains", Invalid, "invalid_login_domains", "enforce_login_domains"),
    Refusal(300, "next page token", Invalid, "page_token_expired", "next_page_token"),
    Refusal(300, "registrant id", Invalid, "invalid_registrant", "registrant_id"),
    Refusal(300, "registration has not been enabled", Refused, "registration_off"),
    Refusal(300, "cannot access webinar", Refused, "is_webinar"),
    Refusal(300, "cannot access meeting", Refused, "meeting_inaccessible"),
    Refusal(300, "invalid meeting id", Invalid, "invalid_meeting_number", "meeting_id"),
    Refusal(300, "valid json", Invalid, "invalid_body"),
    Refusal(300, "", Invalid, "invalid_field"),
    Refusal(303, "", Refused, "batch_needs_single_meeting"),
    Refusal(404, "registration has not been enabled", Refused, "registration_off"),
    Refusal(1001, "meeting does not exist", NotFound, "meeting_not_found"),
    Refusal(1001, "", NotFound, "user_not_found"),
    Refusal(1010, "", Refused, "user_not_in_account"),
    Refusal(1120, "", Refused, "user_invitation_expired"),
    Refusal(2300, "", Refused, "endpoint_unknown"),
    Refusal(2314, "", Refused, "ai_companion_off"),
    Refusal(3000, "cannot access webinar", Refused, "is_webinar"),
    Refusal(3000, "cannot access meeting", Refused, "meeting_inaccessible"),
    Refusal(3000, "cannot schedule a meeting for", Refused, "cannot_schedule_for"),
    Refusal(3000, "instant meetings do not support", Refused, "instant_for_other"),
    Refusal(3000, "have been blocked", Refused, "user_blocked"),
    Refusal(3000, "prescheduling is only", Refused, "preschedule_type"),
    Refusal(3000, "outside of your account", Refused, "host_outside_account"),
    Refusal(3001, "", NotFound, "meeting_not_found"),
    Refusal(3002, "", Refused, "meeting_in_progress"),
    Refusal(3003, "", Refused, "not_the_host"),
    Refusal(3007, "", Refused, "meeting_ended"),
    Refusal(3018, "", Refused, "is_personal_meeting"),
    Refusal(3027, "", Refused, "host_cannot_register"),
    Refusal(3037, "", Refused, "is_audio_conference"),
    Refusal(3038, "", Refused, "meeting_ended"),
    Refusal(3043, "", Refused, "registration_full"),
    Refusal(3063, "", Refused, "is_on_premise"),
    Refusal(3161, "", NotLicensed, "host_unlicensed"),
    Refusal(3301, "", NotFound, "recording_not_found"),
    Refusal(3303, "", Refused, "recording_unfinished"),
    Refusal(3309, "", Refused, "storage_full"),
    Refusal(3310, "", Refused, "recording_in_use"),
    Refusal(12702, "", Refused, "older_than_a_year"),
)

REASONS: frozenset[str] = frozenset(refusal.reason for refusal in REFUSALS) | {"refused", "api_denied"}
"""Every reason that a refused call may carry."""

_SCOPES = re.compile(r"scopes?:?\s*\[([^\]]*)\]", re.IGNORECASE)


def find_refusal(code: int | None, message: str) -> Refusal | None:
    """The first line that fits. None if Zoom's reference does not tell what this code means here."""
    text = message.lower()
    if "access to the zoom rest api has been denied" in text:
        return Refusal(code or 0, "", Refused, "api_denied")
    return next((line for line in REFUSALS if line.code == code and line.says in text), None)


def refusal_error(
    line: Refusal, body: Mapping[str, Any], message: str, facts: Mapping[str, Any]
) -> ZoomError:
    """facts: call, status, code and request_id of the answer."""
    if issubclass(line.kind, Invalid):
        return line.kind(message, fields=_fields(line, body, message), reason=line.reason, **facts)
    if issubclass(line.kind, ScopeMissing):
        return line.kind(message, scopes=_scopes(message), reason=line.reason, **facts)
    return line.kind(message, reason=line.reason, **facts)


def _fields(line: Refusal, body: Mapping[str, Any], message: str) -> dict[str, str]:
    # {"code": 300, "message": "Validation Failed.", "errors": [{"field": "topic", "message": "Invalid."}]}
    errors = body.get("errors")
    named = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    fields = {str(error["field"]): str(error.get("message", "")) for error in named if error.get("field")}
    return fields or ({line.field: message} if line.field else {})


def _scopes(message: str) -> list[str]:
    # {"code": 4711, "message": "Invalid access token, does not contain scopes:[user:read, user:read:admin]."}
    found = _SCOPES.search(message)
    return [scope.strip() for scope in found.group(1).split(",") if scope.strip()] if found else []

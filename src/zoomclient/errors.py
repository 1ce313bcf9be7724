"""What can go wrong in a call to Zoom, sorted by what the caller can do next.

ZoomError
├─ NotSent                 nothing reached Zoom: try again, no earlier than ``retry_at`` where that is set
├─ OutcomeUnknown          sent, but no answer that says what happened: a read may repeat, a write looks first
│  └─ Unreadable           …because we do not understand the answer: keep the body, tell the operator
├─ RateLimited             Zoom asks us to wait until ``retry_at``; nothing was done
├─ AccessTokenRefused      refresh the access token and repeat once; nothing was done
├─ ConnectionLost          the grant is gone: its owner must connect again
└─ Refused                 an answer that repeats as long as nothing else changes; nothing was done
   ├─ NotFound             no such meeting, user or recording
   ├─ Invalid              what was sent is wrong, by ``fields``
   ├─ ScopeMissing         the grant lacks one of ``scopes``
   ├─ NotLicensed          the host's licence or the account's plan does not allow it
   └─ CredentialsRefused   the application's own client id or secret is wrong

Unreadable stands below OutcomeUnknown, so that a caller who does not tell them apart does the safe thing.
Errors print the call's template, never its query, and no token that was sent.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

from zoomclient.secret import Secret


class ZoomError(Exception):
    """A call that did not end well.

    call: method and path template, "POST /users/{userId}/meetings". status: HTTP, None if there was no
    answer. code: Zoom's own number in the body. request_id: Zoom's, to be quoted to its support.
    reason: a stable word for programs, such as "meeting_not_found"; message: Zoom's words, or ours.
    """

    reason: str = "unknown"

    def __init__(
        self,
        message: str = "",
        *,
        call: str = "",
        status: int | None = None,
        code: int | None = None,
        request_id: str = "",
        reason: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.call = call
        self.status = status
        self.code = code
        self.request_id = request_id
        self.reason = reason or type(self).reason

    def __str__(self) -> str:
        answer = "/".join(str(part) for part in (self.status, self.code) if part is not None)
        request = f"[request {self.request_id}]" if self.request_id else ""
        parts = (self.call, answer, self.reason, self.message, request)
        return " · ".join(part for part in parts if part)


class NotSent(ZoomError):
    """Nothing reached Zoom. retry_at: the earliest useful moment, if somebody knows it."""

    reason = "unreachable"

    def __init__(
        self,
        message: str = "",
        *,
        call: str = "",
        reason: str = "",
        retry_at: datetime | None = None,
    ) -> None:
        super().__init__(message, call=call, reason=reason)
        self.retry_at = retry_at


class OutcomeUnknown(ZoomError):
    """It was sent, or may have been; whether Zoom did it is not known. A read may simply be repeated."""

    reason = "no_answer"


class Unreadable(OutcomeUnknown):
    """Zoom, or something on the way, answered what nobody can read. body: its first 4 KiB, hidden."""

    reason = "unreadable"

    def __init__(
        self,
        message: str = "",
        *,
        call: str = "",
        status: int | None = None,
        request_id: str = "",
        reason: str = "",
        body: Secret | None = None,
    ) -> None:
        super().__init__(message, call=call, status=status, request_id=request_id, reason=reason)
        self.body = body or Secret("")


class RateLimited(ZoomError):
    """Zoom asks us to wait. retry_at: aware instant, always set.

    daily: a day's quota is spent, until 00:00 UTC. per_host: it is the host's own quota of meetings
    created and changed; per_registrant: one registrant's own quota of being added and changed; otherwise
    the account's, shared by all its applications.
    """

    reason = "rate_limited"

    def __init__(
        self,
        message: str = "",
        *,
        retry_at: datetime,
        daily: bool = False,
        per_host: bool = False,
        per_registrant: bool = False,
        call: str = "",
        status: int | None = None,
        code: int | None = None,
        request_id: str = "",
        reason: str = "",
    ) -> None:
        super().__init__(message, call=call, status=status, code=code, request_id=request_id, reason=reason)
        self.retry_at = retry_at
        self.daily = daily
        self.per_host = per_host
        self.per_registrant = per_registrant


class AccessTokenRefused(ZoomError):
    """The access token is expired or revoked, which only a refresh can tell apart."""

    reason = "access_token_refused"


class ConnectionLost(ZoomError):
    """The grant itself is gone (revoked, used up, expired): nothing but a new consent helps."""

    reason = "grant_gone"


class Refused(ZoomError):
    """Zoom understood and said no. The same call gets the same answer."""

    reason = "refused"


class NotFound(Refused):
    """reason tells what: "meeting_not_found", "user_not_found", "recording_not_found"."""

    reason = "not_found"


class Invalid(Refused):
    """fields: Zoom's field name → what it says of it. Empty where Zoom names none."""

    reason = "invalid_field"

    def __init__(
        self,
        message: str = "",
        *,
        fields: Mapping[str, str] = MappingProxyType({}),
        call: str = "",
        status: int | None = None,
        code: int | None = None,
        request_id: str = "",
        reason: str = "",
    ) -> None:
        super().__init__(message, call=call, status=status, code=code, request_id=request_id, reason=reason)
        self.fields = dict(fields)


class ScopeMissing(Refused):
    """scopes: those of which the grant needs one, as Zoom names them; empty where it names none."""

    reason = "scope_missing"

    def __init__(
        self,
        message: str = "",
        *,
        scopes: Iterable[str] = (),
        call: str = "",
        status: int | None = None,
        code: int | None = None,
        request_id: str = "",
        reason: str = "",
    ) -> None:
        super().__init__(message, call=call, status=status, code=code, request_id=request_id, reason=reason)
        self.scopes = frozenset(scopes)


class NotLicensed(Refused):
    """reason tells whose: "host_unlicensed", "paid_plan_needed", "webinar_plan_needed"."""

    reason = "host_unlicensed"


class CredentialsRefused(Refused):
    """Client id, client secret or redirect address: the operator's to mend, no user's."""

    reason = "client_refused"

"""The way out for mail: one connection for a batch, and what each answer of the server means for the row."""

from __future__ import annotations

import logging
import smtplib
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import TracebackType
from typing import Self

from django.core.mail import EmailMessage, mailers
from django.core.mail.backends.base import BaseEmailBackend

from eduraise.core import breaker
from eduraise.core.queue import back_off

log = logging.getLogger(__name__)

BREAKER = "mail"
GIVE_UP_AFTER = timedelta(hours=24)
MAY_HAVE_ARRIVED = "may_have_arrived"


@dataclass(frozen=True)
class Outcome:
    """What came of one try: the row's next state, why, and from when it may be tried again."""

    state: str
    why: str = ""
    next_at: datetime | None = None
    #: nothing could be handed over at all: the next mail would fare no better
    unreachable: bool = False


class Outgoing:
    """A batch's connection to the mail server, opened at the first mail and closed at the end."""

    def __init__(self) -> None:
        self._backend: BaseEmailBackend | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, mail: EmailMessage, attempts: int, queued_at: datetime, now: datetime) -> Outcome:
        """Hand one mail over. attempts: tries before this one; queued_at: since when it waits.

        Refused for now or out of reach: waiting, with growing pauses, for at most a day. Refused for good:
        failed. Handed over without an answer: failed, since it may have arrived.
        """
        try:
            backend = self._open()
        except OSError as problem:  # smtplib's errors are OSErrors too: no route, no TLS, wrong password
            self._close()
            breaker.failed(BREAKER, now)
            return _later(f"unreachable: {_short(problem)}", attempts, queued_at, now, unreachable=True)
        try:
            backend.send_messages([mail])
        except smtplib.SMTPRecipientsRefused as refused:
            return _refused(
                max(code for code, _text in refused.recipients.values()), attempts, queued_at, now
            )
        except smtplib.SMTPResponseException as refused:
            return _refused(refused.smtp_code, attempts, queued_at, now)
        except (smtplib.SMTPNotSupportedError, ValueError) as problem:  # an address that can't be mailed to
            return Outcome("failed", f"not_sendable: {_short(problem)}")
        except OSError as problem:
            log.warning("mail_answer_lost", extra={"problem": _short(problem)})
            self._close()
            breaker.failed(BREAKER, now)
            return Outcome("failed", MAY_HAVE_ARRIVED)
        breaker.answered(BREAKER)
        return Outcome("sent")

    def _open(self) -> BaseEmailBackend:
        """A connection that answers: servers close those that have been idle or have carried enough."""
        if self._backend is not None and not _answers(self._backend):
            self._close()
        if self._backend is None:
            self._backend = mailers["outgoing"]
        self._backend.open()
        return self._backend

    def _close(self) -> None:
        backend, self._backend = self._backend, None
        if backend is not None:
            try:
                backend.close()
            except OSError:
                log.info("mail_connection_not_closed")


def _answers(backend: BaseEmailBackend) -> bool:
    connection = getattr(backend, "connection", None)
    if not isinstance(connection, smtplib.SMTP):
        return True
    try:
        code, _text = connection.noop()
    except OSError:
        return False
    return code == 250


def _refused(code: int, attempts: int, queued_at: datetime, now: datetime) -> Outcome:
    """4xx asks to come again, 5xx is an answer that repeats (RFC 5321, 4.2.1)."""
    breaker.answered(BREAKER)
    if code >= 500:
        return Outcome("failed", f"refused: {code}")
    return _later(f"refused for now: {code}", attempts, queued_at, now)


def _later(
    why: str, attempts: int, queued_at: datetime, now: datetime, *, unreachable: bool = False
) -> Outcome:
    if now - queued_at > GIVE_UP_AFTER:
        return Outcome("failed", why, unreachable=unreachable)
    return Outcome("waiting", why, now + back_off(attempts, first=15, cap=1800), unreachable)


def _short(problem: BaseException) -> str:
    """The problem without what a server may echo: addresses, or our own password."""
    code = getattr(problem, "smtp_code", None)
    return f"{type(problem).__name__} {code}" if code else type(problem).__name__

"""Stands between us and Zoom, and notes what must never pass there."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs

import httpx
from django.db import connection
from django.test import Client

from eduraise.events.models import ZoomEvent
from eduraise.zoom.models import Revocation, ZoomUser
from tests.simulation.scene import Scene
from tests.simulation.weather import Died

# How long a pair rests after each lost answer, and after a process died over it (its lease)
RESTS = (timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
LEASE = timedelta(seconds=60)
PENDING_DIED, STORED_DIED = "zoom.tokens.answered", "events.door.stored"


@dataclass
class Spend:
    """A refresh token that was sent to Zoom. answered: its word arrived; died: nobody lived to store it."""

    at: datetime
    answered: bool = False
    died: bool = False
    retry_after: timedelta = timedelta()


class Witness(httpx.BaseTransport):
    """All calls go through it, and all webhooks. seen: what was wrong, in words."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self._through = scene, scene.sim.transport
        self.seen: list[str] = []
        self.spends: dict[str, list[Spend]] = defaultdict(list)
        self.stored: Counter[str] = Counter()
        self._depth = len(connection.savepoint_ids)
        self._last: Spend | None = None
        # What somebody else does while the next call is out
        self.meanwhile: Callable[[], None] | None = None

    # Out

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Let a call through. No transaction is open while it is away."""
        self._require_committed(f"{request.method} {request.url.path}")
        is_before = self.scene.chance.random() < 0.5 if self.meanwhile else False
        if is_before:
            self._let_others_act()
        answer = self._carry(request)
        if not is_before:
            answer.read()
            self._let_others_act()
        return answer

    def _let_others_act(self) -> None:
        others, self.meanwhile = self.meanwhile, None
        if others is not None:
            others()

    def _carry(self, request: httpx.Request) -> httpx.Response:
        token = parse_qs(request.read().decode(errors="replace")).get("refresh_token", [""])[0]
        if request.url.path != "/oauth/token" or not token:
            return self._through.handle_request(request)
        self._require_spendable(token)
        spend = self._last = Spend(self.scene.now)
        self.spends[token].append(spend)
        answer = self._through.handle_request(request)
        spend.answered = _is_word(answer)
        spend.retry_after = timedelta(seconds=int(answer.headers.get("Retry-After", "0")))
        return answer

    def _require_spendable(self, token: str) -> None:
        """It is stored, no answer to it has arrived, and it has rested since it was sent last."""
        if not _is_stored(token):
            self.seen.append("a refresh token was spent that isn't stored")
        for before in self.spends[token]:
            if before.answered and not before.died:
                self.seen.append(f"a refresh token was spent again that Zoom had answered at {before.at}")
        if self.spends[token]:
            rested, must = self.scene.now - self.spends[token][-1].at, _rest_of(self.spends[token])
            if rested < must:
                self.seen.append(f"a refresh token was spent again after {rested}, not {must}")

    def unanswered(self, token: str) -> int:
        """How often a refresh token was sent without an answer that was stored."""
        return sum(1 for spend in self.spends[token] if spend.died or not spend.answered)

    # In

    def receive(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        """Hand a webhook in. What is answered 2xx is stored by then, byte for byte."""
        digest = hashlib.sha256(body).hexdigest()
        try:
            answer = Client().generic(
                "POST", "/zoom/webhook/", body, content_type="application/json", headers=headers
            )
        except Died as death:
            self.note_death(death)
            self.stored[digest] += str(death) == STORED_DIED
            raise ConnectionResetError(str(death)) from None
        self._require_committed("a webhook was answered")
        if 200 <= answer.status_code < 300:
            self.stored[digest] += 1
            if not ZoomEvent.objects.filter(digest=digest, body=body).exists():
                self.seen.append(f"a webhook was answered {answer.status_code}, and isn't stored")
        return answer.status_code, answer.content

    def note_death(self, death: Died) -> None:
        """A process died, with all that it hadn't stored."""
        if str(death) == PENDING_DIED and self._last is not None:
            self._last.died = True

    def _require_committed(self, what: str) -> None:
        if len(connection.savepoint_ids) > self._depth:
            self.seen.append(f"{what} within a transaction")

    def untrue(self) -> Iterator[str]:
        """What was seen, and whether each delivery that came in stands there once and was counted."""
        yield from self.seen
        kept = dict(ZoomEvent.objects.values_list("digest", "copies"))
        if kept != dict(+self.stored):
            yield f"stored are {sorted(kept.items())}, taken in were {sorted(self.stored.items())}"


def _is_stored(token: str) -> bool:
    rows = (*ZoomUser.objects.exclude(refresh_token=None), *Revocation.objects.exclude(refresh_token=None))
    return any(row.refresh_token == token for row in rows)


def _is_word(answer: httpx.Response) -> bool:
    """Whether an answer says what became of a pair: it is another now, or it is dead."""
    answer.read()
    try:
        body = answer.json()
    except ValueError:
        return False
    return "access_token" in body if answer.is_success else "error" in body or "reason" in body


def _rest_of(spends: list[Spend]) -> timedelta:
    last = spends[-1]
    if last.died:
        return LEASE
    return max(last.retry_after, RESTS[min(len(spends), len(RESTS)) - 1])

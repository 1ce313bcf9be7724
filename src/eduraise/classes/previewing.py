"""What would happen if a class were saved as it is typed: said before it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes.being_there import Question, Teaching, question_of
from eduraise.classes.clashing import Clashes, clashes_of
from eduraise.classes.queries import Hearers, hearers_of
from eduraise.classes.rules import is_short_notice, notice_words, outside_days, refusal_of_hours
from eduraise.core.errors import DomainError
from eduraise.programs.enums import AutoRecording
from eduraise.programs.models import Program
from eduraise.zoom import pool
from eduraise.zoom.choosing import hosts_for, likely_host
from eduraise.zoom.enums import HostKind
from eduraise.zoom.hosts import calls_left_today, limits_of
from eduraise.zoom.models import ZoomUser

# From here on it is worth saying how many changes Zoom still takes today
FEW_CALLS = 20


@dataclass(frozen=True)
class Wish:
    """A class as far as it is typed: any part may be missing yet. but: the class itself, when it exists,
    `was`: its present hours, and `holders`: the hosts that may hold it at others."""

    program: Program
    teacher: User | None
    topic: str = ""
    starts_at: datetime | None = None
    duration: timedelta | None = None
    zone: str = ""
    auto_recording: str = AutoRecording.NONE
    but: UUID | None = None
    was: tuple[datetime, datetime] | None = None
    holders: Sequence[ZoomUser] = ()

    @property
    def starts_anew(self) -> bool:
        """Whether it would start at another time than it does."""
        return self.was is None or self.starts_at != self.was[0]

    @property
    def length(self) -> timedelta:
        """How long it would be; nothing until that is typed."""
        return self.duration or timedelta()

    @property
    def ends_at(self) -> datetime | None:
        """When it would end, if both are known."""
        if self.starts_at is None or self.duration is None:
            return None
        return self.starts_at + self.duration


@dataclass(frozen=True)
class Preview:
    """clashes: None until the hours are typed. refusal: why the program doesn't allow these hours, or "".
    outside: that they lie outside its days, or "". question: that the teacher says she is not there then.
    hearers: who hears of it. notice: how much the program asks for, where this is less and can be for a
    reason. zoom: what stands in the way of booking at all, or "". limits: what the Zoom licence means for it.
    cut_after: after how many minutes Zoom would end it, 0 if it lets it run. pool_taken: that all shared
    hosts are taken then, and when one is free; "" where one is, or where she has a Zoom of her own."""

    wish: Wish
    clashes: Clashes | None = None
    refusal: str = ""
    outside: str = ""
    question: Question | None = None
    hearers: Hearers = field(default_factory=Hearers)
    is_draft: bool = False
    notice: str = ""
    zoom: str = ""
    limits: tuple[str, ...] = field(default=())
    cut_after: int = 0
    pool_taken: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether there is a sentence to say."""
        return self.wish.ends_at is not None

    @property
    def is_over(self) -> bool:
        """Whether a clash stands in the way."""
        return self.clashes is not None and not self.clashes.is_possible

    @property
    def is_possible(self) -> bool:
        """Whether it could be saved, as far as its hours go."""
        return self.is_whole and not self.is_over and not self.refusal


def preview_of(wish: Wish, *, reader: User, now: datetime) -> Preview:
    """All that is worth knowing before saving; reads only, and asks nobody outside."""
    asked = wish.program.class_settings
    hosts, trouble = _hosts_of(wish, now)
    host = _likely(hosts, wish, now)
    clashes = None
    if wish.starts_at is not None and wish.ends_at is not None and wish.teacher is not None:
        clashes = clashes_of(
            program=wish.program,
            teacher=wish.teacher,
            host=host,
            hosts=hosts,
            starts_at=wish.starts_at,
            ends_at=wish.ends_at,
            reader=reader,
            now=now,
            but=wish.but,
        )
    refusal = _refusal(wish, now)
    is_short = wish.starts_at is not None and wish.starts_anew and is_short_notice(asked, wish.starts_at, now)
    return Preview(
        wish=wish,
        clashes=clashes,
        refusal=refusal,
        outside=outside_days(wish.program, wish.starts_at, now) if wish.starts_at else "",
        question=_question(wish, reader, now),
        hearers=hearers_of([wish.program], now),
        is_draft=wish.program.opened_at is None,
        notice=notice_words(asked) if is_short and not refusal else "",
        zoom=trouble,
        limits=tuple(_limits(wish, host, now)) if host else (),
        cut_after=_cut_after(wish, host) if host else 0,
        pool_taken=_pool_taken(hosts, wish, now) if clashes and clashes.host else "",
    )


def _refusal(wish: Wish, now: datetime) -> str:
    """Why the program doesn't allow the hours; those that a class has already are not asked about."""
    if wish.starts_at is None or wish.ends_at is None or wish.was == (wish.starts_at, wish.ends_at):
        return ""
    return refusal_of_hours(wish.program, wish.starts_at, wish.ends_at, now, is_new=wish.starts_anew)


def _question(wish: Wish, reader: User, now: datetime) -> Question | None:
    """Whether the teacher is there; of the hours that a class has already nothing is asked."""
    if wish.starts_at is None or wish.ends_at is None or wish.teacher is None:
        return None
    if wish.was == (wish.starts_at, wish.ends_at):
        return None
    teaching = Teaching(wish.teacher, wish.starts_at, wish.ends_at)
    return question_of([teaching], program=wish.program, reader=reader, now=now)


def _hosts_of(wish: Wish, now: datetime) -> tuple[list[ZoomUser], str]:
    """The hosts that the class may run on, as far as its hours are typed; or why there is none."""
    if wish.teacher is None:
        return [], ""
    try:
        hosts = hosts_for(wish.teacher, starts_at=wish.starts_at or now, length=wish.length)
    except DomainError as problem:
        return list(wish.holders), problem.message
    return list(wish.holders) or hosts, ""


def _likely(hosts: list[ZoomUser], wish: Wish, now: datetime) -> ZoomUser | None:
    starts_at = wish.starts_at or now
    return likely_host(hosts, starts_at, starts_at + wish.length, now, but=wish.but) if hosts else None


def _pool_taken(hosts: list[ZoomUser], wish: Wish, now: datetime) -> str:
    if wish.starts_at is None or not all(host.kind == HostKind.POOL for host in hosts):
        return ""
    return str(pool.busy(hosts, wish.starts_at, wish.length, now).message)


def _cut_after(wish: Wish, host: ZoomUser) -> int:
    """After how many minutes Zoom would end a class of this length; 0 if it lets it run."""
    cut = limits_of(host).cut_after_minutes
    is_cut = cut is not None and wish.duration is not None and wish.duration > timedelta(minutes=cut)
    return cut if cut is not None and is_cut else 0


def _limits(wish: Wish, host: ZoomUser, now: datetime) -> list[str]:
    limits = limits_of(host)
    found = []
    if wish.auto_recording == AutoRecording.CLOUD and not limits.has_cloud_recording:
        found.append(_("Zoom doesn’t record it in its cloud: the licence is Basic."))
    left = calls_left_today(host, now)
    if left < FEW_CALLS:
        found.append(_("Zoom takes %(number)d more changes for this Zoom user today.") % {"number": left})
    return found

"""Asking before a class is put where its teacher says that she is not there: it is a question, no refusal.

Who may plan for her reads why; others read that she is not available, and no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.access.rules import may_plan_for
from eduraise.accounts.models import User
from eduraise.core.errors import DomainError
from eduraise.programs.availability import stated_times
from eduraise.programs.availability_words import absence_words
from eduraise.programs.models import Program
from eduraise.programs.stated_times import Absence


class NotThere(DomainError):
    """The teacher is off then, or it lies outside her hours, and nobody has agreed to that yet."""

    code = "not_there"

    def __init__(self, question: Question) -> None:
        said = _("%(why)s. Choose another time, or tick the box.") % {"why": question.words}
        super().__init__(said, field="despite")
        self.question = question


class Teaching(NamedTuple):
    """Somebody who would teach from–until."""

    teacher: User
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Question:
    """What is asked. key: what is agreed to; other hours are another question. words: why, as far as the
    reader may know; note: what the teacher wrote to it, for those who plan for her."""

    key: str
    words: str
    note: str = ""


def question_of(
    wanted: Sequence[Teaching], *, program: Program, reader: User, now: datetime
) -> Question | None:
    """What is to be asked before somebody teaches then, of one class or several; None if she is there.

    The same few queries for any number of classes.
    """
    stated = stated_times({one.teacher for one in wanted})
    away = [
        (one, absence)
        for one in wanted
        if one.teacher.pk in stated
        and (absence := stated[one.teacher.pk].absence(one.starts_at, one.ends_at)) is not None
    ]
    if not away:
        return None
    (first, absence), number = away[0], len(away)
    knows_why = may_plan_for(reader, first.teacher, program, now)
    words = absence_words(
        absence, first.teacher.name, knows_why=knows_why, is_own=reader == first.teacher, now=now
    )
    if len(wanted) > 1:
        said = {"n": number, "all": len(wanted), "why": words}
        words = (
            ngettext("%(n)d of %(all)d classes: %(why)s", "%(n)d of %(all)d classes: %(why)s", number) % said
        )
    return Question(_key(one for one, _why in away), words, _note(absence, knows_why=knows_why))


def require_there(
    wanted: Sequence[Teaching], *, program: Program, by: User, now: datetime, despite: str | None
) -> None:
    """Refuse hours at which a teacher is not there until that is agreed to.

    despite: the key of the question that was agreed to; None: nobody is there to be asked. Raises NotThere.
    """
    if despite is None:
        return
    question = question_of(wanted, program=program, reader=by, now=now)
    if question is not None and question.key != despite:
        raise NotThere(question)


def _key(wanted: Iterable[Teaching]) -> str:
    spans = sorted(
        f"{teacher.pk} {since.timestamp()} {until.timestamp()}" for teacher, since, until in wanted
    )
    return sha256("|".join(spans).encode()).hexdigest()[:20]


def _note(absence: Absence, *, knows_why: bool) -> str:
    return absence.off.note if knows_why and absence.off else ""

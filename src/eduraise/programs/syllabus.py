"""The topics of a program in their order: added, changed, put elsewhere.

Which class has which topic is not kept: the k-th class that isn't cancelled takes the k-th topic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.core import audit
from eduraise.core.errors import Changed, DomainError
from eduraise.programs.actions import differing
from eduraise.programs.holiday_rules import tidy
from eduraise.programs.locking import lock_seen, lock_unarchived
from eduraise.programs.models import Material, Program, SyllabusTopic

#: Room left between two topics, so that another one is put there in one update.
GAP = 1024
LONGEST_TITLE = 150
MOST_TOPICS = 500
# “1. ”, “12) ”, “- ” before a title, as lists have it that people paste; pages number topics themselves
_NUMBER = re.compile(r"^\s*(?:\d{1,3}[.):]|[-–*•])\s+")


class UnfitTopics(DomainError):
    """Titles that can't be taken. problems: each of them."""

    code = "unfit_topics"

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems), field="titles")
        self.problems = problems


def read_titles(text: str) -> list[str]:
    """The titles of a text, one a line, without numbers before them. Raises UnfitTopics, naming each line."""
    lines = [
        (number, tidy(_NUMBER.sub("", line)))
        for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1)
        if line.strip()
    ]
    problems = [
        _("Line %(number)d is longer than %(most)d letters.") % {"number": number, "most": LONGEST_TITLE}
        for number, title in lines
        if len(title) > LONGEST_TITLE
    ]
    titles = [title for _number, title in lines if title]
    if not titles:
        problems = [_("Write a topic a line.")]
    if problems:
        raise UnfitTopics(problems[:20])
    return titles


@transaction.atomic
def add_topics(*, program: Program, titles: Sequence[str], by: User, now: datetime) -> list[SyllabusTopic]:
    """Put topics at the end of a program's syllabus, in this order. Raises ProgramArchived, UnfitTopics."""
    program = lock_unarchived(program)
    there = SyllabusTopic.objects.present().filter(program=program)
    if there.count() + len(titles) > MOST_TOPICS:
        raise UnfitTopics([_("A syllabus has %(most)d topics at most.") % {"most": MOST_TOPICS}])
    last = there.aggregate(last=Max("position"))["last"] or 0
    made = SyllabusTopic.objects.bulk_create(
        SyllabusTopic(program=program, position=last + GAP * place, title=title, created_at=now)
        for place, title in enumerate(titles, 1)
    )
    audit.record_all("topic.added", by=by, at=now, things=made, program_uid=program.uid)
    return made


@transaction.atomic
def change_topic(
    *,
    topic: SyllabusTopic,
    seen_version: int,
    title: str,
    notes: str,
    materials: Iterable[Material],
    place: int,
    by: User,
    now: datetime,
) -> SyllabusTopic:
    """Change a topic, the materials that go with it, and its place in the order, from 1.

    materials: of the program; one that went with another topic goes with this one from now on. seen_version:
    what the person saw. Raises ProgramArchived, Changed if it was removed, ChangedMeanwhile.
    """
    program = lock_unarchived(topic.program)
    current = lock_seen(SyllabusTopic.objects.filter(program=program), topic.pk, seen_version)
    if current.removed_at is not None:
        raise Changed(_("This topic was removed meanwhile."))
    before, after = differing(current, {"title": title, "notes": notes})
    current.title, current.notes, current.version = title, notes, seen_version + 1
    current.save(update_fields=["title", "notes", "version"])
    _give(current, [material.pk for material in materials])
    _put(current, place - 1)
    audit.record(
        "topic.changed", by=by, thing=current, at=now, program_uid=program.uid, before=before, after=after
    )
    return current


def _give(topic: SyllabusTopic, materials: list[int]) -> None:
    """Let exactly these materials go with the topic."""
    shared = Material.objects.present().filter(program=topic.program_id, assignment__isnull=True)
    shared.filter(topic=topic).exclude(pk__in=materials).update(topic=None)
    shared.filter(pk__in=materials).update(topic=topic)


@transaction.atomic
def move_topic(*, topic: SyllabusTopic, is_up: bool, by: User, now: datetime) -> None:
    """Put a topic one place up or down. At the end of the list nothing happens. Raises ProgramArchived."""
    program = lock_unarchived(topic.program)
    order = [one.pk for one in _in_order(topic)]
    if topic.pk not in order or not _put(topic, order.index(topic.pk) + (-1 if is_up else 1)):
        return
    audit.record(
        "topic.moved",
        by=by,
        thing=topic,
        at=now,
        program_uid=program.uid,
        before={"title": topic.title},
    )


def _put(topic: SyllabusTopic, place: int) -> bool:
    """Put a topic at a place, from 0, of its program's; whether that is another than it had.

    One update where its new neighbours leave room; where they don't, all are spaced afresh.
    """
    order = _in_order(topic)
    others = [one for one in order if one.pk != topic.pk]
    place = min(max(place, 0), len(others))
    if order[place].pk == topic.pk:
        return False
    before = others[place - 1].position if place else 0
    after = others[place].position if place < len(others) else before + 2 * GAP
    middle = (before + after) // 2
    if before < middle < after:
        SyllabusTopic.objects.filter(pk=topic.pk).update(position=middle)
        return True
    others.insert(place, topic)
    for number, one in enumerate(others, 1):
        one.position = GAP * number
    SyllabusTopic.objects.bulk_update(others, ["position"])
    return True


def _in_order(topic: SyllabusTopic) -> list[SyllabusTopic]:
    rows = SyllabusTopic.objects.present().filter(program=topic.program_id)
    return list(rows.only("pk", "position").in_order())

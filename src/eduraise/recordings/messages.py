"""Students hear once that a recording can be watched; teachers, before one goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.classes.words import when_words
from eduraise.notifications import registry
from eduraise.notifications.models import Message
from eduraise.recordings import queries
from eduraise.recordings.models import Recording
from eduraise.ui import times
from eduraise.ui.letters import Letter

READY, GOES = "recording.ready", "recording.goes"


def register_kinds() -> None:
    """Name the kinds to the room that sends them."""
    registry.register(
        READY,
        label=gettext_lazy("A recording of a class can be watched"),
        words=words_of_ready,
        still_true=can_be_watched,
        allowed=who_know_it,
        optional=True,
    )
    registry.register(
        GOES,
        label=gettext_lazy("A recording is about to be deleted at Zoom"),
        words=words_of_going,
        still_true=still_goes,
        allowed=who_know_it,
    )


def can_be_watched(message: Message, now: datetime) -> bool:
    """Whether there is something to watch."""
    if message.thing_uid is None:
        return False
    found = Recording.objects.with_media().filter(uid=message.thing_uid, removed_at__isnull=True).first()
    return found is not None and (found.has_media or bool(found.link))


def still_goes(message: Message, now: datetime) -> bool:
    """Whether it is still to go."""
    if message.thing_uid is None:
        return False
    found = Recording.objects.filter(uid=message.thing_uid).first()
    return found is not None and found.goes_on is not None


def who_know_it(messages: Sequence[Message], now: datetime) -> set[int]:
    """Whoever may know of the recording when it is shown or sent."""
    prefetch_related_objects(messages, "person")
    allowed = set()
    for person in {message.person for message in messages}:
        own = [message for message in messages if message.person_id == person.pk]
        rows = queries.known_to(person, now).filter(
            uid__in=[each.thing_uid for each in own if each.thing_uid]
        )
        known = set(rows.values_list("uid", flat=True))
        allowed |= {message.pk for message in own if message.thing_uid in known}
    return allowed


def words_of_ready(messages: Sequence[Message], now: datetime) -> Mapping[int, Letter]:
    """Of which class it is."""
    return {
        key: Letter(
            title=_("Watch the recording: %(topic)s") % {"topic": recording.session.title},
            facts=_facts(recording, now),
            verb=_("Watch it"),
            path=reverse("recordings:recording", args=[recording.uid]),
        )
        for key, recording in _of(messages, now)
    }


def words_of_going(messages: Sequence[Message], now: datetime) -> Mapping[int, Letter]:
    """When it goes, and how to keep it."""
    letters = {}
    for key, recording in _of(messages, now):
        if recording.goes_on is None:
            continue
        today = timezone.localdate(now)
        words = {"topic": recording.session.title, "day": times.long_day(recording.goes_on, today)}
        letters[key] = Letter(
            title=(
                _("A recording was to be deleted on %(day)s: %(topic)s")
                if recording.goes_on < today
                else _("A recording is deleted on %(day)s: %(topic)s")
            )
            % words,
            sentences=(
                _("For another 30 days Zoom’s trash can give it back."),
                _("If it is to stay, open it and press Keep it."),
            ),
            facts=_facts(recording, now),
            verb=_("Open it"),
            path=reverse("recordings:recording", args=[recording.uid]),
        )
    return letters


def _facts(recording: Recording, now: datetime) -> tuple[tuple[str, str], ...]:
    facts = [
        (_("Class"), recording.session.title),
        (_("When"), when_words(recording.session, now)),
        (_("Program"), recording.program.title),
    ]
    if recording.minutes:
        facts.append((_("Length"), times.length(timedelta(minutes=recording.minutes))))
    return tuple(facts)


def _of(messages: Sequence[Message], now: datetime) -> list[tuple[int, Recording]]:
    """Each message with its recording, where there still is one; two queries."""
    uids = [message.thing_uid for message in messages if message.thing_uid]
    rows = Recording.objects.filter(uid__in=uids, removed_at__isnull=True)
    found = {row.uid: row for row in rows.select_related("session", "program")}
    queries.name_classes(found.values(), now)
    return [
        (message.pk, found[message.thing_uid])
        for message in messages
        if message.thing_uid is not None and message.thing_uid in found
    ]

"""Addresses for calendar programs: made, replaced, removed, fetched."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse

from eduraise.access import rules
from eduraise.accounts.models import User
from eduraise.calendars.models import Feed, MailedCalendar, SentEntry
from eduraise.core import audit
from eduraise.core.codes import new_token
from eduraise.programs.models import Program

# Programs come each hour or so: when they last came is kept no finer than this
NOTED_EVERY = timedelta(hours=6)


def hash_of(secret: str) -> str:
    """What a feed is found by. The secret is random and long: a plain hash can't be turned back."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def address_of(feed: Feed) -> str:
    """The whole address, for its owner alone."""
    return f"{settings.BASE_URL}{reverse('calendars:feed', args=[feed.secret])}"


@transaction.atomic
def make_feed(*, person: User, program: Program | None, now: datetime) -> Feed:
    """The person's address for her classes, or for those of one program; the one that she has, if she has.
    Invitations end where they would be to the same classes."""
    secret = new_token()
    feed, is_new = Feed.objects.get_or_create(
        person=person,
        program=program,
        defaults={"secret_hash": hash_of(secret), "secret": secret, "made_at": now},
    )
    if program is None or _own_programs(person, now).filter(pk=program.pk).exists():
        end_invitations(person=person, now=now)
    if is_new:
        audit.record("feed.made", by=person, thing=feed, program_uid=_uid(program), at=now)
    return feed


@transaction.atomic
def replace_feed(*, feed: Feed, now: datetime) -> None:
    """Give a feed another address. The former one is dead from now on."""
    feed.secret = new_token()
    feed.secret_hash = hash_of(feed.secret)
    feed.replaced_at, feed.fetched_at = now, None
    feed.save(update_fields=["secret", "secret_hash", "replaced_at", "fetched_at"])
    audit.record("feed.replaced", by=feed.person, thing=feed, program_uid=_uid(feed.program), at=now)


@transaction.atomic
def remove_feed(*, feed: Feed, now: datetime) -> None:
    """Take an address away. It is dead from now on."""
    audit.record("feed.removed", by=feed.person, thing=feed, program_uid=_uid(feed.program), at=now)
    feed.delete()


def end_feeds(*, person: User, now: datetime) -> int:
    """Take away a person's addresses for classes that she is invited to, all or one program's; how many. What
    an admin merely looks at stays."""
    hers = Q(program__isnull=True) | Q(program__in=_own_programs(person, now))
    feeds = list(Feed.objects.filter(hers, person=person).select_related("person", "program").order_by("pk"))
    for feed in feeds:
        remove_feed(feed=feed, now=now)
    return len(feeds)


@transaction.atomic
def end_invitations(*, person: User, now: datetime) -> bool:
    """Send a person no more invitations; whether she had any. What she has stays in her calendar."""
    ended, _rows = MailedCalendar.objects.filter(person=person).delete()
    SentEntry.objects.filter(person=person).delete()
    if ended:
        audit.record("invitations.ended", by=person, thing=person, at=now)
    return bool(ended)


def note_fetched(*, feed: Feed, now: datetime) -> None:
    """Keep that a program came, for the owner to see whether one does."""
    if feed.fetched_at is None or feed.fetched_at <= now - NOTED_EVERY:
        seldom = Q(fetched_at__isnull=True) | Q(fetched_at__lte=now - NOTED_EVERY)
        Feed.objects.filter(seldom, pk=feed.pk, secret_hash=feed.secret_hash).update(fetched_at=now)


def _own_programs(person: User, now: datetime) -> QuerySet[Program]:
    taught, attended = rules.taught_programs(person, now), rules.attended_programs(person, now)
    return Program.objects.filter(Q(pk__in=taught.values("pk")) | Q(pk__in=attended.values("pk")))


def _uid(program: Program | None) -> UUID | None:
    return program.uid if program else None

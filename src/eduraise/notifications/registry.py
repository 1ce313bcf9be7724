"""Kinds of message. A room that sends registers its kinds in `AppConfig.ready`:

    registry.register(
        "class.moved",
        label=_("A class is moved or cancelled"),
        words=words_of_moved,               # (messages, now) -> {message.pk: Letter}
        still_true=is_still_moved,          # (message, now) -> bool, asked when it is sent
        allowed=who_may_see_the_class,      # (messages, now) -> pks; asked when shown and when sent
        overtakes={"class.booked"},
    )

A message keeps the facts that it was made with. `words` makes the sentences, for a page of messages at once,
in the language and zone that are active; what it leaves out can't be told any more (its thing is gone) and is
not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.utils.functional import Promise

from eduraise.notifications.models import Delivery, Message
from eduraise.ui.letters import Letter

type Words = Callable[[Sequence[Message], datetime], Mapping[int, Letter]]
type StillTrue = Callable[[Message, datetime], bool]
type Allowed = Callable[[Sequence[Message], datetime], Collection[int]]
type About = Callable[[Sequence[Message]], Mapping[int, Collection[UUID]]]


class UnknownKind(LookupError):
    """A kind that no room registered."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of message, as its room registered it."""

    name: str
    label: str | Promise
    words: Words
    still_true: StillTrue
    allowed: Allowed
    channels: tuple[str, ...]
    overtakes: frozenset[str]
    optional: bool
    about: About | None


_kinds: dict[str, Kind] = {}


def register(
    kind: str,
    *,
    label: str | Promise,
    words: Words,
    still_true: StillTrue,
    allowed: Allowed,
    channels: Sequence[str] = (Delivery.Channel.MAIL,),
    overtakes: Iterable[str] = (),
    optional: bool = False,
    about: About | None = None,
) -> Kind:
    """Add a kind; registering a name again replaces it.

    kind: dotted, the room's word first. label: what such messages are about, in a list of kinds.
    channels: beside the bell, which always shows it; () for the bell alone.
    overtakes: kinds whose unsent messages about the same thing a new one replaces; its own kind always.
    optional: people may turn its mails off; each mail carries a link that does.
    about: the things whose change each message tells, where another mail about them may carry its words, so
    that no second one is sent (`carrying`). None: each is a mail of its own.
    """
    entry = Kind(
        name=kind,
        label=label,
        words=words,
        still_true=still_true,
        allowed=allowed,
        channels=tuple(channels),
        overtakes=frozenset(overtakes) | {kind},
        optional=optional,
        about=about,
    )
    _kinds[kind] = entry
    return entry


def kind_of(name: str) -> Kind:
    """The kind with this name. Raises UnknownKind."""
    try:
        return _kinds[name]
    except KeyError:
        raise UnknownKind(f"no room registered messages of the kind {name!r}") from None


def known(name: str) -> bool:
    """Whether a room registered this kind."""
    return name in _kinds


def kinds() -> list[Kind]:
    """All kinds, in the order of their names."""
    return sorted(_kinds.values(), key=lambda kind: kind.name)


def optional_kinds() -> list[Kind]:
    """The kinds whose mails people may turn off, in the order of their names."""
    return [kind for kind in kinds() if kind.optional]


def own_thing(messages: Sequence[Message]) -> dict[int, set[UUID]]:
    """For `about`: each message tells of its thing alone."""
    return {message.pk: {message.thing_uid} for message in messages if message.thing_uid}


def always(message: Message, now: datetime) -> bool:
    """For `still_true`: a fact that can't become untrue."""
    return True


def everyone(messages: Sequence[Message], now: datetime) -> set[int]:
    """For `allowed`: whoever it was written to may see it, whatever happens later."""
    return {message.pk for message in messages}


def admins(messages: Sequence[Message], now: datetime) -> set[int]:
    """Whoever is an admin when it is shown or sent."""
    prefetch_related_objects(messages, "person")
    return {message.pk for message in messages if message.person.is_admin}

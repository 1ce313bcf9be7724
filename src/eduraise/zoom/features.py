"""What each feature needs of an app at Zoom: one whose scopes lack is switched off alone, and that is said.

Without those of `CLASSES` no connection is made. Which a grant has, its own list says, in granular or in
classic names; what Zoom refuses all the same is off only where it is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from eduraise.zoom.models import ZoomUser
from zoomclient import (
    PARTICIPANT_EVENTS,
    RECORDING_EVENTS,
    Operation,
    Subscription,
    missing_scopes,
    operations,
)


@dataclass(frozen=True)
class Feature:
    """needs: the operations that it calls, and the events that it hears; without: what is so where they are
    not allowed.
    """

    name: str
    title: str | Promise
    needs: tuple[Operation | Subscription, ...]
    without: str | Promise

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes to add, by their granular names."""
        return missing_scopes((), self.needs)

    @property
    def classic_scopes(self) -> tuple[str, ...]:
        """The same by the names of older apps."""
        return tuple(sorted({_usual(operation.classic) for operation in self.needs if operation.classic}))

    def lacking(self, granted: Iterable[str]) -> tuple[str, ...]:
        """Those that a grant with these scopes lacks; none where its list isn't known."""
        have = frozenset(granted)
        return missing_scopes(have, self.needs) if have else ()


def _usual(classic: frozenset[str]) -> str:
    """Of the scopes of which each will do, one that people can give: not what only an owner has."""
    return min(classic, key=lambda one: (":" not in one, one))


CLASSES = Feature(
    "classes",
    _("Book, move and cancel classes"),
    (
        operations.GET_USER,
        operations.LIST_MEETINGS,
        operations.CREATE_MEETING,
        operations.GET_MEETING,
        operations.UPDATE_MEETING,
        operations.DELETE_MEETING,
    ),
    _("Nothing works without these."),
)
SEATS = Feature(
    "seats",
    _("Know how many fit into a class"),
    (operations.GET_USER_SETTINGS,),
    _("A hundred people are taken for the most that fit in."),
)
REGISTRATION = Feature(
    "registration",
    _("Register students by name"),
    (operations.ADD_REGISTRANT, operations.ADD_REGISTRANTS, operations.UPDATE_REGISTRANTS_STATUS),
    _("Students join by the common link, and nobody is registered."),
)
RECORDINGS = Feature(
    "recordings",
    _("Show and keep recordings of classes"),
    (
        operations.LIST_RECORDINGS,
        operations.GET_RECORDING,
        operations.GET_RECORDING_SETTINGS,
        operations.UPDATE_RECORDING_SETTINGS,
        operations.DELETE_RECORDING,
        operations.RECOVER_RECORDING,
        RECORDING_EVENTS,
    ),
    _("Recordings stay at Zoom, where teachers share them by hand."),
)
CONTROL = Feature(
    "recording_control",
    _("Start and stop recordings"),
    (operations.IN_MEETING_CONTROL,),
    _("Recordings are started and stopped in Zoom alone."),
)
PRESENCE = Feature(
    "presence",
    _("Hear who comes into a class"),
    (PARTICIPANT_EVENTS,),
    _("Zoom’s events tell that a class has begun and ended, and not who came when."),
)
WHO_CAME = Feature(
    "who_came",
    _("Read who was in a class"),
    (operations.LIST_PAST_INSTANCES, operations.GET_PAST_MEETING, operations.LIST_PAST_PARTICIPANTS),
    _("Who came is known by Zoom’s events alone; what they miss stays unknown."),
)
# Zoom's reports are an account's own: no teacher's connection can have them
REPORTS = Feature(
    "reports",
    _("Read Zoom’s reports"),
    (operations.REPORT_PARTICIPANTS,),
    _("Who was in a class is read from each host’s list, without breakout rooms."),
)
FEATURES = (CLASSES, SEATS, REGISTRATION, WHO_CAME, RECORDINGS, CONTROL, PRESENCE)
ALL_SCOPES = tuple(scope for feature in FEATURES for scope in feature.scopes)


def too_wide(granted: Iterable[str]) -> tuple[str, ...]:
    """Scopes over a whole account, which no teacher's own connection may have: they come of an app of another
    kind, or of a slip in its set-up.
    """
    return tuple(sorted(scope for scope in granted if scope.endswith((":admin", ":master"))))


def granted_to(host: ZoomUser) -> list[str]:
    """The scopes by which a host is called."""
    scopes: list[str] = host.account.scopes if host.by_account else host.scopes
    return scopes


def may(host: ZoomUser, feature: Feature) -> bool:
    """Whether a feature is on for a host, as far as its grant's own list says."""
    return not feature.lacking(granted_to(host))


def switched_off(host: ZoomUser) -> list[Feature]:
    """The features that are off for a host because scopes lack."""
    return [feature for feature in FEATURES if not may(host, feature)]

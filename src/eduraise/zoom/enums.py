"""The fixed words of the link with Zoom."""

from __future__ import annotations

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Plan(models.TextChoices):
    """A Zoom account's plan, as the admin states it."""

    FREE = "free", _("Basic (free)")
    PRO = "pro", _("Pro")
    BUSINESS = "business", _("Business")
    EDUCATION = "education", _("Education")


class Licence(models.TextChoices):
    """A host's licence, as Zoom says."""

    BASIC = "basic", _("Basic")
    LICENSED = "licensed", _("Licensed")
    NONE = "none", _("No meetings licence")
    UNKNOWN = "unknown", _("Not known yet")


class HostState(models.TextChoices):
    """How things stand between us and a host's Zoom."""

    KNOWN = "known", _("Known")
    CONNECTED = "connected", _("Connected")
    DOUBTFUL = "doubtful", _("Zoom is not answering")
    LOST = "lost", _("Must be connected again")
    CLOSED = "closed", _("Disconnected")
    GONE = "gone", _("No longer at Zoom")


USABLE = (HostState.CONNECTED, HostState.DOUBTFUL)
# What somebody must mend
BROKEN = (HostState.LOST, HostState.GONE)


class HostKind(models.TextChoices):
    """A person's Zoom, or a service host of a pool."""

    PERSON = "person", _("Person")
    POOL = "pool", _("Pool")


class Way(models.TextChoices):
    """How somebody holds a class that was booked for another."""

    OWN = "own", _("On their own Zoom")
    SHARED = "shared", _("On a shared Zoom host")
    TRANSFER = "transfer", _("The meeting goes to their Zoom user")
    ALTERNATIVE = "alternative", _("As alternative host of the meeting that stands")


class OperationKind(models.TextChoices):
    """What is wanted at Zoom."""

    CREATE = "create", _("Book the meeting")
    UPDATE = "update", _("Change the meeting")
    DELETE = "delete", _("Remove the meeting")
    END = "end", _("End the meeting")
    UPDATE_ONE = "update_one", _("Change one date of the series")
    DELETE_ONE = "delete_one", _("Remove one date of the series")
    SHORTEN = "shorten", _("End the series earlier")
    TRANSFER = "transfer", _("Hand the meeting to another host")
    ALTERNATES = "alternates", _("Change who else may host the meeting")
    RECORD = "record", _("Start or stop the recording")


class Why(models.TextChoices):
    """Why an operation was wanted, where it was not by a person's change."""

    PERSON = "", _("A change made here")
    UNLIKE = "unlike", _("Zoom holds it otherwise than it was asked to")
    STRAY = "stray", _("Nobody is sent to it")
    PREFLIGHT = "preflight", _("Found less guarded before its class")
    REGISTRATION = "registration", _("The program’s choice of who registers")
    ROOMS = "rooms", _("Who goes to which breakout room")


# What keeps strangers out of a meeting
PASSCODE, WAITING_ROOM = "passcode", "waiting_room"
# These wish for settings alone: a time that somebody chose at Zoom meanwhile is left to people.
OF_SETTINGS = (Why.PREFLIGHT, Why.REGISTRATION, Why.ROOMS)
# Kinds that change a meeting's shape: one at a time for each meeting, in order.
SHAPE_KINDS = (
    OperationKind.CREATE,
    OperationKind.UPDATE,
    OperationKind.DELETE,
    OperationKind.UPDATE_ONE,
    OperationKind.DELETE_ONE,
    OperationKind.SHORTEN,
    OperationKind.TRANSFER,
    OperationKind.ALTERNATES,
)
# Kinds that are about who hosts a meeting, and nothing else of it.
OF_HOSTS = (OperationKind.TRANSFER, OperationKind.ALTERNATES)
# Kinds that can be sent only of a meeting that Zoom holds.
CHANGES = tuple(kind for kind in SHAPE_KINDS if kind not in (OperationKind.CREATE, OperationKind.DELETE))
# Kinds that are of no use after their time: a class that waits is booked late, not a talk recorded.
TIMELY = (OperationKind.CREATE, OperationKind.RECORD)
# Kinds that Zoom counts in a host's hundred of a day.
COUNTED = (
    OperationKind.CREATE,
    OperationKind.UPDATE,
    OperationKind.UPDATE_ONE,
    OperationKind.SHORTEN,
    *OF_HOSTS,
)
# Kinds that are of one date of a series.
OF_ONE_DATE = (OperationKind.UPDATE_ONE, OperationKind.DELETE_ONE)


class OperationState(models.TextChoices):
    """Where an operation stands."""

    PENDING = "pending", _("Waiting")
    CALLING = "calling", _("Being done")
    UNKNOWN = "unknown", _("Being checked")
    DONE = "done", _("Done")
    FAILED = "failed", _("Refused by Zoom")
    GIVEN_UP = "given_up", _("Given up")
    WITHDRAWN = "withdrawn", _("Undone before it was sent")
    OVERTAKEN = "overtaken", _("Overtaken by a later wish")


OPEN_STATES = (OperationState.PENDING, OperationState.CALLING, OperationState.UNKNOWN)


class RecordingWish(models.TextChoices):
    """What is wanted of a running meeting's recording in the cloud."""

    START = "start", _("Record")
    STOP = "stop", _("Don’t record any more")


class RecordingState(models.TextChoices):
    """How the recording of a sitting stands, as Zoom's events tell; "" where none told of it."""

    ON = "on", _("Being recorded")
    PAUSED = "paused", _("Recording paused")
    OFF = "off", _("Not being recorded any more")


class RegistrantState(models.TextChoices):
    """Where somebody's registration for a meeting stands."""

    WANTED = "wanted", _("Being registered")
    REGISTERED = "registered", _("Registered")
    RENEW_WANTED = "renew_wanted", _("Getting another link")
    CANCEL_WANTED = "cancel_wanted", _("Being taken off")
    CANCELLED = "cancelled", _("Taken off")
    IMPOSSIBLE = "impossible", _("Can’t be registered")


class Outcome(StrEnum):
    """What became of a return from Zoom; each has its own words on the page."""

    CONNECTED = "connected"
    TO_CONFIRM = "to_confirm"
    REFUSED = "refused"
    NOT_STARTED_HERE = "not_started_here"
    EXPIRED = "expired"
    HELD_BY_ANOTHER = "held_by_another"
    SCOPES_MISSING = "scopes_missing"
    TOO_WIDE = "too_wide"
    CODE_SPENT = "code_spent"
    WRONG_CREDENTIALS = "wrong_credentials"
    REDIRECT_MISMATCH = "redirect_mismatch"
    ZOOM_SAID_NO = "zoom_said_no"
    UNREACHABLE = "unreachable"

"""What is sent to Zoom, checked before it leaves: a meeting to create, what to change of it or of one
sitting.
"""

from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from zoomclient.models import MeetingSettings, MeetingType
from zoomclient.recurrence import Recurrence
from zoomclient.start_time import series_wall_time, wall_time, zone


def _whole_minutes(duration: timedelta) -> timedelta:
    if duration % timedelta(minutes=1) or not timedelta(minutes=1) <= duration <= timedelta(minutes=1440):
        raise ValueError("Zoom takes 1 to 1440 whole minutes.")
    return duration


def _known_zone(name: str) -> str:
    zone(name)
    return name


type Minutes = Annotated[timedelta, AfterValidator(_whole_minutes)]
type ZoneName = Annotated[str, AfterValidator(_known_zone)]
type Topic = Annotated[str, Field(min_length=1, max_length=200)]
type Agenda = Annotated[str, Field(max_length=2000)]
type Passcode = Annotated[str, Field(min_length=1, max_length=10)]


class Sent(BaseModel):
    """What may be sent: nothing but what is declared, within Zoom's bounds."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class MeetingDraft(Sent):
    """A meeting to create: single, or a series if `recurrence` is given.

    starts_at: aware, whole seconds, sent as the wall time of `timezone`. Zoom turns a start in the past into
    "now" without an error. password: None leaves it to the account's rules; default_password: let Zoom make
    one.
    """

    topic: Topic
    starts_at: AwareDatetime
    duration: Minutes
    timezone: ZoneName
    agenda: Agenda = ""
    password: Passcode | None = Field(default=None, repr=False)
    default_password: bool | None = None
    settings: MeetingSettings = Field(default_factory=MeetingSettings)
    recurrence: Recurrence | None = None

    def body(self) -> dict[str, Any]:
        """As Zoom wants it."""
        fields = {
            "topic": self.topic,
            "type": int(MeetingType.RECURRING if self.recurrence else MeetingType.SCHEDULED),
            "agenda": self.agenda,
            "password": self.password,
            "default_password": self.default_password,
            "duration": _minutes(self.duration),
            "settings": self.settings.body(),
            "recurrence": self.recurrence.body() if self.recurrence else None,
            **_when(self.starts_at, self.timezone, is_series=self.recurrence is not None),
        }
        return {name: value for name, value in fields.items() if value is not None}


class MeetingChange(Sent):
    """What to change of a meeting or of a whole series; what is None stays.

    schedule_for: e-mail or id of the user whose meeting it becomes; number, link, passcode and dates stay.
    Zoom refuses it unless the host may schedule for that user ("cannot_schedule_for").

    starts_at needs `timezone`. Changing a series' times needs `recurrence`, whole: Zoom then gives its
    occurrences new ids and forgets what was changed in single ones. Zoom ignores a start in the past.
    """

    topic: Topic | None = None
    starts_at: AwareDatetime | None = None
    duration: Minutes | None = None
    timezone: ZoneName | None = None
    agenda: Agenda | None = None
    password: Passcode | None = Field(default=None, repr=False)
    settings: MeetingSettings | None = None
    recurrence: Recurrence | None = None
    schedule_for: Annotated[str, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _time_has_zone(self) -> Self:
        _require_zone(self.starts_at, self.timezone)
        return self

    def body(self) -> dict[str, Any]:
        """As Zoom wants it: only what changes."""
        fields = {
            "schedule_for": self.schedule_for,
            "topic": self.topic,
            "agenda": self.agenda,
            "password": self.password,
            "duration": _minutes(self.duration),
            "settings": self.settings.body() if self.settings else None,
            "recurrence": self.recurrence.body() if self.recurrence else None,
            **_when(self.starts_at, self.timezone, is_series=self.recurrence is not None),
        }
        return {name: value for name, value in fields.items() if value is not None}


class OccurrenceChange(Sent):
    """What to change of one sitting of a series: the little that Zoom lets differ there."""

    CHANGEABLE: ClassVar[frozenset[str]] = frozenset(
        {
            "host_video",
            "participant_video",
            "join_before_host",
            "mute_upon_entry",
            "waiting_room",
            "watermark",
            "auto_recording",
        }
    )

    starts_at: AwareDatetime | None = None
    timezone: ZoneName | None = None
    duration: Minutes | None = None
    agenda: Agenda | None = None
    settings: MeetingSettings | None = None

    @model_validator(mode="after")
    def _time_has_zone(self) -> Self:
        _require_zone(self.starts_at, self.timezone)
        return self

    @model_validator(mode="after")
    def _settings_may_differ(self) -> Self:
        fixed = set(self.settings.body() if self.settings else {}) - self.CHANGEABLE
        if fixed:
            raise ValueError(f"Zoom holds these for the whole series only: {', '.join(sorted(fixed))}.")
        return self

    def body(self) -> dict[str, Any]:
        """As Zoom wants it: only what changes."""
        fields = {
            "agenda": self.agenda,
            "duration": _minutes(self.duration),
            "settings": self.settings.body() if self.settings else None,
            **_when(self.starts_at, self.timezone, is_series=False),
        }
        return {name: value for name, value in fields.items() if value is not None}


def _require_zone(starts_at: datetime | None, timezone: str | None) -> None:
    if starts_at is not None and timezone is None:
        raise ValueError("A start needs its zone.")


def _minutes(duration: timedelta | None) -> int | None:
    return None if duration is None else duration // timedelta(minutes=1)


def _when(starts_at: datetime | None, timezone: str | None, *, is_series: bool) -> dict[str, Any]:
    if starts_at is None or timezone is None:
        return {"timezone": timezone}
    return series_wall_time(starts_at, timezone) if is_series else wall_time(starts_at, timezone)

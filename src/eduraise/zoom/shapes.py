"""Our words for a meeting, in Zoom's, and back. The one place that knows both."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from eduraise.programs.enums import AutoRecording, Entry
from eduraise.zoom import features
from eduraise.zoom.enums import PASSCODE, WAITING_ROOM, Licence
from eduraise.zoom.models import ZoomMeeting, ZoomOccurrence, ZoomUser
from eduraise.zoom.sentzones import zone_for
from eduraise.zoom.series import Rule, rule_of
from zoomclient import (
    BreakoutRoom,
    BreakoutRooms,
    Meeting,
    MeetingChange,
    MeetingDraft,
    MeetingSettings,
    OccurrenceChange,
    Recurrence,
)

# The longest that Zoom takes ("agenda" of POST /users/{userId}/meetings, read 2026-11-25)
AGENDA_LONGEST = 2000
# What is kept of the settings that Zoom answers: nothing else is stored.
KEPT_SETTINGS = (
    "waiting_room",
    "join_before_host",
    "mute_upon_entry",
    "auto_recording",
    "meeting_authentication",
    "approval_type",
    "alternative_hosts",
)


# How people come in: one goes with the other
OF_ENTRY = ("waiting_room", "join_before_host")
# Zoom's approval types that make whoever comes register: at once, or after the host's approval
REGISTERING = (0, 1)
NOBODY_REGISTERS = 2


def registers(meeting: ZoomMeeting) -> bool:
    """Whether students are to be registered for a meeting, as far as its host can."""
    chosen = bool(meeting.wanted_settings.get("registers_students"))
    return chosen and may_register(meeting.host)


def may_register(host: ZoomUser) -> bool:
    """Whether students can be registered on a host: by its licence, and by its grant's scopes."""
    return host.licence == Licence.LICENSED and features.may(host, features.REGISTRATION)


def draft(meeting: ZoomMeeting, occurrence: ZoomOccurrence, now: datetime) -> MeetingDraft:
    """A meeting to create. Its reference stands on the agenda's first line, to be found again by.

    Of a series what is left of its rule: Zoom turns a beginning in the past into "now".
    """
    rule = sent_rule(rule_of(meeting).after(now)) if meeting.is_series else None
    length = occurrence.wanted_ends_at - occurrence.wanted_starts_at
    return MeetingDraft(
        topic=meeting.wanted_topic,
        starts_at=rule.first if rule else occurrence.wanted_starts_at,
        duration=timedelta(minutes=rule.minutes) if rule else length,
        recurrence=recurrence(rule) if rule else None,
        timezone=rule.zone if rule else zone_for(meeting.zone, [occurrence.wanted_starts_at]),
        agenda=agenda(meeting),
        password=meeting.wanted_passcode or None,
        default_password=False if not meeting.wanted_passcode else None,
        settings=_with_rooms(settings(meeting.wanted_settings, registers=registers(meeting)), meeting),
    )


def change(meeting: ZoomMeeting, occurrence: ZoomOccurrence, *, in_utc: bool = False) -> MeetingChange:
    """What the meeting should be now, whole; of a series what holds for all its dates.

    in_utc: where Zoom has read its wall clock otherwise than we, by other rules of its zone.
    """
    if meeting.is_series:
        return MeetingChange(
            topic=meeting.wanted_topic,
            agenda=agenda(meeting),
            password=_missing_passcode(meeting),
            settings=_settings_to_change(meeting),
        )
    return MeetingChange(
        topic=meeting.wanted_topic,
        starts_at=occurrence.wanted_starts_at,
        duration=occurrence.wanted_ends_at - occurrence.wanted_starts_at,
        timezone="UTC" if in_utc else zone_for(meeting.zone, [occurrence.wanted_starts_at]),
        agenda=agenda(meeting),
        password=_missing_passcode(meeting),
        settings=_settings_to_change(meeting),
    )


def change_of_settings(meeting: ZoomMeeting) -> MeetingChange:
    """How people come into the meeting, and nothing else of it."""
    return MeetingChange(
        password=_missing_passcode(meeting),
        settings=_settings_to_change(meeting),
    )


def change_of_rule(meeting: ZoomMeeting) -> MeetingChange:
    """A series' rule, whole: with a part of it Zoom would do as it likes."""
    rule = sent_rule(rule_of(meeting))
    return MeetingChange(
        starts_at=rule.first,
        duration=timedelta(minutes=rule.minutes),
        timezone=rule.zone,
        recurrence=recurrence(rule),
    )


def change_of_date(
    meeting: ZoomMeeting, occurrence: ZoomOccurrence, *, in_utc: bool = False
) -> OccurrenceChange:
    """What one date of a series should be. Its title and its host are the class's alone: Zoom holds them for
    the whole series. in_utc: see `change`."""
    wanted = occurrence.wanted_settings
    return OccurrenceChange(
        starts_at=occurrence.wanted_starts_at,
        timezone="UTC" if in_utc else zone_for(meeting.zone, [occurrence.wanted_starts_at]),
        duration=occurrence.wanted_ends_at - occurrence.wanted_starts_at,
        settings=None if wanted is None else _settings_of_date(wanted),
    )


def _settings_of_date(wanted: dict[str, Any]) -> MeetingSettings:
    whole = settings(wanted).body()
    return MeetingSettings(**{name: whole[name] for name in whole if name in OccurrenceChange.CHANGEABLE})


def sent_rule(rule: Rule) -> Rule:
    """A series' rule in a zone that Zoom lists. Where none has its clocks on all its dates, those on which
    UTC says it otherwise are changed one by one once Zoom has made them."""
    return replace(rule, zone=zone_for(rule.zone, rule.instants()))


def recurrence(rule: Rule) -> Recurrence:
    """A rule as Zoom takes it. It ends by its last instant, not by a number: that is the same from wherever
    Zoom counts."""
    weekday = rule.first.astimezone(ZoneInfo(rule.zone)).isoweekday()
    return Recurrence.weekly([weekday], every=rule.every_weeks, until=rule.instants()[-1])


def _missing_passcode(meeting: ZoomMeeting) -> str | None:
    """One that a host chose at Zoom stays: only one that is missing is set again, unless it was left so."""
    is_missing = not meeting.passcode and PASSCODE not in meeting.left_open
    return meeting.wanted_passcode if meeting.wanted_passcode and is_missing else None


def _settings_to_change(meeting: ZoomMeeting) -> MeetingSettings:
    """All of them, but for what somebody chose to leave as Zoom has it."""
    whole = _with_rooms(settings(meeting.wanted_settings, registers=registers(meeting)), meeting)
    if WAITING_ROOM not in meeting.left_open:
        return whole
    return MeetingSettings(**{name: value for name, value in whole.body().items() if name not in OF_ENTRY})


def agenda(meeting: ZoomMeeting) -> str:
    """What stands in the meeting's agenda: its reference alone on the first line, then what people read."""
    return f"{meeting.ref}\n\n{meeting.wanted_agenda}".rstrip()[:AGENDA_LONGEST]


def same_agenda(one: str, other: str) -> bool:
    """Whether two agendas say the same; how lines end and how wide gaps are is no difference."""
    return one.split() == other.split()


def rooms(meeting: ZoomMeeting) -> BreakoutRooms | None:
    """The breakout rooms that are to be prepared; None where none ever were, so that nothing is sent of them.

    Zoom holds them for a whole series, of which each class has groups of its own: so only of single meetings.
    """
    if meeting.wanted_rooms is None or meeting.is_series:
        return None
    wanted = [BreakoutRoom(name=one["name"], participants=one["emails"]) for one in meeting.wanted_rooms]
    return BreakoutRooms(enable=bool(wanted), rooms=tuple(wanted))


def _with_rooms(sent: MeetingSettings, meeting: ZoomMeeting) -> MeetingSettings:
    wanted = rooms(meeting)
    return sent if wanted is None else sent.model_copy(update={"breakout_room": wanted})


def kept_rooms(answer: Meeting) -> list[dict[str, Any]]:
    """The breakout rooms that Zoom holds, in the form of `ZoomMeeting.wanted_rooms`."""
    said = answer.settings.breakout_room
    if said is None or not said.enable:
        return []
    return [{"name": one.name, "emails": sorted(one.participants)} for one in said.rooms or ()]


def settings(wanted: dict[str, Any], *, registers: bool = False) -> MeetingSettings:
    """A class's settings in Zoom's names: never the personal room, and Zoom mails nobody.

    registers: whoever comes must be registered, and is let in at once.
    """
    waits = wanted.get("entry", Entry.WAITING_ROOM.value) != Entry.JOIN_BEFORE_HOST.value
    return MeetingSettings(
        waiting_room=waits,
        join_before_host=not waits,
        mute_upon_entry=bool(wanted.get("mutes_on_entry", True)),
        auto_recording=str(wanted.get("auto_recording", AutoRecording.NONE.value)),
        meeting_authentication=bool(wanted.get("requires_sign_in", False)),
        use_pmi=False,
        approval_type=REGISTERING[0] if registers else NOBODY_REGISTERS,
        email_notification=False,
        registrants_email_notification=False,
        registrants_confirmation_email=False,
    )


def kept_settings(answer: Meeting) -> dict[str, Any]:
    """Of Zoom's settings, those that we compare and show."""
    said = answer.settings.model_dump(mode="json", exclude_none=True)
    return {name: said[name] for name in KEPT_SETTINGS if name in said}

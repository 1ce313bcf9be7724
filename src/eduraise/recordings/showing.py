"""Recordings as rows and on the pages of classes and programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.access import rules as access_rules
from eduraise.accounts.models import User
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession, JoinClick
from eduraise.core.hooks import PagePart
from eduraise.programs.enums import Permission
from eduraise.programs.models import Program
from eduraise.recordings import queries
from eduraise.recordings.copying import TRIES
from eduraise.recordings.enums import STUDENTS_SEE, Audience, Keeps, Kind, State, Visible, Wish
from eduraise.recordings.gone import gone_of
from eduraise.recordings.models import Recording, RecordingFile
from eduraise.recordings.parts import Part, part_of, parts_of, starts_of
from eduraise.recordings.standing import rules_of, today_of
from eduraise.recordings.visibility import in_trash_until, who_sees, why_hidden
from eduraise.ui import times

TITLE = gettext_lazy("Recordings")


@dataclass(frozen=True)
class Shown:
    """A recording as a row. why: to those who manage it, why students can't see it; viewers: how many people
    watched it, None to others. goes_on: when it is deleted; is_overdue: that day is over."""

    recording: Recording
    manages: bool
    chip: str
    chip_words: str
    length: str
    who: str
    why: str
    goes_on: date | None
    is_overdue: bool
    viewers: int | None

    @property
    def title(self) -> str:
        """What it is called: as its class, or by its own title."""
        return self.recording.title or self.recording.session.title


def rows_of(recordings: list[Recording], reader: User, now: datetime) -> list[Shown]:
    """Recordings of several programs as rows of a list for one reader; three queries for any number."""
    queries.name_classes(recordings, now)
    manages = access_rules.programs_with(reader, Permission.RECORDINGS, now)
    ids = {one.program_id for one in recordings}
    managed = set(manages.filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    counts = queries.viewer_counts([one for one in recordings if one.program_id in managed])
    return [_row(one, one.program_id in managed, counts.get(one.pk, 0), now) for one in recordings]


def rows_in_program(recordings: list[Recording], *, manages: bool, now: datetime) -> list[Shown]:
    """Recordings of one program as rows for a reader who manages them there, or doesn't, called as their
    classes are if those were named; a query at most."""
    counts = queries.viewer_counts(recordings) if manages and recordings else {}
    return [_row(one, manages, counts.get(one.pk, 0), now) for one in recordings]


def _row(recording: Recording, manages: bool, viewers: int, now: datetime) -> Shown:
    goes_on = recording.goes_on if manages else None
    chip, words = chip_of(recording, manages)
    return Shown(
        recording=recording,
        manages=manages,
        chip=chip,
        chip_words=words,
        length=times.length(timedelta(minutes=recording.minutes)) if recording.minutes else "",
        who=who_sees(recording) if manages else "",
        why=why_hidden(recording) if manages else "",
        goes_on=goes_on,
        is_overdue=goes_on is not None and goes_on < today_of(recording.program, now),
        viewers=viewers if manages else None,
    )


def chip_of(recording: Recording, manages: bool) -> tuple[str, str]:
    """Which chip says its state, and in which words; ("", "") for what is normal."""
    if recording.wish == Wish.TRASH:
        return "info", _("Being deleted")
    if recording.wish == Wish.RECOVER:
        return "info", _("Being brought back")
    if recording.has_media or recording.link:
        if manages and recording.audience not in STUDENTS_SEE:
            return "off", _("Hidden") if recording.audience == Audience.NOBODY else _("Teachers only")
        return "", ""
    return {
        State.PROCESSING: ("info", _("Being prepared")),
        State.TRASHED: ("warn", _("In Zoom’s trash")),
        State.DELETED: ("off", _("Deleted")),
    }.get(State(recording.state), ("off", _("Nothing to watch")))


class Watch:
    """What the page of a recording shows to one reader; each part is read when it is first asked for."""

    def __init__(self, recording: Recording, reader: User, now: datetime) -> None:
        self.recording, self.reader, self.now = recording, reader, now

    @cached_property
    def manages(self) -> bool:
        """Whether the reader shows, hides, keeps and deletes it."""
        return queries.is_managed(self.reader, self.recording, self.now)

    @cached_property
    def class_title(self) -> str:
        """What its class is called; one query."""
        queries.name_classes([self.recording], self.now)
        return self.recording.session.title

    @property
    def title(self) -> str:
        """What it is called."""
        return self.recording.title or self.class_title

    @property
    def row(self) -> Shown:
        """The same that its row in a list says."""
        return _row(self.recording, self.manages, 0, self.now)

    @cached_property
    def starts(self) -> list[datetime]:
        """When each of its parts began."""
        return starts_of(self.recording.files.all())

    @cached_property
    def media(self) -> list[RecordingFile]:
        """What can be watched or heard now, videos first; of several video views of one stretch the one with
        the speaker comes first."""
        is_ready = self.recording.state == State.READY
        files = [
            file
            for file in self.recording.files.all()
            if file.is_medium and (file.is_here or (is_ready and file.is_ready and file.gone_at is None))
        ]
        for file in files:
            file.part = part_of(file, self.starts)
        return sorted(files, key=lambda file: (file.kind != Kind.VIDEO, file.begins_at or self.now, file.pk))

    @property
    def comes_whole(self) -> bool:
        """Whether what is watched must be copied here first, and is not here yet."""
        return bool(self.media) and not self.media[0].is_here and self.media[0].takes_parts is False

    @cached_property
    def parts(self) -> list[Part]:
        """Its parts, with what was said in each; one query."""
        return parts_of(self.starts, self.recording.files.filter(kind=Kind.TRANSCRIPT))

    @property
    def has_words(self) -> bool:
        """Whether there is a transcript of any part."""
        return any(part.cues for part in self.parts)

    @property
    def awaits_transcript(self) -> bool:
        """Whether Zoom has a transcript that was not read yet, and there is none to be shown."""
        return not self.has_words and any(part.waits for part in self.parts)

    @cached_property
    def may_download(self) -> bool:
        """Whether the reader may keep a copy of her own: by the program's rule, or who manages it."""
        return self.manages or rules_of(self.recording.program).may_download

    @property
    def may_review(self) -> bool:
        """Whether it waits for somebody to look at it."""
        is_by_rule = self.recording.visible == Visible.RULE and self.recording.reviewed_at is None
        return is_by_rule and rules_of(self.recording.program).after_review

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Who else may watch it: what can be chosen instead of what holds."""
        words = {
            Visible.NOBODY: _("Hide it"),
            Visible.TEACHERS: _("Show it to teachers only"),
            Visible.PRESENT: _("Show it to students who were there"),
            Visible.ENROLLED: _("Show it to all enrolled students"),
            Visible.RULE: _("Let the program’s rule decide"),
        }
        holds = (self.recording.visible, self.recording.audience)
        return [(value, said) for value, said in words.items() if value not in holds]

    @property
    def going(self) -> str:
        """When it is deleted at Zoom, or what that waits for; "" where nobody deletes it."""
        on, today = self.recording.goes_on, today_of(self.recording.program, self.now)
        if on is None:
            return ""
        words = {"day": times.long_day(on, today)}
        if today < on:
            return _("It is deleted at Zoom on %(day)s.") % words
        if rules_of(self.recording.program).keeps == Keeps.COPY and not self.recording.has_copy:
            return _("It is to be deleted at Zoom since %(day)s, once its copy is on this server.") % words
        if today == on:
            return _("It is deleted at Zoom today.")
        return _("It was to be deleted at Zoom on %(day)s, and is still there.") % words

    @property
    def trash_until(self) -> datetime | None:
        """Until when Zoom can bring it back, about."""
        return in_trash_until(self.recording)

    @property
    def viewings(self) -> Any:
        """Who watched it, the last first."""
        return queries.viewings_of(self.recording)

    @property
    def untold(self) -> int:
        """How many went into the class without the page having said that it is recorded."""
        if not self.recording.zoom_uuid:
            return 0
        clicks = JoinClick.objects.filter(session=self.recording.session_id)
        told = clicks.filter(told_of_recording=True).values("person")
        return clicks.exclude(person__in=told).values("person").distinct().count()

    @property
    def copy_state(self) -> str:
        """How a copy on this server stands, in words; "" for none that is wanted."""
        if self.recording.has_copy and self.recording.zoom_uuid:
            return _("A copy lies on this server, checked byte by byte.")
        wanted = [file for file in self.recording.files.all() if file.wants_copy and not file.is_here]
        if not wanted:
            return ""
        if any(file.last_error_code == "disk_full" for file in wanted):
            return _("It can’t be copied: this server’s disk is full.")
        if spoilt := [file for file in wanted if file.last_error_code == "copy_spoilt"]:
            if any(file.attempts >= TRIES for file in spoilt):
                return _(
                    "Its copies on this server were damaged each time. Nothing is deleted at Zoom meanwhile."
                )
            return _("Its copy on this server was damaged, and is made anew.")
        if any(file.attempts >= TRIES for file in wanted):
            return _("It could not be copied. Nothing is deleted at Zoom meanwhile.")
        return _("It is being copied to this server.")

    @property
    def zoom_trouble(self) -> str:
        """What keeps us from asking Zoom, in words; "" if nothing does."""
        host = self.recording.host
        if (
            host is not None
            and not host.is_usable
            and self.recording.state in (State.PROCESSING, State.READY)
        ):
            return _("Zoom can’t be asked: the connection of its host must be made again.")
        return {
            "storage_full": _("Zoom’s storage is full, so it could not be brought back."),
            "scope_missing": _("The app at Zoom lacks the scopes for recordings."),
        }.get(self.recording.last_error_code, "")


def class_section(
    *, session: ClassSession, person: User, standing: Standing, now: datetime, **_more: object
) -> Iterator[PagePart]:
    """On a class's page: what of it can be watched, and to those who manage it what is to be done."""
    manages = standing.may(Permission.RECORDINGS)
    found = queries.of_class(person, session, now)
    for one in found:
        one.session = session  # which is named
    is_over = session.ends_at <= now
    gone = gone_of(person, now, session=session) if is_over and not found else None
    if not (found or gone or (manages and is_over)):
        return
    context = {
        "session": session,
        "gone": gone,
        "rows": rows_in_program(found, manages=manages, now=now),
        "manages": manages,
        "now": now,
    }
    yield PagePart(TITLE, "recordings/class_section.html", context)


def program_part(*, program: Program, person: User, now: datetime, **_more: object) -> Iterator[PagePart]:
    """On a program's page: its latest recordings."""
    rows = queries.known_to(person, now).filter(program=program)
    found = list(queries.shown(rows, now).latest_first()[:3])
    manages = access_rules.can(person, Permission.RECORDINGS, program, now)
    queries.name_classes(found, now)
    gone = None if found else gone_of(person, now, program=program)
    if not (found or gone or manages):
        return
    context = {
        "program": program,
        "gone": gone,
        "rows": rows_in_program(found, manages=manages, now=now),
        "manages": manages,
        "now": now,
    }
    yield PagePart(TITLE, "recordings/program_part.html", context)

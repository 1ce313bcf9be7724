"""Starting a meeting as its host: the start link, fetched at the click and stored nowhere."""

from __future__ import annotations

import threading
from datetime import datetime

import structlog
from django.db import connection
from django.utils.translation import gettext as _

from eduraise.core.errors import DomainError
from eduraise.zoom import looking, preflight
from eduraise.zoom.asking import with_zoom
from eduraise.zoom.models import ZoomMeeting
from zoomclient import ConnectionLost, NotFound, Secret, ZoomError

SECONDS = 3.0
log = structlog.get_logger(__name__)


class MeetingNotFound(DomainError):
    """Zoom doesn't find the meeting, so that no link of it leads anywhere."""

    code = "meeting_not_found"

    def __init__(self) -> None:
        super().__init__(
            _(
                "Zoom doesn’t find this class’s meeting. We ask again within two minutes; if it is gone, you"
                " can book it again on the class’s page."
            )
        )


def start_url_for(meeting: ZoomMeeting, now: datetime) -> str:
    """Zoom's start link for a meeting's own host, "" where Zoom does not give one within three seconds.

    A refused token is refreshed, and a connection that turns out to be lost is written down, before this
    gives up. Where Zoom doesn't find the meeting, that counts as a reading as any other does; raises
    MeetingNotFound. Call it outside a transaction. A refresh that is out runs on and stores what comes; only
    the waiting ends.
    """
    if meeting.meeting_number is None:
        return ""
    got: list[Secret | NotFound] = []
    thread = threading.Thread(target=_fetch, args=(meeting, now, got), daemon=False)
    thread.start()
    thread.join(SECONDS)
    if not got:
        return ""
    if isinstance(got[0], NotFound):
        raise MeetingNotFound
    return got[0].reveal()


def _fetch(meeting: ZoomMeeting, now: datetime, got: list[Secret | NotFound]) -> None:
    number = str(meeting.meeting_number)
    try:
        got.append(
            with_zoom(meeting.host, now, lambda zoom: zoom.meetings.start_url(number), seconds=SECONDS)
        )
    except NotFound as problem:
        looking.note_missing(meeting, now)
        got.append(problem)
    except ConnectionLost:
        preflight.without_connection(meeting.host, now)
    except ZoomError as problem:
        log.info("no start link", meeting=str(meeting.uid), reason=problem.reason)
    except Exception:
        log.exception("no start link", meeting=str(meeting.uid))
    finally:
        connection.close()

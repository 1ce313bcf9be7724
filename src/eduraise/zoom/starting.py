"""Starting a meeting as its host: the start link, fetched at the click and stored nowhere."""

from __future__ import annotations

import threading
from datetime import datetime

import structlog
from django.db import connection

from eduraise.zoom import api, tokens
from eduraise.zoom.models import ZoomMeeting
from zoomclient import Secret, ZoomError

SECONDS = 3.0
log = structlog.get_logger(__name__)


def start_url_for(meeting: ZoomMeeting, now: datetime) -> str:
    """Zoom's start link for a meeting's own host, "" where Zoom does not give one within three seconds.

    Call it outside a transaction. A refresh that is out runs on and stores what comes; only the waiting ends.
    """
    if meeting.meeting_number is None:
        return ""
    got: list[Secret] = []
    thread = threading.Thread(target=_fetch, args=(meeting, now, got), daemon=False)
    thread.start()
    thread.join(SECONDS)
    return got[0].reveal() if got else ""


def _fetch(meeting: ZoomMeeting, now: datetime, got: list[Secret]) -> None:
    try:
        host = meeting.host
        zoom = api.zoom_for(host, tokens.access_for(host, now), seconds=SECONDS)
        got.append(zoom.meetings.start_url(str(meeting.meeting_number)))
    except ZoomError as problem:
        log.info("no start link", meeting=str(meeting.uid), reason=problem.reason)
    except Exception:
        log.exception("no start link", meeting=str(meeting.uid))
    finally:
        connection.close()

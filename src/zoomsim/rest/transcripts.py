"""The transcript of a recorded sitting: whether it can be downloaded, and if not, why.

GET /meetings/{meetingId}/transcript.
"""

from zoomsim.clock import instant_text
from zoomsim.errors import ZoomError
from zoomsim.http import Request, Response, json_response
from zoomsim.recordings import answers
from zoomsim.records import Json, RecordingFile
from zoomsim.rest.caller import Caller
from zoomsim.rest.recordings import recorded_sitting
from zoomsim.world import World


def get_transcript(world: World, caller: Caller, request: Request) -> Response:
    """Of a sitting, by uuid, or by number of the latest. Raises 404/3322 where there is none."""
    try:
        instance, meeting, _ = recorded_sitting(world, caller, request)
    except ZoomError as none:
        raise _no_transcript() from none
    files = world.store.recording_files.where(
        "instance_uuid = ? AND file_type = 'TRANSCRIPT'", instance.uuid, order="rowid"
    )
    if not files:
        raise _no_transcript()
    why = _why_not(world, files[0])
    body: Json = {
        "meeting_id": instance.uuid,
        "account_id": meeting.account_id,
        "meeting_topic": meeting.topic,
        "host_id": meeting.host_id,
        "transcript_created_time": instant_text(files[0].ready_at),
        "can_download": why is None,
        "auto_delete": False,
        "auto_delete_date": "",
        "download_url": answers.download_url(world, files[0]) if why is None else None,
    }
    return json_response(200, body | ({"download_restriction_reason": why} if why else {}))


def _why_not(world: World, file: RecordingFile) -> str | None:
    if file.trash:
        return "DELETED_OR_TRASHED"
    return "NOT_READY" if file.ready_at > world.now() else None


def _no_transcript() -> ZoomError:
    return ZoomError(404, 3322, "This meeting transcript does not exist.")

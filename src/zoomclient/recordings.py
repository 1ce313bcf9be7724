"""Recordings in Zoom's cloud: find, read, fetch, delete, recover, and say who may watch."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date, timedelta
from pathlib import Path

from zoomclient import operations
from zoomclient.answers import read
from zoomclient.client import Api
from zoomclient.download import LONGEST_DOWNLOAD, LONGEST_PART, Downloads, Part
from zoomclient.paging import PAGE_SIZE, read_pages
from zoomclient.recorded import (
    AudioFile,
    Recording,
    RecordingAccess,
    RecordingAccessChange,
    RecordingFile,
    TrashKind,
)
from zoomclient.secret import Secret
from zoomclient.span import span

LONGEST_TOKEN = timedelta(days=7)
"""For which Zoom gives a token to download with."""


class Recordings:
    """`zoom.recordings`. meeting: the UUID of a sitting, or a number for its latest one.

    Recordings appear some time after the end, transcripts later still. What is deleted lies in the trash for
    30 days. All raise NotFound("recording_not_found"): nothing was recorded, or it is gone.
    """

    def __init__(self, api: Api, downloads: Downloads) -> None:
        self._api = api
        self._downloads = downloads

    def list(
        self,
        user_id: str,
        from_on: date,
        to_on: date,
        *,
        trash: TrashKind | None = None,
        page_size: int = PAGE_SIZE,
    ) -> Iterator[Recording]:
        """GET /users/{userId}/recordings, all pages, read as one goes on.

        from_on, to_on: days in UTC on which sittings began, both included. trash: what was deleted, instead.
        Raises ValueError, before anything is sent, for more than a month: Zoom would leave some out.
        """
        params = {**span(from_on, to_on), "page_size": str(page_size)}
        if trash is not None:
            params |= {"trash": "true", "trash_type": str(trash)}
        return read_pages(
            self._api, operations.LIST_RECORDINGS, {"userId": user_id}, Recording, "meetings", params
        )

    def get(self, meeting: str, *, token_for: timedelta | None = None) -> Recording:
        """GET /meetings/{meetingId}/recordings.

        token_for: have Zoom add a token to download with, good for that long (a week at most).
        """
        params = _with_token(token_for) if token_for is not None else None
        answer = self._api.call(operations.GET_RECORDING, {"meetingId": meeting}, params=params)
        return read(Recording, answer, answer.body)

    def download(
        self,
        file: RecordingFile | AudioFile,
        *,
        token: Secret | None = None,
        seconds: float = LONGEST_DOWNLOAD,
    ) -> AbstractContextManager[Iterator[bytes]]:
        """The file in pieces: `with zoom.recordings.download(file) as pieces`. See `Downloads.open`."""
        return self._downloads.open(file, token=token, seconds=seconds)

    def part(
        self,
        file: RecordingFile | AudioFile,
        first: int,
        last: int,
        *,
        token: Secret | None = None,
        seconds: float = LONGEST_PART,
    ) -> Part:
        """Some of the file's bytes. See `Downloads.part`."""
        return self._downloads.part(file, first, last, token=token, seconds=seconds)

    def save(
        self,
        file: RecordingFile | AudioFile,
        path: Path,
        *,
        token: Secret | None = None,
        seconds: float = LONGEST_DOWNLOAD,
    ) -> int:
        """The file as a file here, whole or not at all; its bytes. See `Downloads.save`."""
        return self._downloads.save(file, path, token=token, seconds=seconds)

    def delete(self, meeting: str, *, for_good: bool = False) -> None:
        """DELETE /meetings/{meetingId}/recordings: all of a sitting's, into the trash unless for_good."""
        self._api.call(operations.DELETE_RECORDING, {"meetingId": meeting}, params=_action(for_good))

    def delete_file(self, meeting: str, recording_id: str, *, for_good: bool = False) -> None:
        """DELETE /meetings/{meetingId}/recordings/{recordingId}: one file.

        recording_id: `RecordingFile.id`. Raises ValueError, before anything is sent, for an empty one: the
        call would delete them all. Raises Refused("recording_unfinished").
        """
        ids = {"meetingId": meeting, "recordingId": recording_id}
        self._api.call(operations.DELETE_RECORDING_FILE, ids, params=_action(for_good))

    def recover(self, meeting_uuid: str) -> None:
        """PUT /meetings/{meetingUUID}/recordings/status: out of the trash. Raises Refused("storage_full")."""
        ids = {"meetingUUID": meeting_uuid}
        self._api.call(operations.RECOVER_RECORDING, ids, json={"action": "recover"})

    def recover_file(self, meeting: str, recording_id: str) -> None:
        """PUT /meetings/{meetingId}/recordings/{recordingId}/status: one file, as `recover`."""
        ids = {"meetingId": meeting, "recordingId": recording_id}
        self._api.call(operations.RECOVER_RECORDING_FILE, ids, json={"action": "recover"})

    def access(self, meeting: str) -> RecordingAccess:
        """GET /meetings/{meetingId}/recordings/settings"""
        answer = self._api.call(operations.GET_RECORDING_SETTINGS, {"meetingId": meeting})
        return read(RecordingAccess, answer, answer.body)

    def change_access(self, meeting: str, change: RecordingAccessChange) -> None:
        """PATCH /meetings/{meetingId}/recordings/settings"""
        self._api.call(operations.UPDATE_RECORDING_SETTINGS, {"meetingId": meeting}, json=change.body())


def _with_token(token_for: timedelta) -> dict[str, str]:
    if not timedelta(seconds=1) <= token_for <= LONGEST_TOKEN:
        raise ValueError("Zoom gives a token to download with for a second to a week.")
    return {"include_fields": "download_access_token", "ttl": str(token_for // timedelta(seconds=1))}


def _action(for_good: bool) -> dict[str, str]:
    return {"action": "delete" if for_good else "trash"}

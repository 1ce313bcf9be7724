"""What Zoom recorded: the recording of a sitting, its files, and who may watch it."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from zoomclient.drafts import Sent
from zoomclient.models import Instant, ZoomModel
from zoomclient.secret import Secret


class RecordingFileType(StrEnum):
    """TRANSCRIPT comes some time after the others; TB is a thumbnail."""

    MP4 = "MP4"
    M4A = "M4A"
    TIMELINE = "TIMELINE"
    TRANSCRIPT = "TRANSCRIPT"
    CHAT = "CHAT"
    CC = "CC"
    CSV = "CSV"
    SUMMARY = "SUMMARY"
    TB = "TB"
    CHAT_MESSAGE = "CHAT_MESSAGE"


class RecordingFileStatus(StrEnum):
    COMPLETED = "completed"
    PROCESSING = "processing"


class RecordingFile(ZoomModel):
    """One file. meeting_id: the sitting's UUID. file_size: bytes.

    TIMELINE and CC have no id, status, file_size and recording_type; recording_end is None while Zoom works
    on it. download_url wants a token: `zoom.recordings.save`.
    """

    id: str = ""
    meeting_id: str = ""
    file_type: str = ""
    file_extension: str = ""
    file_size: Annotated[int, Field(ge=0)] | None = None
    recording_type: str = ""
    status: str = ""
    recording_start: Instant | None = None
    recording_end: Instant | None = None
    deleted_time: Instant | None = None
    download_url: str = Field(default="", repr=False)
    play_url: str = Field(default="", repr=False)

    @property
    def is_ready(self) -> bool:
        """It can be downloaded now."""
        return bool(self.download_url) and self.status in ("", RecordingFileStatus.COMPLETED)


class AudioFile(ZoomModel):
    """What one participant said, where the host records that apart. file_name holds their name."""

    id: str = ""
    file_name: str = Field(default="", repr=False)
    file_type: str = ""
    file_size: Annotated[int, Field(ge=0)] | None = None
    status: str = ""
    recording_start: Instant | None = None
    recording_end: Instant | None = None
    download_url: str = Field(default="", repr=False)
    play_url: str = Field(default="", repr=False)


class Recording(ZoomModel):
    """What was recorded of one sitting. uuid: the sitting's. duration: minutes; total_size: bytes.

    type: of the meeting, as text. auto_delete_date: when Zoom deletes it by itself. download_access_token:
    only if asked for.
    """

    needed = frozenset({"recording_files"})

    uuid: Annotated[str, Field(min_length=1)]
    id: str = ""
    account_id: str = ""
    host_id: str = ""
    topic: str = ""
    type: str = ""
    start_time: Instant | None = None
    duration: Annotated[int, Field(ge=0)] | None = None
    total_size: Annotated[int, Field(ge=0)] | None = None
    recording_count: int | None = None
    recording_files: tuple[RecordingFile, ...] = ()
    participant_audio_files: tuple[AudioFile, ...] = ()
    auto_delete: bool | None = None
    auto_delete_date: date | None = None
    password: str = Field(default="", repr=False)
    recording_play_passcode: str = Field(default="", repr=False)
    share_url: str = Field(default="", repr=False)
    download_access_token: Secret | None = None


class TrashKind(StrEnum):
    """What was put into the trash: whole recordings, or single files."""

    RECORDINGS = "meeting_recordings"
    FILES = "recording_file"


class ShareRecording(StrEnum):
    PUBLICLY = "publicly"
    INTERNALLY = "internally"
    NONE = "none"


class RecordingAccess(ZoomModel):
    """A recording's settings: who may watch it. share_recording: compare with ShareRecording.

    approval_type, where on_demand asks viewers to register: 0 lets everybody in, 1 after approval, 2 asks
    nobody.
    """

    share_recording: str = ""
    recording_authentication: bool | None = None
    authentication_option: str = ""
    authentication_domains: str = ""
    authentication_name: str = ""
    viewer_download: bool | None = None
    password: str = Field(default="", repr=False)
    on_demand: bool | None = None
    approval_type: int | None = None
    send_email_to_host: bool | None = None
    show_social_share_buttons: bool | None = None
    topic: str = ""
    auto_delete: bool | None = None
    auto_delete_date: date | None = None


class RecordingAccessChange(Sent):
    """What to change of a recording's settings; what is None stays."""

    share_recording: ShareRecording | None = None
    recording_authentication: bool | None = None
    authentication_option: str | None = None
    authentication_domains: str | None = None
    viewer_download: bool | None = None
    password: Annotated[str, Field(max_length=10)] | None = Field(default=None, repr=False)
    on_demand: bool | None = None
    approval_type: Literal[0, 1, 2] | None = None
    send_email_to_host: bool | None = None
    show_social_share_buttons: bool | None = None
    topic: str | None = None
    auto_delete: bool | None = None

    def body(self) -> dict[str, Any]:
        """As Zoom wants it: only what changes."""
        return self.model_dump(mode="json", exclude_none=True)

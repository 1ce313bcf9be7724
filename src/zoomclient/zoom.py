"""The way in: Zoom's API for one token."""

from types import TracebackType
from typing import Self

import httpx

from zoomclient.client import Api, Bearer, api_base
from zoomclient.download import Downloads
from zoomclient.http import Clock, Sender, utc_now
from zoomclient.limits import Limiter, NoLimit
from zoomclient.meetings import Meetings
from zoomclient.past_meetings import PastMeetings
from zoomclient.recordings import Recordings
from zoomclient.registrants import Registrants
from zoomclient.reports import Reports
from zoomclient.retry import Retry
from zoomclient.secret import Secret
from zoomclient.users import Users


class Zoom:
    """`Zoom(api_url, token).meetings.create("me", draft)`. Safe for threads.

    api_url: as the token came with it (`TokenPair.api_url`), with or without /v2. transport: any httpx
    transport; share one DeadlineTransport among many, since each has its own connections. seconds: for a
    whole call. limiter: asked before each call. retry: of reads, none by default. Without a transport of
    yours, use it in a `with` or close it.
    """

    def __init__(
        self,
        api_url: str,
        token: Secret | str,
        *,
        transport: httpx.BaseTransport | None = None,
        clock: Clock = utc_now,
        limiter: Limiter | None = None,
        retry: Retry | None = None,
        seconds: float = 10.0,
    ) -> None:
        self._sender = Sender(
            api_base(api_url), auth=Bearer(Secret(token)), transport=transport, seconds=seconds
        )
        api = Api(self._sender, clock=clock, limiter=limiter or NoLimit(), retry=retry)
        self.users = Users(api)
        self.meetings = Meetings(api)
        self.registrants = Registrants(api)
        self.past_meetings = PastMeetings(api)
        self.reports = Reports(api)
        self.recordings = Recordings(api, Downloads(self._sender, Secret(token), clock))

    def close(self) -> None:
        """Closes its own connections; a transport that was passed in stays open."""
        self._sender.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

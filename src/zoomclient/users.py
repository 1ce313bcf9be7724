"""Users: who the token belongs to, what they may do, and their key to host a meeting."""

from collections.abc import Iterator

from zoomclient import operations
from zoomclient.answers import read
from zoomclient.client import Api
from zoomclient.http import Answer
from zoomclient.models import ListedUser, User, UserSettings, UserStatus
from zoomclient.paging import PAGE_SIZE, read_pages
from zoomclient.secret import Secret

ME = "me"
"""The token's own user. A user-managed application must use it; one for the account names a user instead."""


class Users:
    """`zoom.users`. user_id: Zoom's id, or the e-mail where the token is the account's."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def me(self) -> User:
        """GET /users/me"""
        return self.get(ME)

    def get(self, user_id: str) -> User:
        """GET /users/{userId}. Raises NotFound("user_not_found")."""
        answer = self._api.call(operations.GET_USER, {"userId": user_id})
        return read(User, answer, answer.body)

    def list(
        self, status: UserStatus = UserStatus.ACTIVE, *, page_size: int = PAGE_SIZE
    ) -> Iterator[ListedUser]:
        """GET /users: the account's users of one status, all pages, read as one goes on.

        Raises ScopeMissing for a token of a single user.
        """
        params = {"status": str(status), "page_size": str(page_size)}
        return read_pages(self._api, operations.LIST_USERS, {}, ListedUser, "users", params)

    def settings(self, user_id: str = ME, *, option: str = "") -> UserSettings:
        """GET /users/{userId}/settings. option: "meeting_security" and others narrow it to a group of their
        own.
        """
        params = {"option": option} if option else None
        answer = self._api.call(operations.GET_USER_SETTINGS, {"userId": user_id}, params=params)
        return read(UserSettings, answer, answer.body)

    def zak(self, user_id: str = ME) -> Secret:
        """A key that makes its bearer that host: GET /users/me/zak (5 minutes), /users/{userId}/token (2
        hours).
        """
        if user_id == ME:
            return _token(self._api.call(operations.GET_OWN_ZAK))
        return _token(self._api.call(operations.GET_USER_TOKEN, {"userId": user_id}, params={"type": "zak"}))


def _token(answer: Answer) -> Secret:
    token = answer.body.get("token") if isinstance(answer.body, dict) else None
    if not isinstance(token, str) or not token:
        raise answer.unreadable("no token")
    return Secret(token)

"""What Zoom says when it refuses, in the two shapes that it has: the API's and the token endpoint's."""

from collections.abc import Iterable
from typing import Any

from zoomsim.http import Response, json_response


class Refusal(Exception):
    """An answer other than success. Raised by handlers, sent by the application."""

    def __init__(self, status: int, body: Any, headers: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body
        self.headers = list(headers)

    def response(self) -> Response:
        return json_response(self.status, self.body).with_headers(*self.headers)


class ZoomError(Refusal):
    """`{"code", "message"}`, as the REST API refuses (https://developers.zoom.us/docs/api/errors)."""

    def __init__(self, status: int, code: int, message: str, headers: Iterable[tuple[str, str]] = ()) -> None:
        super().__init__(status, {"code": code, "message": message}, headers)


class ValidationFailed(Refusal):
    """Code 300, with what is wrong field by field."""

    def __init__(self, *fields: tuple[str, str]) -> None:
        errors = [{"field": name, "message": message} for name, message in fields]
        super().__init__(400, {"code": 300, "message": "Validation Failed.", "errors": errors})


def invalid(message: str) -> ZoomError:
    return ZoomError(400, 300, message)


def not_json() -> ZoomError:
    return ZoomError(400, 300, "Request Body should be a valid JSON object.")


def no_meeting(number: object) -> ZoomError:
    return ZoomError(404, 3001, f"Meeting does not exist: {number}.")


def no_user(user_id: str) -> ZoomError:
    return ZoomError(404, 1001, f"User does not exist: {user_id}.")


def not_recognised(status: int = 404) -> ZoomError:
    return ZoomError(status, 2300, "This API endpoint is not recognized.")


def bad_token(status: int = 401) -> ZoomError:
    return ZoomError(status, 124, "Invalid access token.")


def expired_token(status: int = 401) -> ZoomError:
    return ZoomError(status, 124, "Access token is expired.")


def lacks_scopes(scopes: Iterable[str], code: int = 4711) -> ZoomError:
    """Code 4711 or 104 with the scopes by name, or 4700 without."""
    named = f":[{', '.join(scopes)}]" if code != 4700 else ""
    return ZoomError(400, code, f"Invalid access token, does not contain scopes{named}.")


def is_webinar(code: int = 3000) -> ZoomError:
    return ZoomError(400, code, "Cannot access webinar info.")


def may_not_host() -> ZoomError:
    return ZoomError(
        400, 3161, "Your user account is not allowed meeting hosting and scheduling capabilities."
    )

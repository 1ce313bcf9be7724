"""Who a token belongs to and what they may do."""

from typing import Any

import httpx
import pytest

from tests.zoomclient.conftest import zoom_answers, zoom_that
from zoomclient import NotFound, ScopeMissing, Unreadable, User, UserStatus, UserType, Zoom

TARIQ = {
    "id": "KDcuGIm1QgePTO8WbOqwIQ",
    "account_id": "acc1",
    "email": "tariq@school.example",
    "display_name": "Tariq Haddad",
    "type": 2,
    "status": "active",
    "timezone": "Europe/Oslo",
    "pmi": 5551234567,
    "verified": 1,
    "plan_united_type": "1",
}
SETTINGS = {
    "feature": {"meeting_capacity": 100, "concurrent_meeting": "None"},
    "recording": {"cloud_recording": True},
    "in_meeting": {"waiting_room": True, "chat": "often"},
    "telephony": {"audio_conference_info": ""},
}


def zoom_with(answers: dict[str, Any]) -> Zoom:
    def answering(request: httpx.Request) -> httpx.Response:
        body = answers.get(request.url.raw_path.decode())
        if body is None:
            return httpx.Response(404, json={"code": 1001, "message": "User does not exist."})
        return httpx.Response(200, json=body)

    return zoom_that(answering)


def test_the_token_tells_whose_it_is() -> None:
    me = zoom_with({"/v2/users/me": TARIQ}).users.me()

    assert (me.id, me.account_id, me.email) == ("KDcuGIm1QgePTO8WbOqwIQ", "acc1", "tariq@school.example")
    assert (me.pmi, me.is_licensed) == ("5551234567", True)


def test_a_user_is_found_by_e_mail() -> None:
    zoom = zoom_with({"/v2/users/tariq@school.example": TARIQ})

    assert zoom.users.get("tariq@school.example").id == TARIQ["id"]
    with pytest.raises(NotFound) as problem:
        zoom.users.get("nobody@school.example")
    assert problem.value.reason == "user_not_found"


@pytest.mark.parametrize(
    ("number", "licensed"), [(1, False), (2, True), (4, False), (99, False), (12, False)]
)
def test_only_a_licensed_user_is_licensed(number: int, licensed: bool) -> None:
    user = User.from_answer({"id": "x", "type": number})

    assert (user.type, user.is_licensed) == (number, licensed)
    assert UserType.BASIC == 1


def test_settings_are_read_group_by_group() -> None:
    settings = zoom_with({"/v2/users/me/settings": SETTINGS}).users.settings()

    assert settings.feature.meeting_capacity == 100
    assert settings.recording.cloud_recording is True
    assert settings.recording.local_recording is None
    assert (settings.in_meeting.waiting_room, settings.in_meeting.chat) == (True, None)
    assert settings.model_extra == {"telephony": {"audio_conference_info": ""}}


def test_a_group_of_settings_can_be_asked_for() -> None:
    zoom = zoom_with({"/v2/users/u1/settings?option=meeting_security": {"meeting_security": {"x": 1}}})

    assert zoom.users.settings("u1", option="meeting_security").model_extra == {"meeting_security": {"x": 1}}


def test_a_key_to_host_is_hidden() -> None:
    zoom = zoom_with(
        {"/v2/users/me/zak": {"token": "CANARY"}, "/v2/users/u1/token?type=zak": {"token": "CANARY-2"}}
    )

    assert [zoom.users.zak().reveal(), zoom.users.zak("u1").reveal()] == ["CANARY", "CANARY-2"]
    assert "CANARY" not in repr(zoom.users.zak())


def test_an_answer_without_a_key_is_unreadable() -> None:
    with pytest.raises(Unreadable):
        zoom_with({"/v2/users/me/zak": {}}).users.zak()


LISTED = {
    "id": "KDcuGIm1QgePTO8WbOqwIQ",
    "email": "tariq@school.example",
    "display_name": "Tariq Haddad",
    "type": 2,
    "status": "active",
    "pmi": 5551234567,
    "verified": 1,
    "role_id": "2",
    "last_login_time": "2026-03-01T09:00:00Z",
}


def page(*rows: dict[str, Any], token: str = "") -> tuple[int, dict[str, Any]]:
    return 200, {"page_size": 300, "total_records": 2, "next_page_token": token, "users": list(rows)}


def test_an_accounts_users_are_listed_to_the_last_page() -> None:
    zoom, seen = zoom_answers(page(LISTED, token="t1"), page(LISTED | {"id": "u2", "type": 1}))
    found = list(zoom.users.list())

    assert [(one.id, one.pmi, one.is_licensed) for one in found] == [
        ("KDcuGIm1QgePTO8WbOqwIQ", "5551234567", True),
        ("u2", "5551234567", False),
    ]
    assert seen.lines == [
        "GET /v2/users?status=active&page_size=300",
        "GET /v2/users?status=active&page_size=300&next_page_token=t1",
    ]


def test_who_has_not_taken_the_invitation_has_an_address_but_no_id() -> None:
    zoom, seen = zoom_answers(page({"email": "tove@school.example", "type": 4, "status": "pending"}))
    (one,) = zoom.users.list(UserStatus.PENDING)

    assert (one.id, one.email, one.status) == ("", "tove@school.example", "pending")
    assert seen.lines == ["GET /v2/users?status=pending&page_size=300"]


@pytest.mark.parametrize("row", [{"type": 2}, {"id": "", "email": "", "type": 2}, 7])
def test_a_row_that_is_nobody_is_not_left_out(row: Any) -> None:
    zoom, _ = zoom_answers((200, {"users": [row]}), checked=False)

    with pytest.raises(Unreadable):
        list(zoom.users.list())


def test_a_users_own_token_may_not_list_others() -> None:
    message = "Invalid access token, does not contain scopes:[user:read:list_users:admin]."
    zoom, _ = zoom_answers((400, {"code": 4711, "message": message}))

    with pytest.raises(ScopeMissing) as problem:
        list(zoom.users.list())
    assert problem.value.scopes == {"user:read:list_users:admin"}

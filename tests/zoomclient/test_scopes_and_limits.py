"""What we say of Zoom's operations is what Zoom says of them."""

import json
from pathlib import Path

import pytest

from zoomclient import REQUIRED_SCOPES, Plan, RateClass, missing_scopes, operations
from zoomclient.limits import RATES, Operation
from zoomclient.scopes import REQUIRED

DOCUMENTED = {
    f"{one['method']} {one['path']}": one
    for one in json.loads((Path(__file__).parents[1] / "contract" / "data" / "operations.json").read_text())
}
# Zoom's page names a scope of Zoom Phone for the recordings of a meeting, too.
ODD_SCOPES = {"phone_recording:read"}
OURS = [value for value in vars(operations).values() if isinstance(value, Operation)]


def without_admin(scopes: list[str]) -> set[str]:
    return {scope.removesuffix(":admin").removesuffix(":master") for scope in scopes}


@pytest.mark.parametrize("operation", OURS, ids=lambda operation: operation.name)
def test_an_operation_is_described_as_zoom_documents_it(operation: Operation) -> None:
    documented = DOCUMENTED[operation.name]

    assert operation.rate_class == RateClass(documented["rate_limit_label"].lower())
    assert {operation.granular} == without_admin(documented["granular_scopes"])
    assert operation.classic == without_admin(documented["classic_scopes"]) - ODD_SCOPES


def test_every_operation_of_ours_is_documented() -> None:
    assert {operation.name for operation in OURS} - set(DOCUMENTED) == set()


def test_creating_and_changing_count_for_the_host() -> None:
    assert sorted(operation.name for operation in OURS if operation.counts_for_host) == [
        "PATCH /meetings/{meetingId}",
        "POST /users/{userId}/meetings",
    ]


@pytest.mark.parametrize(
    "granted",
    [
        REQUIRED_SCOPES,
        [f"{scope}:admin" for scope in REQUIRED_SCOPES],
        ["user:read", "meeting:read", "meeting:write"],
        ["user:read:admin", "meeting:read:admin", "meeting:write:admin"],
        ["user_profile", "user:read:settings", "meeting:read", "meeting:write"],
    ],
)
def test_either_style_of_scope_will_do(granted: list[str]) -> None:
    assert missing_scopes(granted) == ()


def test_missing_scopes_are_named_as_the_marketplace_names_them() -> None:
    granted = set(REQUIRED_SCOPES) - {"meeting:delete:meeting", "user:read:settings"}

    assert missing_scopes(granted) == ("user:read:settings", "meeting:delete:meeting")
    assert missing_scopes([]) == REQUIRED_SCOPES
    assert missing_scopes(["meeting:read"]) == tuple(
        one.granular for one in REQUIRED if "meeting:read" not in one.classic
    )


def test_every_plan_has_a_rate_for_every_class() -> None:
    assert {plan: set(rates) for plan, rates in RATES.items()} == {plan: set(RateClass) for plan in Plan}
    assert RATES[Plan.PRO][RateClass.LIGHT].per_second == 30
    assert RATES[Plan.FREE][RateClass.HEAVY].per_day == 1000


def test_what_only_the_account_may_read_needs_its_scopes() -> None:
    report = [operations.REPORT_PARTICIPANTS]
    needed = ("report:read:list_meeting_participants:admin",)

    assert missing_scopes(["report:read", "report:read:list_meeting_participants"], report) == needed
    assert missing_scopes(needed, report) == ()
    assert missing_scopes(["report:read:admin"], report) == ()


def test_what_only_the_account_may_read_has_no_other_scope_at_zoom() -> None:
    narrow = {
        name
        for name, one in DOCUMENTED.items()
        if all(scope.endswith(":admin") for scope in one["granular_scopes"])
    }

    assert {one.name for one in OURS if one.for_account} == narrow & {one.name for one in OURS}

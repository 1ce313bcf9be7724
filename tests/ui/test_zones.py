"""Each zone has one name: the present one."""

from __future__ import annotations

import pytest

from eduraise.accounts.zones import offered_zones
from eduraise.ui.times import city
from eduraise.ui.zones import present_name


@pytest.mark.parametrize(
    ("name", "now"),
    [
        ("Asia/Katmandu", "Asia/Kathmandu"),
        ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("Europe/Amsterdam", "Europe/Amsterdam"),
        ("Nowhere/Town", "Nowhere/Town"),
    ],
)
def test_a_former_name_is_called_by_the_present_one(name: str, now: str) -> None:
    assert present_name(name) == now


def test_a_zone_is_offered_once() -> None:
    offered = offered_zones()

    assert ("Asia/Kathmandu" in offered, "Asia/Katmandu" in offered) == (True, False)
    assert ("Europe/Amsterdam" in offered, "UTC" in offered) == (True, True)
    assert city("Asia/Katmandu") == "Kathmandu"

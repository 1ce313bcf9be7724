"""How people write dates: which of day and month comes first, and what months are called."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from django.utils.dates import MONTHS, MONTHS_3, MONTHS_ALT, MONTHS_AP
from django.utils.translation import get_language, override


class Order(StrEnum):
    """What comes first in a date such as 03/04/2027."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


#: Where people write the month before the day (Unicode CLDR, short dates, read 2026-11-26)
_MONTH_FIRST_REGIONS = {"US", "PH", "FM", "GU", "MH", "MP", "PR", "PW", "AS", "VI"}
_MONTH_FIRST_ZONES = {
    "America/New_York", "America/Detroit", "America/Chicago", "America/Denver", "America/Boise",
    "America/Phoenix", "America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu", "Asia/Manila",
}  # fmt: skip


def order_for(accepted: str, zone: str) -> Order:
    """How somebody writes dates: by the first language that the browser names (`Accept-Language`), else,
    where that names no country, by where they are."""
    first = accepted.split(",")[0].split(";")[0].strip()
    _language, _dash, region = first.partition("-")
    month_first = region.upper() in _MONTH_FIRST_REGIONS if region else zone in _MONTH_FIRST_ZONES
    return Order.MONTH_FIRST if month_first else Order.DAY_FIRST


def month_named(word: str) -> int | None:
    """The number of a month by its name or what is short for it, in English or the reader's language."""
    key = word.strip(".").casefold()
    return next((number for name, number in month_names(get_language() or "").items() if name == key), None)


@cache
def month_names(_language: str) -> dict[str, int]:
    """Names of months, folded, in English and in the language, which is the one that is active."""
    names: dict[str, int] = {"sept": 9}
    for group in (MONTHS, MONTHS_3, MONTHS_AP, MONTHS_ALT):
        for number, name in group.items():
            names.setdefault(str(name).strip(".").casefold(), int(number))
    with override("en"):
        for group in (MONTHS, MONTHS_3):
            for number, name in group.items():
                names.setdefault(str(name).casefold(), int(number))
    return names

"""What a person says about herself."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import available_timezones

from eduraise.accounts.models import User
from eduraise.accounts.validators import clean_name


def change_profile(*, person: User, name: str, zone: str, language: str, theme: str, now: datetime) -> None:
    """Store what a person says about herself, as the form checked it. Raises DomainError on "name"."""
    person.name = clean_name(name)
    person.zone, person.language, person.theme = zone, language, theme
    person.zone_asked_at = person.zone_asked_at or now
    person.save(update_fields=["name", "zone", "language", "theme", "zone_asked_at"])


def answer_zone(*, person: User, zone: str, accepts: bool, now: datetime) -> None:
    """Store the answer to "Use this zone?"; it is asked once. An unknown zone changes nothing but that."""
    if accepts and zone in available_timezones():
        person.zone = zone
    person.zone_asked_at = now
    person.save(update_fields=["zone", "zone_asked_at"])


def change_language(*, person: User, language: str) -> None:
    """Store the language of a person's pages and mails, as the view checked it."""
    person.language = language
    person.save(update_fields=["language"])


def change_theme(*, person: User, theme: str) -> None:
    """Store light, dark or as the device; anything else changes nothing."""
    if theme in User.Theme.values:
        person.theme = theme
        person.save(update_fields=["theme"])

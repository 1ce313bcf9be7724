"""Putting every secret at rest under the newest key, while people and workers go on.

A row is written only if it holds what was read: a token that was refreshed meanwhile is under the newest key
anyway. Whoever is stopped halfway starts again: what is done is passed over.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import models

from eduraise.core import encrypted

AT_ONCE = 500


@dataclass
class Rotated:
    """What came of it. resealed: now under the newest key; unreadable: places that no key reads."""

    resealed: int
    unreadable: list[str]


def rotate() -> Rotated:
    """Put all secrets under the newest key."""
    done = Rotated(0, [])
    for model, field in encrypted.fields():
        for pk, sealed in _held(model, field):
            _reseal(done, model, pk, field, sealed)
    for pk, data in Authenticator.objects.order_by("pk").values_list("pk", "data"):
        _reseal_second_step(done, pk, data)
    return done


def waiting() -> int:
    """How many secrets are not under the newest key."""
    ours = sum(
        not encrypted.is_under_newest(sealed)
        for model, field in encrypted.fields()
        for _pk, sealed in _held(model, field)
    )
    return ours + sum(len(_former_of(data)) for data in Authenticator.objects.values_list("data", flat=True))


def _held(model: type[models.Model], field: str) -> Iterator[tuple[Any, str]]:
    """Rows that hold a secret, read in portions by their key: no cursor stays open over the writes."""
    rows = model._default_manager.filter(**{f"{field}__isnull": False}).order_by("pk")
    last: Any = None
    while True:
        after = rows if last is None else rows.filter(pk__gt=last)
        portion = list(after.values_list("pk", field)[:AT_ONCE])
        yield from portion
        if len(portion) < AT_ONCE:
            return
        last = portion[-1][0]


def _reseal(done: Rotated, model: type[models.Model], pk: Any, field: str, sealed: str) -> None:
    if encrypted.is_under_newest(sealed):
        return
    try:
        fresh = encrypted.reseal(sealed)
    except encrypted.Unreadable:
        done.unreadable.append(f"{model._meta.db_table} {pk} {field}")
        return
    held = model._default_manager.filter(pk=pk, **{field: encrypted.Ciphertext(sealed)})
    done.resealed += held.update(**{field: fresh})


def _former_of(data: dict[str, Any]) -> list[str]:
    """The secret parts of a second step (an app's, what recovery codes are made from) that are not under the
    newest key."""
    parts = (name for name in ("secret", "seed") if name in data)
    return [name for name in parts if not encrypted.is_under_newest(data[name])]


def _reseal_second_step(done: Rotated, pk: int, data: dict[str, Any]) -> None:
    former = _former_of(data)
    if not former:
        return
    try:
        fresh = data | {name: str(encrypted.reseal(data[name])) for name in former}
    except encrypted.Unreadable:
        done.unreadable.append(f"{Authenticator._meta.db_table} {pk} data")
        return
    done.resealed += Authenticator.objects.filter(pk=pk, data=data).update(data=fresh)

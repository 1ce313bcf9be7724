"""Secrets at rest: text that is encrypted with the row and field it belongs to inside the plaintext.

Copying a ciphertext to another row, table or field makes it unreadable (Fernet has no associated data, so
the place stands inside the plaintext and is compared).
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.apps import apps
from django.conf import settings
from django.db import models


class Unreadable(Exception):
    """A secret can't be decrypted: its key is gone, or it was moved from another place."""


class Ciphertext(str):
    """Encrypted text as it stands in the database."""

    __slots__ = ()


@lru_cache(maxsize=4)
def _box(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])


def seal(model: type[models.Model] | models.Model, uid: Any, field: str, plaintext: str) -> Ciphertext:
    """Encrypt `plaintext` for one field of one row, for use in a queryset's `update()`."""
    return seal_for(f"{model._meta.db_table}/{uid}/{field}", plaintext)


def unseal(model: type[models.Model] | models.Model, uid: Any, field: str, sealed: str) -> str:
    """Decrypt. Raises Unreadable where no key fits or the secret belongs elsewhere."""
    return unseal_for(f"{model._meta.db_table}/{uid}/{field}", sealed)


def seal_for(place: str, plaintext: str) -> Ciphertext:
    """Encrypt what stands in no field of ours, for the place that it is named after."""
    sealed = _box(tuple(settings.ENCRYPTION_KEYS)).encrypt(json.dumps([place, plaintext]).encode())
    return Ciphertext(sealed.decode("ascii"))


def unseal_for(place: str, sealed: str) -> str:
    """Decrypt what `seal_for` made for this place. Raises Unreadable."""
    try:
        said, plaintext = json.loads(_box(tuple(settings.ENCRYPTION_KEYS)).decrypt(sealed.encode()))
    except (InvalidToken, ValueError) as problem:
        raise Unreadable(f"the secret at {place} can't be read with the present keys") from problem
    if said != place:
        raise Unreadable(f"the secret at {place} belongs to another place")
    return str(plaintext)


def reseal(sealed: str) -> Ciphertext:
    """The same secret under the newest key. Raises Unreadable where no key fits."""
    try:
        return Ciphertext(_box(tuple(settings.ENCRYPTION_KEYS)).rotate(sealed.encode()).decode("ascii"))
    except InvalidToken as problem:
        raise Unreadable("a secret can't be read with the present keys") from problem


def is_under_newest(sealed: str) -> bool:
    """Whether the newest key alone reads it."""
    try:
        _box((settings.ENCRYPTION_KEYS[0],)).decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def fields() -> list[tuple[type[models.Model], str]]:
    """Every field of every table that holds secrets."""
    return [
        (model, field.attname)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedTextField)
    ]


class _Decrypting:
    """Decrypts when the attribute is read, so that loading a row needs no key and costs nothing."""

    def __init__(self, field: EncryptedTextField) -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: Any = None) -> Any:
        if instance is None:
            return self
        if self.field.attname not in instance.__dict__:
            instance.refresh_from_db(fields=[self.field.attname])
        value = instance.__dict__[self.field.attname]
        if isinstance(value, Ciphertext):
            return unseal(instance, instance.uid, self.field.attname, value)  # type: ignore[attr-defined]
        return value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


if TYPE_CHECKING:
    _TextField = models.TextField[Any, Any]
else:  # the framework's fields can't be subscripted when they run
    _TextField = models.TextField


class EncryptedTextField(_TextField):
    """Text that only this row can read back. The model has a `uid`.

    Assign plain text and save the instance; in `QuerySet.update()` give `seal(...)`, never plain text.
    Can't be filtered on.
    """

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        """Put the decrypting descriptor in place of the plain attribute."""
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, self.attname, _Decrypting(self))

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Ciphertext | None:
        """Mark what comes from the database as encrypted."""
        return None if value is None else Ciphertext(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Encrypt plain text on its way to the database."""
        value = model_instance.__dict__.get(self.attname)
        if value is None or isinstance(value, Ciphertext):
            return value
        return seal(model_instance, model_instance.uid, self.attname, str(value))  # type: ignore[attr-defined]

    def get_prep_value(self, value: Any) -> Any:
        """Refuse plain text: it would be stored as it is."""
        if value is None or isinstance(value, Ciphertext):
            return value
        if hasattr(value, "resolve_expression"):
            return value
        raise TypeError(f"{self.name} takes seal(...) here, not plain text")

"""Secrets at rest can be read by their own row alone."""

import pytest
from cryptography.fernet import Fernet

from eduraise.core import encrypted
from eduraise.core.models import Setting
from tests.school import School


def test_a_secret_comes_back_and_is_not_in_the_database(school: School) -> None:
    Setting.objects.create(name="ZOOM_CLIENT_SECRET", value="CANARY", set_at=school.now)

    assert Setting.objects.get().value == "CANARY"
    stored = Setting.objects.extra(select={"raw": "value"}).values_list("raw", flat=True)[0]
    assert "CANARY" not in stored


def test_a_secret_copied_to_another_row_is_refused(school: School) -> None:
    first = Setting.objects.create(name="A", value="CANARY", set_at=school.now)
    second = Setting.objects.create(name="B", value="other", set_at=school.now)
    first = Setting.objects.get(pk=first.pk)
    Setting.objects.filter(pk=second.pk).update(value=first.__dict__["value"])

    with pytest.raises(encrypted.Unreadable):
        _ = Setting.objects.get(pk=second.pk).value


def test_plain_text_is_never_stored_by_an_update(school: School) -> None:
    Setting.objects.create(name="A", value="x", set_at=school.now)

    with pytest.raises(TypeError):
        Setting.objects.update(value="plain")


def test_an_old_key_still_reads_and_a_retired_one_does_not(school: School, settings: object) -> None:
    row = Setting.objects.create(name="A", value="CANARY", set_at=school.now)
    row = Setting.objects.get(pk=row.pk)
    sealed = row.__dict__["value"]
    old, new = settings.ENCRYPTION_KEYS[0], Fernet.generate_key().decode()  # type: ignore[attr-defined]

    settings.ENCRYPTION_KEYS = (new, old)  # type: ignore[attr-defined]
    assert encrypted.unseal(row, row.uid, "value", sealed) == "CANARY"
    resealed = encrypted.reseal(sealed)

    settings.ENCRYPTION_KEYS = (new,)  # type: ignore[attr-defined]
    assert encrypted.unseal(row, row.uid, "value", resealed) == "CANARY"
    with pytest.raises(encrypted.Unreadable):
        encrypted.unseal(row, row.uid, "value", sealed)

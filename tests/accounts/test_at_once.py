"""Two who do the same at once: real transactions on real connections."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from eduraise.accounts.actions import accept_invitation, invite_person, issue_invitation
from eduraise.accounts.models import Invitation, User
from eduraise.accounts.rights import remove_admin
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


def admin(name: str) -> User:
    return User.objects.create_user(f"{name}@school.example", name=name, is_admin=True, joined_at=NOW)


def test_two_admins_who_remove_each_other_leave_one() -> None:
    ada, eve = admin("ada"), admin("eve")

    came_of = at_once(
        lambda: remove_admin(person=ada, by=eve, now=NOW), lambda: remove_admin(person=eve, by=ada, now=NOW)
    )

    [refused] = [each for each in came_of if each is not None]
    assert refused.code == "last_admin"
    assert User.objects.filter(is_admin=True).count() == 1


def test_one_link_opened_twice_takes_up_the_account_once() -> None:
    mira = invite_person(email="m@home.example", name="Mira", by=None, now=NOW)
    _invitation, token = issue_invitation(person=mira, role="student", by=None, now=NOW)

    def take_up(password: str) -> Callable[[], Any]:
        return lambda: accept_invitation(token=token, name=password, password=password, now=NOW).name

    came_of = at_once(take_up("first of two passwords"), take_up("second of two passwords"))

    [winner] = [name for name in came_of if isinstance(name, str)]
    [refused] = [each for each in came_of if not isinstance(each, str)]
    assert refused.code == "invitation_used"
    mira.refresh_from_db()
    assert (mira.name, mira.check_password(winner)) == (winner, True)


def test_one_address_invited_by_two_makes_one_account() -> None:
    ada = admin("ada")

    came_of = at_once(
        *[lambda: invite_person(email="M@home.example", name="M", by=ada, now=NOW).pk for _admin in range(4)]
    )

    assert len(set(came_of)) == 1
    assert User.objects.filter(is_admin=False).count() == 1
    assert Invitation.objects.count() == 1

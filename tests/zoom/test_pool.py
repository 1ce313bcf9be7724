"""Shared hosts: teachers without a licence hold classes on them, never more at once than they can."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import Settings

from eduraise.core.codes import new_uid
from eduraise.zoom import choosing, pool
from eduraise.zoom.claims import lock_hosts
from eduraise.zoom.enums import HostKind, Licence, Plan
from eduraise.zoom.hosts import NotConnected
from eduraise.zoom.models import HostClaim, ZoomAccount, ZoomUser
from eduraise.zoom.wholeaccount import AlreadyLinked, NotInAccount, account_due
from tests.linked import LinkedZoom
from tests.zoom.test_wholeaccount import configure

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def account(linked: LinkedZoom, settings: Settings) -> ZoomAccount:
    configure(settings)
    account_due(linked.now)
    return ZoomAccount.objects.get(is_whole=True)


def share(linked: LinkedZoom, account: ZoomAccount, email: str) -> ZoomUser:
    return pool.add(account=account, email=email, by=linked.school.ada, now=linked.now)


def take(linked: LinkedZoom, starts_at, length=HOUR):  # type: ignore[no-untyped-def]
    found = choosing.hosts_for(linked.school.tariq, starts_at=starts_at, length=length)
    return choosing.claim_one(
        lock_hosts(found) and found,
        starts_at=starts_at,
        ends_at=starts_at + length,
        held_for=new_uid(),
        now=linked.now,
    )


def test_classes_at_one_hour_go_to_different_shared_hosts_and_then_to_none(
    linked: LinkedZoom, account: ZoomAccount
) -> None:
    first, second = (share(linked, account, f"teacher0{n}@demo.example") for n in (1, 2))
    at = linked.now + timedelta(days=1)
    assert {take(linked, at), take(linked, at)} == {first, second}
    with pytest.raises(pool.PoolBusy) as busy:
        take(linked, at + timedelta(minutes=30))
    assert busy.value.free_at == at + HOUR
    assert "(2)" in str(busy.value.message)
    assert take(linked, at + HOUR) in (first, second)


def test_a_business_host_holds_two_at_once(linked: LinkedZoom, account: ZoomAccount) -> None:
    ZoomAccount.objects.update(plan=Plan.BUSINESS)
    host = share(linked, account, "teacher01@demo.example")
    at = linked.now + timedelta(days=1)
    assert [take(linked, at), take(linked, at)] == [host, host]
    assert sorted(HostClaim.objects.values_list("lane", flat=True)) == [0, 1]
    with pytest.raises(pool.PoolBusy):
        take(linked, at)


def test_use_is_spread_over_the_shared_hosts(linked: LinkedZoom, account: ZoomAccount) -> None:
    for number in (1, 2, 3):
        share(linked, account, f"teacher0{number}@demo.example")
    taken = [take(linked, linked.now + timedelta(days=1, hours=2 * turn)) for turn in range(6)]
    assert sorted(taken.count(host) for host in set(taken)) == [2, 2, 2]


def test_who_has_a_licence_of_her_own_uses_it_and_who_is_basic_only_for_short_classes(
    linked: LinkedZoom, account: ZoomAccount
) -> None:
    at = linked.now + timedelta(days=1)
    shared = share(linked, account, "teacher01@demo.example")
    own = linked.connect(linked.school.tariq)
    assert choosing.hosts_for(linked.school.tariq, starts_at=at, length=HOUR) == [own]
    ZoomUser.objects.filter(pk=own.pk).update(licence=Licence.BASIC)
    short = timedelta(minutes=40)
    assert choosing.hosts_for(linked.school.tariq, starts_at=at, length=short) == [own]
    assert choosing.hosts_for(linked.school.tariq, starts_at=at, length=HOUR) == [shared]


def test_without_shared_hosts_a_teacher_must_connect(linked: LinkedZoom, account: ZoomAccount) -> None:
    with pytest.raises(NotConnected):
        choosing.hosts_for(linked.school.tariq, starts_at=linked.now, length=HOUR)


def test_a_class_on_a_shared_host_stands_at_zoom_under_it(linked: LinkedZoom, account: ZoomAccount) -> None:
    host = share(linked, account, "teacher01@demo.example")
    linked.want(host)
    assert linked.push() == ["done"]
    assert [meeting["host_email"] for meeting in linked.sim.meetings] == ["teacher01@demo.example"]


def test_only_licensed_users_that_are_nobodys_are_shared(linked: LinkedZoom, account: ZoomAccount) -> None:
    linked.connect(linked.school.tariq)
    refused = {
        "basic@demo.example": NotInAccount,
        "unlicensed@demo.example": NotInAccount,
        "nobody@demo.example": NotInAccount,
        linked.school.tariq.email: AlreadyLinked,
    }
    for email, problem in refused.items():
        with pytest.raises(problem):
            share(linked, account, email)
    assert not ZoomUser.objects.filter(kind=HostKind.POOL).exists()


def test_who_leaves_the_pool_keeps_its_classes_and_gets_no_new_ones(
    linked: LinkedZoom, account: ZoomAccount
) -> None:
    host = share(linked, account, "teacher01@demo.example")
    linked.want(host)
    assert pool.remove(host=host, by=linked.school.ada, now=linked.now)
    assert linked.push() == ["done"]
    with pytest.raises(NotConnected):
        choosing.hosts_for(linked.school.tariq, starts_at=linked.now, length=HOUR)

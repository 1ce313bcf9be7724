"""Two at once, on a real database: one Zoom user has one teacher, one pair is spent once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from eduraise.core import breaker
from eduraise.core.codes import new_uid
from eduraise.zoom import linking, pool, tokens
from eduraise.zoom.choosing import claim_one
from eduraise.zoom.claims import lock_hosts
from eduraise.zoom.enums import HostKind, Outcome
from eduraise.zoom.models import Connecting, HostClaim, ZoomUser
from tests.at_once import at_once
from tests.linked import LinkedZoom
from tests.school import School
from tests.zoom.connecting import asked, browser, connect, decide

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_two_teachers_who_confirm_one_zoom_user_one_gets_it(site: LinkedZoom, school: School) -> None:
    connect(site, school.olu, "shared@zoom.example")
    connect(site, school.tariq, "shared@zoom.example")
    rows = list(Connecting.objects.select_related("person"))

    outcomes = at_once(
        *(
            lambda row=row: linking.confirm(connecting=row, person=row.person, now=site.now).outcome
            for row in rows
        )
    )

    assert sorted(outcomes) == [Outcome.CONNECTED, Outcome.HELD_BY_ANOTHER]
    host = ZoomUser.objects.get()
    winner = rows[outcomes.index(Outcome.CONNECTED)].person
    assert host.teacher == winner
    assert not Connecting.objects.filter(refresh_token__isnull=False).exists()


def test_two_tabs_that_confirm_two_accounts_leave_her_with_one(site: LinkedZoom, school: School) -> None:
    client = connect(site, school.tariq, "first@zoom.example")
    client.get(decide(site, asked(client), "second@zoom.example"))
    rows = list(Connecting.objects.all())

    outcomes = at_once(
        *(
            lambda row=row: linking.confirm(connecting=row, person=school.tariq, now=site.now).outcome
            for row in rows
        )
    )

    assert outcomes == [Outcome.CONNECTED, Outcome.CONNECTED]
    assert ZoomUser.objects.filter(teacher=school.tariq).count() == 1
    assert ZoomUser.objects.filter(refresh_token__isnull=False).count() == 1


def test_a_return_that_arrives_twice_at_once_is_taken_once(site: LinkedZoom, school: School) -> None:
    client = browser(school.tariq)
    address = decide(site, asked(client), "tariq@zoom.example")
    again = browser(school.tariq)
    again.cookies = client.cookies

    statuses = at_once(
        lambda: client.get(address).status_code,
        lambda: again.get(address).status_code,
    )

    assert sorted(statuses) == [302, 422]
    assert site.sim.called("oauthToken") == 1


def test_one_of_four_spends_the_pair_and_all_have_its_answer(site: LinkedZoom, school: School) -> None:
    host = site.connect(school.tariq)
    site.advance(hours=2)

    got = at_once(*[lambda: tokens.access_for(host, site.now).token.reveal()] * 4)

    row = ZoomUser.objects.get()
    assert set(got) == {row.access_token}
    assert (row.token_version, site.sim.called("oauthToken")) == (2, 1)


def test_a_shared_host_that_takes_a_class_at_the_moment_it_goes_can_still_be_called(
    linked: LinkedZoom, school: School
) -> None:
    for turn in range(10):
        host = linked.connect(school.teacher(f"shared{turn}"))
        ZoomUser.objects.filter(pk=host.pk).update(teacher=None, kind=HostKind.POOL, by_account=True)
        host.refresh_from_db()
        start, uid = linked.now + timedelta(days=1), new_uid()

        def take(host: ZoomUser = host, start: Any = start, uid: Any = uid) -> bool:
            try:
                with transaction.atomic():
                    lock_hosts([host])
                    claim_one(
                        [host],
                        starts_at=start,
                        ends_at=start + timedelta(hours=1),
                        held_for=uid,
                        now=linked.now,
                    )
            except pool.PoolBusy:
                return False
            return True

        took, _removed = at_once(
            take, lambda host=host: pool.remove(host=host, by=school.ada, now=linked.now)
        )

        host.refresh_from_db()
        assert took == HostClaim.objects.filter(host=host).exists() == host.is_usable


def test_of_two_calls_that_fail_at_once_both_count(linked: LinkedZoom) -> None:
    for turn in range(20):
        name = f"test {turn}"
        at_once(*[lambda name=name: breaker.failed(name, linked.now)] * 2)

        assert breaker.is_open(name)

"""Whose a Zoom user is here: one teacher's, by her own word, until it is ended and Zoom has heard."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.mail import EmailMessage
from pytest_django import Settings

from eduraise.accounts.models import User
from eduraise.notifications.models import Message
from eduraise.notifications.sending import send_due
from eduraise.zoom import linking, revoking, tokens
from eduraise.zoom.enums import HostKind, HostState
from eduraise.zoom.features import ALL_SCOPES
from eduraise.zoom.models import Connecting, Revocation, ZoomUser
from eduraise.zoom.wake import wake_due
from tests.linked import LinkedZoom
from tests.school import School
from tests.zoom.connecting import asked, browser, connect, decide, say
from zoomclient import ConnectionLost

SHARED = "shared@zoom.example"


def works_at_zoom(site: LinkedZoom, token: str) -> bool:
    with site.sim.client(token) as zoom:
        return zoom.get("/v2/users/me").status_code == 200


@pytest.fixture
def held(site: LinkedZoom, school: School) -> ZoomUser:
    """A Zoom user that the outsider has connected."""
    say(connect(site, school.olu, SHARED), "yes")
    return ZoomUser.objects.get()


def test_the_holders_dead_pair_is_replaced_by_the_one_that_killed_it(
    site: LinkedZoom, school: School, held: ZoomUser
) -> None:
    client = browser(school.tariq)

    refused = client.get(decide(site, asked(client), SHARED)).content.decode()

    host = ZoomUser.objects.get()
    assert "already connected here" in refused
    assert school.olu.name not in refused
    assert (host.teacher, host.state, host.token_version) == (school.olu, HostState.CONNECTED, 2)
    assert host.access_token != held.access_token
    assert works_at_zoom(site, str(host.access_token))
    assert not Revocation.objects.exists()


def test_a_holder_whose_pair_lives_keeps_it(site: LinkedZoom, school: School, held: ZoomUser) -> None:
    site.sim.switch(last_authorisation_wins=False)
    client = browser(school.tariq)

    assert "already connected here" in client.get(decide(site, asked(client), SHARED)).content.decode()

    host = ZoomUser.objects.get()
    assert (host.teacher, host.token_version, host.access_token) == (school.olu, 1, held.access_token)


def test_a_link_that_was_lost_before_is_not_mended_by_somebody_elses_consent(
    site: LinkedZoom, school: School, held: ZoomUser
) -> None:
    tokens.mark_lost(held, version=1, now=site.now)
    client = browser(school.tariq)

    assert "ask your admin" in client.get(decide(site, asked(client), SHARED)).content.decode()

    assert ZoomUser.objects.get().state == HostState.LOST
    assert revoking.revoke_due(site.now) == 1
    assert site.sim.called("oauthRevoke") == 1


def test_a_shared_host_becomes_nobodys_own_and_stays_as_it_is(
    site: LinkedZoom, school: School, held: ZoomUser
) -> None:
    shared = {"teacher": None, "kind": HostKind.POOL, "by_account": True}
    ZoomUser.objects.filter(pk=held.pk).update(**shared)
    client = browser(school.tariq)

    refused = client.get(decide(site, asked(client), SHARED)).content.decode()

    assert "already connected here" in refused
    assert ZoomUser.objects.filter(**shared, state=HostState.CONNECTED).exists()


def test_who_agreed_before_it_was_shared_is_refused_too(site: LinkedZoom, school: School) -> None:
    client = connect(site, school.tariq, SHARED)
    host = site.connect(school.teacher("other"))
    told = Connecting.objects.get()
    ZoomUser.objects.filter(pk=host.pk).update(
        teacher=None, kind=HostKind.POOL, by_account=True, zoom_user_id=told.zoom_user_id
    )

    answer = say(client, "yes")

    assert "already connected here" in answer.content.decode()
    assert ZoomUser.objects.get().teacher is None


def test_zoom_silent_while_the_holder_is_looked_at_costs_her_nothing(
    site: LinkedZoom, school: School, held: ZoomUser
) -> None:
    client = browser(school.tariq)
    address = decide(site, asked(client), SHARED)
    site.sim.fault("drop_before", route="GET /v2/users/me", skip=1)

    assert "already connected here" in client.get(address).content.decode()

    host = ZoomUser.objects.get()
    assert (host.state, host.wake_at, host.teacher) == (HostState.CONNECTED, site.now, school.olu)
    assert not Revocation.objects.exists()


def test_missing_scopes_are_named_in_words_and_the_grant_is_revoked(site: LinkedZoom, school: School) -> None:
    site.sim.switch(app_scopes=[name for name in ALL_SCOPES if name != "meeting:write:meeting"])
    client = browser(school.tariq)

    answer = client.get(decide(site, asked(client), "tariq@zoom.example"))

    said = answer.content.decode()
    assert answer.status_code == 422
    assert "Book classes" in said
    assert "meeting:write:meeting" in said
    assert "meeting:read:meeting" not in said
    assert revoking.revoke_due(site.now) == 1
    assert site.sim.called("oauthRevoke") == 1
    assert not ZoomUser.objects.exists()


def test_a_grant_that_may_not_even_say_whose_it_is_is_revoked(site: LinkedZoom, school: School) -> None:
    site.sim.switch(app_scopes=[name for name in ALL_SCOPES if name != "user:read:user"])
    client = browser(school.tariq)

    said = client.get(decide(site, asked(client), "tariq@zoom.example")).content.decode()

    assert "See whose account it is" in said
    assert revoking.revoke_due(site.now) == 1
    assert site.sim.called("oauthRevoke") == 1


def test_too_few_scopes_do_not_revoke_her_own_live_link(site: LinkedZoom, school: School) -> None:
    say(connect(site, school.tariq, "tariq@zoom.example"), "yes")
    site.sim.switch(app_scopes=["user:read:user"], last_authorisation_wins=False)
    client = browser(school.tariq)

    assert (
        "did not grant all" in client.get(decide(site, asked(client), "tariq@zoom.example")).content.decode()
    )

    assert not Revocation.objects.exists()
    assert ZoomUser.objects.get().state == HostState.CONNECTED


def test_a_consent_whose_answer_is_lost_ends_her_link_and_that_is_noticed_soon(
    site: LinkedZoom, school: School
) -> None:
    client = connect(site, school.tariq, "tariq@zoom.example")
    say(client, "yes")
    site.advance(hours=1)
    wake_due(site.now)
    site.sim.fault("do_then_drop", operation="oauthToken", grant_type="authorization_code")
    client.get(decide(site, asked(client), "tariq@zoom.example"))
    assert ZoomUser.objects.get().state == HostState.CONNECTED

    site.advance(minutes=1)
    wake_due(site.now)

    assert ZoomUser.objects.get().state == HostState.LOST


def test_two_tabs_of_one_teacher_both_come_home(site: LinkedZoom, school: School) -> None:
    client = browser(school.tariq)
    first, second = asked(client), asked(client)
    assert client.get(decide(site, second, "tariq@zoom.example")).status_code == 302
    say(client, "yes")

    assert client.get(decide(site, first, "tariq@zoom.example")).status_code == 302

    host = ZoomUser.objects.get()
    assert (host.teacher, host.token_version) == (school.tariq, 2)
    assert works_at_zoom(site, str(host.access_token))


def test_a_tab_confirms_the_account_that_it_showed(site: LinkedZoom, school: School) -> None:
    client = connect(site, school.tariq, "first@zoom.example")
    shown = Connecting.objects.get()
    client.get(decide(site, asked(client), "second@zoom.example"))

    client.post("/zoom/connect/confirmation/", {"answer": "yes", "pending": str(shown.uid)})

    assert ZoomUser.objects.get().email == "first@zoom.example"


def test_pressing_twice_connects_once_and_says_nothing_bad(site: LinkedZoom, school: School) -> None:
    client = connect(site, school.tariq, "tariq@zoom.example")
    fields = {"answer": "yes", "pending": str(Connecting.objects.get().uid)}

    answers = [client.post("/zoom/connect/confirmation/", fields).status_code for _press in range(2)]

    assert answers == [302, 302]
    assert ZoomUser.objects.get().token_version == 1


def test_an_older_try_that_runs_out_does_not_end_the_newer_one(site: LinkedZoom, school: School) -> None:
    client = connect(site, school.tariq, "tariq@zoom.example")
    site.advance(minutes=6)
    client.get(decide(site, asked(client), "tariq@zoom.example"))
    site.advance(minutes=5)

    assert linking.drop_due(site.now) == 0  # the newer one had taken its place
    say(client, "yes")

    assert not Revocation.objects.exists()
    assert works_at_zoom(site, str(ZoomUser.objects.get().access_token))


def test_a_link_whose_access_token_has_run_out_is_still_ended_at_zoom(
    site: LinkedZoom, school: School
) -> None:
    host = site.connect(school.tariq)
    site.advance(hours=3)

    linking.disconnect(host=host, by=school.tariq, now=site.now)
    assert revoking.revoke_due(site.now) == 1

    assert (site.sim.called("oauthToken"), site.sim.called("oauthRevoke")) == (1, 1)
    assert site.sim.events.count("app_deauthorized") <= 1
    assert not Revocation.objects.exists()


def test_while_zoom_is_silent_an_ended_link_is_told_again_for_a_day(site: LinkedZoom, school: School) -> None:
    host = site.connect(school.tariq)
    linking.disconnect(host=host, by=school.tariq, now=site.now)
    site.sim.fault("drop_before", times=None, route="POST /oauth/revoke")

    assert revoking.revoke_due(site.now) == 0
    assert Revocation.objects.get().next_at > site.now
    site.advance(hours=25)
    assert revoking.revoke_due(site.now) == 1
    assert not Revocation.objects.exists()


def test_who_connects_anew_is_not_cut_off_by_the_end_of_her_former_link(
    site: LinkedZoom, school: School
) -> None:
    say(connect(site, school.tariq, "tariq@zoom.example"), "yes")
    client = browser(school.tariq)
    client.post("/zoom/connect/disconnection/")
    client.get(decide(site, asked(client), "tariq@zoom.example"))
    assert revoking.revoke_due(site.now) == 1  # a pair waits for her yes: nothing is sent
    say(client, "yes")

    assert site.sim.called("oauthRevoke") == 0
    assert works_at_zoom(site, str(ZoomUser.objects.get().access_token))


def test_a_pair_that_came_for_a_link_ended_meanwhile_is_ended_too(site: LinkedZoom, school: School) -> None:
    host = site.connect(school.tariq)
    site.advance(hours=2)
    ended = []

    def end_it(_request: object) -> None:
        if not ended:
            ended.append(linking.disconnect(host=host, by=school.tariq, now=site.now))

    site.before_call(end_it)
    with pytest.raises(ConnectionLost):
        tokens.access_for(host, site.now)

    assert ended == [True]
    revoking.revoke_due(site.now)
    assert ZoomUser.objects.get().access_token is None
    assert site.sim.called("oauthRevoke") == 1


def test_another_account_is_told_to_her_and_to_the_admins(
    site: LinkedZoom, school: School, mailoutbox: list[EmailMessage]
) -> None:
    people: set[User] = {school.tariq, school.ada}
    say(connect(site, school.tariq, "somebody.else@zoom.example"), "yes")

    told = Message.objects.filter(kind="zoom.other_account")
    assert {message.person for message in told} == people
    assert browser(school.ada).get("/notifications/").status_code == 200
    send_due(site.now)
    sent = {(mail.to[0], mail.subject) for mail in mailoutbox}
    assert (school.tariq.email, "Another Zoom account was connected for you") in sent
    assert (school.ada.email, f"{school.tariq.name} connected another Zoom account") in sent
    assert site.sim.meetings == []


def test_her_own_address_is_no_news(site: LinkedZoom, school: School) -> None:
    say(connect(site, school.tariq, school.tariq.email), "yes")

    assert not Message.objects.filter(kind="zoom.other_account").exists()


def test_her_former_zoom_user_is_let_go_and_its_grant_ended(site: LinkedZoom, school: School) -> None:
    former = site.connect(school.tariq)
    site.want(former)
    client = connect(site, school.tariq, "new@zoom.example")
    assert (
        "Your classes stay on your present Zoom account" not in client.get("/zoom/connect/").content.decode()
    )

    say(client, "yes")

    former.refresh_from_db()
    assert (former.teacher, former.state, former.refresh_token) == (None, HostState.KNOWN, None)
    assert ZoomUser.objects.get(teacher=school.tariq).email == "new@zoom.example"
    assert former.meetings.count() == 1
    assert revoking.revoke_due(site.now) == 1


def test_checking_says_what_zoom_answered(site: LinkedZoom, school: School) -> None:
    host = site.connect(school.tariq)
    client = browser(school.tariq)
    site.advance(minutes=10)

    def check() -> str:
        return client.post("/zoom/connect/check/", follow=True).content.decode()

    assert "the connection works" in check()
    assert ZoomUser.objects.get().checked_at == site.now

    site.sim.fault("drop_before", route="GET /v2/users/me")
    assert "Zoom didn’t answer" in check()
    assert ZoomUser.objects.get().state == HostState.CONNECTED

    site.sim.user(host.email, revoke=True)
    assert "the connection has ended" in check()
    assert "Reconnect to Zoom" in client.get("/zoom/connect/").content.decode()


def test_basic_says_what_it_means(site: LinkedZoom, school: School) -> None:
    site.connect(school.tariq, licence="basic")

    page = browser(school.tariq).get("/zoom/connect/").content.decode()

    assert "Zoom ends each class after 40 minutes." in page
    assert "cloud recording is not available" in page


def test_a_swapped_verifier_connects_nothing(site: LinkedZoom, school: School) -> None:
    client = browser(school.tariq)
    address = decide(site, asked(client), "tariq@zoom.example")
    row = Connecting.objects.get()
    row.verifier = "another"
    row.save(update_fields=["verifier"])

    assert client.get(address).status_code == 422

    assert Connecting.objects.get().refresh_token is None


@pytest.mark.parametrize("forged", [{"HTTP_HOST": "evil.example"}, {"HTTP_X_FORWARDED_HOST": "evil.example"}])
def test_a_forged_host_does_not_change_where_zoom_sends_people_back_to(
    site: LinkedZoom, school: School, forged: dict[str, str], settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["*"]

    answer = browser(school.tariq).post("/zoom/connect/start/", **forged)

    asked_for = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert asked_for["redirect_uri"] == ["https://school.test/zoom/connect/callback/"]
    page = browser(school.ada).get("/zoom/setup/", **forged).content.decode()
    assert "https://school.test/zoom/connect/callback/" in page
    assert "evil.example" not in page


@pytest.mark.parametrize("way", ["bare", "access_denied"])
def test_whichever_way_zoom_says_no_it_is_understood(site: LinkedZoom, school: School, way: str) -> None:
    site.sim.switch(denial=way)
    client = browser(school.tariq)

    said = client.get(decide(site, asked(client), "tariq@zoom.example", "deny")).content.decode()

    assert "nothing was allowed at Zoom" in said
    assert Connecting.objects.get().expires_at - site.now == timedelta(minutes=10)


def test_who_says_no_and_is_not_sent_back_can_begin_again(site: LinkedZoom, school: School) -> None:
    site.sim.switch(denial="stays")
    client = browser(school.tariq)
    query = asked(client)
    user = site.sim.user("tariq@zoom.example", licence="licensed")
    with site.sim.client() as zoom:
        stays = zoom.post("/oauth/authorize", data=query | {"user": user["id"], "decision": "deny"})
    assert "location" not in stays.headers

    client.get(decide(site, asked(client), "tariq@zoom.example"))
    say(client, "yes")

    assert ZoomUser.objects.get().state == HostState.CONNECTED

"""Where sources about Zoom's API disagree or are silent, what we do is right with each answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import Settings

from eduraise.zoom import checks, features, linking, preflight, revoking, tokens, wholeaccount
from eduraise.zoom.asking import with_zoom
from eduraise.zoom.enums import HostState, Licence, RegistrantState
from eduraise.zoom.models import BusyTime, Registrant, Revocation, ZoomOccurrence, ZoomOperation, ZoomUser
from eduraise.zoom.reading import read_meeting
from eduraise.zoom.wake import wake_due
from tests.linked import SETTINGS, LinkedZoom
from tests.zoom.test_either_way import passing
from tests.zoom.test_features import WITHOUT_REGISTRATION
from tests.zoom.test_registering import at_zoom, book, choose, join, register, states
from tests.zoom.test_wholeaccount import configure, link, look
from tests.zoom_simulator import answers_of, each_answer
from zoomclient import NotLicensed

__all__ = ["passing"]
pytestmark = pytest.mark.django_db
DAILY = {"type": 1, "end_times": 3}
REGISTERING = SETTINGS | {"registers_students": True}


@pytest.fixture
def host(linked: LinkedZoom) -> ZoomUser:
    return linked.connect(linked.school.tariq)


def wake(linked: LinkedZoom) -> dict[str, int]:
    ZoomUser.objects.update(wake_at=linked.now)
    return dict(wake_due(linked.now))


# Tokens


@pytest.mark.parametrize("wins", answers_of("last_authorisation_wins"))
def test_her_newest_consent_counts_whether_it_ends_the_earlier_one_or_not(
    linked: LinkedZoom, host: ZoomUser, wins: bool
) -> None:
    linked.sim.switch(last_authorisation_wins=wins)

    linked.connect(linked.school.tariq)

    assert with_zoom(host, linked.now, lambda zoom: zoom.users.me()).email == host.email


@pytest.mark.parametrize("wins", answers_of("last_authorisation_wins"))
def test_a_consent_to_another_installation_is_noticed_where_it_ends_ours(
    linked: LinkedZoom, host: ZoomUser, wins: bool
) -> None:
    linked.sim.switch(last_authorisation_wins=wins)
    linked.sim.grant(host.email)

    outcome = wake(linked)

    host.refresh_from_db()
    assert (outcome, host.state) == (
        ({"lost": 1}, HostState.LOST) if wins else ({"checked": 1}, HostState.CONNECTED)
    )


@pytest.mark.parametrize("single", answers_of("s2s_single_token"))
def test_another_program_with_the_accounts_app_costs_no_call(
    linked: LinkedZoom, settings: Settings, single: bool
) -> None:
    linked.sim.switch(s2s_single_token=single)
    linked.sim.user(linked.school.tariq.email, licence="licensed")
    configure(settings)
    look(linked)
    host = link(linked, linked.school.tariq)
    with linked.sim.client() as elsewhere:
        asked = {"grant_type": "account_credentials", "account_id": "sim-account"}
        elsewhere.post("/oauth/token", data=asked, auth=("sim-s2s-client", "sim-s2s-secret"))

    me = with_zoom(host, linked.now, lambda zoom: zoom.users.get(zoom.user_id))

    assert me.id == host.zoom_user_id
    host.account.refresh_from_db()
    assert (host.account.voided_at is not None) == single


@pytest.mark.parametrize("has_me", answers_of("account_me"))
def test_the_accounts_app_is_known_to_work_whether_it_is_somebody_or_not(
    linked: LinkedZoom, settings: Settings, has_me: bool
) -> None:
    linked.sim.switch(account_me=has_me)
    configure(settings)
    look(linked)

    found = {check.name: check.state for check in checks.run(linked.now, with_meeting=False)}

    assert found["account"] == checks.OK
    assert wholeaccount.suggestions().count() == 0, "so that nobody else was asked about"


@pytest.mark.parametrize("works", answers_of("revoke_expired"))
def test_a_link_of_yesterday_is_ended_at_zoom_whatever_an_old_token_may(
    linked: LinkedZoom, host: ZoomUser, works: bool
) -> None:
    linked.sim.switch(revoke_expired=works)
    refresh_token = str(host.refresh_token)
    linked.advance(days=1)

    linking.disconnect(host=host, by=linked.school.tariq, now=linked.now)
    assert revoking.revoke_due(linked.now) == 1

    assert not Revocation.objects.exists()
    with linked.sim.client() as zoom:
        asked = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        assert zoom.post("/oauth/token", data=asked, auth=("sim-client", "sim-secret")).status_code == 400


@pytest.mark.parametrize("status", answers_of("bad_token_status"))
def test_a_token_that_zoom_ended_early_is_replaced_and_the_call_made_again(
    linked: LinkedZoom, host: ZoomUser, status: int
) -> None:
    linked.sim.switch(bad_token_status=status)
    host.access_token = "ended-early"
    host.save(update_fields=["access_token"])

    assert with_zoom(host, linked.now, lambda zoom: zoom.users.me()).email == host.email


@pytest.mark.parametrize("are_long", answers_of("long_tokens"))
def test_a_token_of_any_length_is_kept_and_used(linked: LinkedZoom, are_long: bool) -> None:
    linked.sim.switch(long_tokens=are_long)
    host = linked.connect(linked.school.tariq)
    linked.advance(hours=1)

    token = tokens.access_for(host, linked.now).token.reveal()

    assert (len(token) > 2_000) == are_long
    assert with_zoom(host, linked.now, lambda zoom: zoom.users.me()).email == host.email


@pytest.mark.parametrize("code", answers_of("scope_refusal"))
def test_what_lacks_a_scope_is_off_alone_however_zoom_says_so(linked: LinkedZoom, code: int) -> None:
    linked.sim.switch(scope_refusal=code, app_scopes=WITHOUT_REGISTRATION)
    choose(linked, registers=True)
    linked.connect(linked.school.tariq)
    ZoomUser.objects.update(scopes=list(features.ALL_SCOPES))
    session = book(linked)

    assert register(linked)["impossible"] == 1

    assert Registrant.objects.get().reason == "scope_missing"
    assert "tk=" not in join(linked, linked.school.sana, session)


# Limits


@pytest.mark.parametrize(("switch", "answer"), each_answer("per_second_code", "rate_headers"))
def test_a_second_that_others_used_up_is_waited_out(
    linked: LinkedZoom, host: ZoomUser, switch: str, answer: Any
) -> None:
    linked.sim.switch(**{switch: answer})
    linked.sim.limit(mode="on", plan="free")
    linked.advance(seconds=5)
    linked.want(host)
    with linked.sim.client(host.access_token) as another_program:
        for _ in range(4):
            another_program.get("/v2/users/me")

    assert linked.push() == ["pending"]
    linked.advance(seconds=2)

    assert linked.push() == ["done"]
    assert len(linked.numbers()) == 1


@pytest.mark.parametrize("counted", answers_of("registrant_limit"))
def test_who_was_added_too_often_today_is_added_tomorrow_and_holds_nobody_up(
    linked: LinkedZoom, counted: str
) -> None:
    """Sana registered three times for another meeting of the same host."""
    linked.sim.switch(registrant_limit=counted)
    linked.sim.limit(mode="host")
    choose(linked, registers=True)
    host = linked.connect(linked.school.tariq)
    other = linked.sim.add_meeting(host.email, topic="Choir", settings={"approval_type": 0})
    sana = {"email": linked.school.sana.email, "first_name": "Sana"}
    with linked.sim.client(host.access_token) as client:
        for _ in range(3):
            assert client.post(f"/v2/meetings/{other['id']}/registrants", json=sana).status_code == 201
    linked.school.enrol(linked.school.person("newcomer"), linked.school.program)
    linked.want(host, starts_at=linked.now + timedelta(days=3), settings=REGISTERING)
    linked.push()

    for _ in range(3):
        register(linked)
        linked.advance(seconds=5)
    today = states()
    linked.advance(days=1)
    register(linked)

    assert today == {"Sana": "registered" if counted == "meeting" else "wanted", "Newcomer": "registered"}
    assert states() == {"Sana": "registered", "Newcomer": "registered"}


# Registering


@pytest.mark.parametrize("code", answers_of("register_no_meeting"))
def test_nobody_is_given_up_for_a_meeting_that_zoom_does_not_find(linked: LinkedZoom, code: int) -> None:
    linked.sim.switch(register_no_meeting=code)
    choose(linked, registers=True)
    linked.connect(linked.school.tariq)
    book(linked)
    number = int(linked.numbers()[0])
    linked.sim.delete_meeting(number)

    assert register(linked)["put off"] == 1

    assert states() == {"Sana": RegistrantState.WANTED}
    assert Registrant.objects.get().last_error_code == "meeting_not_found"


@pytest.mark.parametrize("most", [1, 4_999])
def test_whoever_finds_the_registration_full_joins_by_the_common_link(linked: LinkedZoom, most: int) -> None:
    linked.sim.switch(max_registrants=most)
    choose(linked, registers=True)
    linked.connect(linked.school.tariq)
    linked.school.enrol(linked.school.person("newcomer"), linked.school.program)
    book(linked)
    for _ in range(3):
        register(linked)
        linked.advance(seconds=1)

    full = most == 1
    assert sorted(states().values()) == (["impossible", "registered"] if full else ["registered"] * 2)
    assert len(at_zoom(linked)) == (1 if full else 2)


# Meetings


@pytest.mark.parametrize(("switch", "answer"), each_answer("series_in_lists", "series_without_top_times"))
def test_each_date_of_a_hosts_own_series_is_a_busy_time(
    linked: LinkedZoom, host: ZoomUser, switch: str, answer: Any
) -> None:
    linked.sim.switch(**{switch: answer})
    first = linked.now + timedelta(days=2)
    own = linked.sim.add_meeting(
        host.email,
        topic="Choir",
        type=8,
        start_time=f"{first:%Y-%m-%dT%H:%M:%SZ}",
        duration=45,
        timezone="UTC",
        recurrence={"type": 1, "end_times": 4},
    )
    dropped = own["occurrences"][2]["occurrence_id"]
    linked.sim.delete_meeting(int(own["id"]), occurrence_id=dropped)

    for _look in range(2):
        assert wake(linked) == {"checked": 1}

    times = BusyTime.objects.order_by("starts_at").values_list("topic", "starts_at", "ends_at")
    assert list(times) == [
        ("Choir", first + timedelta(days=day), first + timedelta(days=day, minutes=45)) for day in (0, 1, 3)
    ]


@pytest.mark.parametrize("most", [50, 60])
def test_all_dates_of_a_long_series_are_busy_times(linked: LinkedZoom, host: ZoomUser, most: int) -> None:
    linked.sim.switch(max_occurrences=most)
    first = linked.now + timedelta(days=2)
    linked.sim.add_meeting(
        host.email,
        topic="Choir",
        type=8,
        start_time=f"{first:%Y-%m-%dT%H:%M:%SZ}",
        recurrence={"type": 1, "end_times": 60},
    )

    wake(linked)

    assert BusyTime.objects.count() == most


def test_a_series_whose_dates_zoom_does_not_tell_is_a_busy_time_as_listed(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    first = linked.now + timedelta(days=2)
    linked.sim.add_meeting(
        host.email,
        topic="Choir",
        type=8,
        start_time=f"{first:%Y-%m-%dT%H:%M:%SZ}",
        recurrence=DAILY,
    )
    linked.sim.fault("status", operation="meeting", status=503, times=None)

    assert wake(linked) == {"checked": 1}

    assert list(BusyTime.objects.values_list("starts_at", flat=True)) == [first]


@pytest.mark.parametrize("refused", answers_of("unlicensed_hosts"))
def test_a_licence_that_was_taken_is_said_even_where_nothing_may_be_read_without(
    linked: LinkedZoom, host: ZoomUser, refused: str
) -> None:
    linked.sim.switch(unlicensed_hosts=refused)
    linked.want(host, starts_at=linked.now + timedelta(hours=5))
    linked.push()
    linked.sim.user(host.email, licence="none")
    linked.advance(minutes=5)

    assert wake(linked) == {"checked": 1}

    host.refresh_from_db()
    occurrence = ZoomOccurrence.objects.get()
    assert (host.state, host.licence) == (HostState.CONNECTED, Licence.NONE)
    assert occurrence.check_codes == [preflight.LICENCE] + ([preflight.UNREAD] if refused == "all" else [])
    assert occurrence.meeting.missing_reads == 0
    if refused == "all":
        with pytest.raises(NotLicensed):
            read_meeting(occurrence.meeting, linked.now)


@pytest.mark.parametrize("refused", answers_of("unlicensed_hosts"))
def test_a_class_that_is_refused_for_want_of_a_licence_says_so(
    linked: LinkedZoom, host: ZoomUser, refused: str
) -> None:
    linked.sim.switch(unlicensed_hosts=refused)
    linked.sim.user(host.email, licence="none")
    linked.want(host)

    assert linked.push() == ["failed"]

    assert ZoomOperation.objects.get().answer_code == "host_unlicensed"


@pytest.mark.parametrize("answer", answers_of("second_meeting"))
def test_whether_a_class_runs_beside_another_meeting_of_its_host_is_read(
    linked: LinkedZoom, host: ZoomUser, answer: str
) -> None:
    """Hers goes on and ours can't be started, or hers ends as ours begins."""
    linked.sim.switch(second_meeting=answer)
    occurrence = linked.want(host, starts_at=linked.now + timedelta(hours=1))
    linked.push()
    [ours] = linked.numbers()
    linked.sim.people.host_start(int(linked.sim.add_meeting(host.email, topic="Choir")["id"]))
    if answer == "refused":
        with pytest.raises(ValueError, match="in progress"):
            linked.sim.people.host_start(int(ours))
    else:
        linked.sim.people.host_start(int(ours))

    reading = read_meeting(occurrence.meeting, linked.now)

    assert (reading.is_running, reading.is_missing) == (answer == "ends_first", False)

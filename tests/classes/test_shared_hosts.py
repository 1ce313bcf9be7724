"""Classes of teachers without a licence: held on shared hosts, started by a link given at the click."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from pytest_django import Settings

from eduraise.accounts.models import User
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.clashing import clashes_of
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.handing import hand_over
from eduraise.classes.models import ClassSession
from eduraise.classes.scheduling import schedule_class
from eduraise.core.codes import new_uid
from eduraise.core.models import AuditEntry
from eduraise.notifications.models import Message
from eduraise.notifications.sending import send_due
from eduraise.programs.enums import Preset
from eduraise.today.common import needs_of
from eduraise.zoom import accounttokens, pool
from eduraise.zoom.enums import Licence
from eduraise.zoom.models import HostClaim, ZoomUser
from eduraise.zoom.wake import wake_due
from eduraise.zoom.wholeaccount import account_due, whole
from tests.classes.pages import signed_in
from tests.classes.test_create_page import typed
from tests.linked import LinkedZoom
from tests.zoom.test_wholeaccount import configure

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shared(linked: LinkedZoom, settings: Settings) -> ZoomUser:
    """One shared host; nobody has connected a Zoom of her own."""
    configure(settings)
    account_due(linked.now)
    account = whole()
    assert account
    return pool.add(account=account, email="teacher01@demo.example", by=linked.school.ada, now=linked.now)


def book(linked: LinkedZoom, **fields: Any) -> ClassSession:
    tariq = linked.school.tariq
    values = {
        "program": linked.school.program,
        "teacher": tariq,
        "topic": "Sets",
        "starts_at": linked.now + timedelta(minutes=35),
        "duration": timedelta(hours=1),
        "zone": "Europe/Madrid",
    }
    return schedule_class(by=tariq, draft=ClassDraft(**(values | fields)), now=linked.now)


def start(linked: LinkedZoom, session: ClassSession) -> Any:
    return signed_in(linked.school.tariq).post(f"/classes/{session.code}/start/")


def test_its_teacher_starts_it_as_the_shared_host_and_that_is_kept(
    linked: LinkedZoom, shared: ZoomUser
) -> None:
    session = book(linked)
    linked.advance(minutes=30)
    answer = start(linked, session)
    assert (answer.status_code, "zak=" in answer["Location"]) == (303, True)
    entry = AuditEntry.objects.get(verb="class.start_link_given")
    assert (entry.actor_uid, entry.thing_uid, entry.after) == (
        linked.school.tariq.uid,
        session.uid,
        {"host": "teacher01@demo.example"},
    )
    assert "zak" not in str(entry.after)


def test_nobody_else_gets_the_shared_hosts_start_link(linked: LinkedZoom, shared: ZoomUser) -> None:
    session = book(linked)
    linked.advance(minutes=30)
    for person in (linked.school.tove, linked.school.ada, linked.school.sana, linked.school.olu):
        answer = signed_in(person).post(f"/classes/{session.code}/start/")
        assert answer.status_code in (404, 409)
    assert not AuditEntry.objects.filter(verb="class.start_link_given").exists()


def test_where_zoom_is_silent_she_is_asked_to_press_again(linked: LinkedZoom, shared: ZoomUser) -> None:
    session = book(linked)
    linked.advance(minutes=30)
    linked.sim.fault("status", operation="meeting", status=503, times=1)
    answer = start(linked, session)
    assert (answer.status_code, "Press Start again." in answer.content.decode()) == (409, True)
    assert start(linked, session).status_code == 303


def test_a_second_class_at_that_hour_is_refused_with_the_next_free_one(
    linked: LinkedZoom, shared: ZoomUser
) -> None:
    at = linked.now + timedelta(days=1)
    book(linked, starts_at=at)
    linked.school.assign(linked.school.olu, linked.school.program, preset=Preset.TEACHER)
    with pytest.raises(pool.PoolBusy) as busy:
        schedule_class(
            by=linked.school.ada,
            draft=ClassDraft(
                program=linked.school.program,
                teacher=linked.school.olu,
                topic="More",
                starts_at=at + timedelta(minutes=30),
                duration=timedelta(hours=1),
                zone="Europe/Madrid",
            ),
            now=linked.now,
        )
    assert busy.value.free_at == at + timedelta(hours=1)
    assert HostClaim.objects.count() == 1


def test_the_hosts_page_says_who_holds_it_and_when(linked: LinkedZoom, shared: ZoomUser) -> None:
    book(linked)
    page = signed_in(linked.school.ada).get(f"/zoom/account/shared/{shared.uid}/").content.decode()
    assert f"{linked.school.program.code} · Sets · {linked.school.tariq.name}" in page


def test_a_class_goes_from_a_shared_host_to_a_teacher_with_a_licence(
    linked: LinkedZoom, shared: ZoomUser
) -> None:
    session = book(linked, starts_at=linked.now + timedelta(days=1))
    linked.school.assign(linked.school.olu, linked.school.program, preset=Preset.TEACHER)
    own = linked.connect(linked.school.olu)
    given = hand_over(
        session=session,
        seen_version=session.version,
        teacher=linked.school.olu,
        by=linked.school.ada,
        now=linked.now,
    )
    assert given.occurrence
    assert given.occurrence.meeting.host == own
    assert list(HostClaim.objects.values_list("host", flat=True)) == [own.pk]


def test_a_class_moves_to_another_shared_host_where_its_own_is_taken(
    linked: LinkedZoom, shared: ZoomUser
) -> None:
    school, at = linked.school, linked.now + timedelta(days=1)
    school.assign(school.olu, school.program, preset=Preset.TEACHER)
    session = book(linked, starts_at=at)
    taken = ClassDraft(
        program=school.program,
        teacher=school.olu,
        topic="More",
        starts_at=at + timedelta(hours=3),
        duration=timedelta(hours=1),
        zone="Europe/Madrid",
    )
    schedule_class(by=school.ada, draft=taken, now=linked.now)
    linked.push()
    move = {"edit": Edit(starts_at=at + timedelta(hours=3)), "by": school.tariq, "now": linked.now}
    with pytest.raises(pool.PoolBusy):
        change_class(session=session, seen_version=session.version, **move)
    assert ClassSession.objects.get(pk=session.pk).starts_at == at

    account = whole()
    assert account
    second = pool.add(account=account, email="teacher02@demo.example", by=school.ada, now=linked.now)
    moved = change_class(session=session, seen_version=session.version, **move)
    assert moved.occurrence
    assert (moved.occurrence.meeting.host, moved.code) == (second, session.code)
    linked.push()
    linked.advance(minutes=11)
    linked.push()
    hosts = sorted(meeting["host_email"] for meeting in linked.sim.meetings)
    assert hosts == ["teacher01@demo.example", "teacher02@demo.example"]
    claims = HostClaim.objects.exclude(releases_at__lte=linked.now).order_by("host__email")
    assert [claim.host.email for claim in claims] == hosts


def test_while_the_account_is_refused_her_class_says_that_an_admin_must_mend_it(
    linked: LinkedZoom, shared: ZoomUser
) -> None:
    session = book(linked)
    linked.advance(minutes=30)
    account = whole()
    assert account
    accounttokens.mark_lost(account, "client_refused", linked.now)

    for answer in (start(linked, session), signed_in(linked.school.tariq).get(f"/classes/{session.code}/")):
        page = answer.content.decode()
        assert "The organisation’s Zoom account doesn’t work" in page
        assert "until an admin has mended the" in page
        for untrue in ("Connect Zoom again", "signed in at Zoom", "Open it in Zoom"):
            assert untrue not in page
    teacher = User.objects.get(pk=linked.school.tariq.pk)
    [hers] = needs_of(teacher, linked.now)
    assert (hers.title, hers.owner_uid) == ("Sets: The organisation’s Zoom account doesn’t work", None)
    [admins] = needs_of(linked.school.ada, linked.now)
    assert admins.title == "The organisation’s Zoom account doesn’t work"


@pytest.mark.parametrize("lost", [{"state": "gone", "state_reason": "deactivated"}, {"licence": "basic"}])
def test_a_class_whose_shared_host_fails_it_moves_to_another(
    linked: LinkedZoom, shared: ZoomUser, lost: dict[str, str]
) -> None:
    session = book(linked, starts_at=linked.now + timedelta(days=1))
    account = whole()
    assert account
    other = pool.add(account=account, email="teacher02@demo.example", by=linked.school.ada, now=linked.now)
    ZoomUser.objects.filter(pk=shared.pk).update(**lost)
    teacher = signed_in(linked.school.tariq)
    assert "Move it to a shared host" in teacher.get(f"/classes/{session.code}/").content.decode()

    teacher.post(f"/classes/{session.code}/difference/", {"choice": "anew"})

    session.refresh_from_db()
    assert session.occurrence
    assert session.occurrence.meeting.host == other


def test_a_long_class_is_not_put_on_a_shared_host_that_would_end_it(
    linked: LinkedZoom, shared: ZoomUser
) -> None:
    account = whole()
    assert account
    other = pool.add(account=account, email="teacher02@demo.example", by=linked.school.ada, now=linked.now)
    ZoomUser.objects.filter(pk=shared.pk).update(licence="basic")
    session = book(linked)
    assert session.occurrence
    assert session.occurrence.meeting.host == other


def test_while_she_types_and_after_she_sent_it_a_full_pool_is_said_once(
    linked: LinkedZoom, shared: ZoomUser
) -> None:
    at = linked.now + timedelta(days=1)
    book(linked, starts_at=at)
    school = linked.school
    school.assign(school.olu, school.program, preset=Preset.TEACHER)
    teacher = signed_in(school.olu)
    wish = typed(
        teacher, date=f"{at:%Y-%m-%d}", time=f"{at + timedelta(hours=1):%H:%M}"
    )  # by Madrid's clocks
    said = "All shared Zoom hosts (1) are taken then. One is free from"
    shown = teacher.post("/zoom/create-meeting/preview/", wish).content.decode()
    assert shown.count(said) == 1
    assert "This Zoom account hosts another class" not in shown
    refused = teacher.post("/zoom/create-meeting/", wish)
    assert refused.status_code == 422
    # beside the field and in the list of what is to be put right
    assert refused.content.decode().count(said) == 2


def test_the_class_says_which_shared_host_holds_it_to_whom_it_concerns(
    linked: LinkedZoom, shared: ZoomUser
) -> None:
    session = book(linked)
    address = f"/zoom/account/shared/{shared.uid}/"
    pages = {
        person: signed_in(person).get(f"/classes/{session.code}/").content.decode()
        for person in (linked.school.tariq, linked.school.ada, linked.school.sana)
    }
    told = {person.email: (shared.email in page, address in page) for person, page in pages.items()}
    assert list(told.values()) == [(True, False), (True, True), (False, False)]


def another(linked: LinkedZoom) -> ZoomUser:
    """A second shared host."""
    account = whole()
    assert account
    return pool.add(account=account, email="teacher02@demo.example", by=linked.school.ada, now=linked.now)


def test_a_free_time_is_one_at_which_any_shared_host_is_free(linked: LinkedZoom, shared: ZoomUser) -> None:
    """Both are taken at ten; one is free from eleven, the other from twelve."""
    school = linked.school
    at = linked.now + timedelta(days=1, hours=1)
    hosts = [shared, another(linked)]
    for host, hours in zip(hosts, (1, 2), strict=True):
        HostClaim.objects.create(
            host=host, held_for=new_uid(), starts_at=at, ends_at=at + timedelta(hours=hours)
        )

    found = clashes_of(
        program=school.program,
        teacher=school.tariq,
        host=hosts[1],
        hosts=hosts,
        starts_at=at,
        ends_at=at + timedelta(hours=1),
        reader=school.tariq,
        now=linked.now,
    )

    assert found.free == (at - timedelta(hours=1), at + timedelta(hours=1))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"licence": "basic"}, "teacher01@demo.example has lost its licence: Zoom ends each class"),
        ({"licence": "none"}, "teacher01@demo.example has no meetings licence any more."),
        ({"status": "inactive"}, "teacher01@demo.example is no longer active at Zoom"),
        ({"delete": True}, "teacher01@demo.example is no longer active at Zoom"),
    ],
)
def test_who_teaches_on_a_shared_host_that_fails_is_told_once(
    linked: LinkedZoom,
    shared: ZoomUser,
    mailoutbox: list[EmailMessage],
    change: dict[str, Any],
    said: str,
) -> None:
    book(linked, starts_at=linked.now + timedelta(days=3))
    book(linked, starts_at=linked.now + timedelta(days=4), duration=timedelta(minutes=30), topic="Short")
    linked.push()
    linked.sim.user(shared.email, **change)

    for _look in range(2):
        ZoomUser.objects.filter(pk=shared.pk).update(wake_at=linked.now)
        wake_due(linked.now)
        send_due(linked.now)

    [mail] = [one for one in mailoutbox if "shared Zoom host" in one.subject]
    body = str(mail.body).replace("\u200b", "")  # no address in it becomes a link
    assert mail.to == [linked.school.tariq.email]
    assert said in body
    assert "Sets, " in body
    assert ("Short, " in body) == (change != {"licence": "basic"})


def test_who_has_no_class_that_it_cuts_short_is_told_nothing(linked: LinkedZoom, shared: ZoomUser) -> None:
    book(linked, starts_at=linked.now + timedelta(days=3), duration=timedelta(minutes=30))
    linked.push()
    linked.sim.user(shared.email, licence="basic")
    ZoomUser.objects.filter(pk=shared.pk).update(wake_at=linked.now)
    wake_due(linked.now)

    assert ZoomUser.objects.get(pk=shared.pk).licence == Licence.BASIC
    assert not Message.objects.filter(kind="class.shared_host").exists()


def test_the_account_tells_of_it_as_well(linked: LinkedZoom, shared: ZoomUser) -> None:
    book(linked, starts_at=linked.now + timedelta(days=3))
    linked.push()
    linked.sim.user(shared.email, status="inactive")
    linked.advance(hours=25)
    account_due(linked.now)

    assert Message.objects.filter(kind="class.shared_host", person=linked.school.tariq).count() == 1

"""People, as admins see and change them."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from eduraise.accounts.actions import invite_person
from eduraise.accounts.models import Invitation, User
from eduraise.accounts.rights import LastAdmin, close_account, make_admin, remove_admin, reopen_account
from eduraise.core import hooks
from eduraise.core.models import AuditEntry
from eduraise.notifications.sending import send_due
from eduraise.programs.models import TeacherProfile
from tests.accounts.test_signing_in import prove, sign_in
from tests.school import School


@pytest.fixture
def admin(client: Client, school: School) -> Client:
    """Ada's browser."""
    sign_in(client, school.ada)
    return client


def names(response: Any) -> list[str]:
    return [one.person.name for one in response.context["people"]]


def pages(school: School) -> list[tuple[str, str]]:
    """Every page about people, with a method that it takes."""
    person = school.sana.uid
    return [
        ("get", reverse("accounts:people")),
        ("get", reverse("accounts:invite")),
        ("post", reverse("accounts:invite")),
        ("get", reverse("accounts:person", args=[person])),
        ("get", reverse("accounts:correction", args=[person])),
        ("post", reverse("accounts:correction", args=[person])),
        ("get", reverse("accounts:closing", args=[person])),
        ("post", reverse("accounts:closing", args=[person])),
        ("post", reverse("accounts:reopening", args=[person])),
        ("get", reverse("accounts:admin_right", args=[person])),
        ("post", reverse("accounts:admin_right", args=[person])),
        ("post", reverse("accounts:resend", args=[person])),
        ("post", reverse("accounts:withdrawal", args=[person])),
    ]


@pytest.mark.parametrize("who", ["tariq", "sana", "finn"])
def test_nobody_but_admins_knows_of_these_pages(client: Client, school: School, who: str) -> None:
    before = User.objects.filter(pk=school.sana.pk).values().get()
    sign_in(client, getattr(school, who))
    prove(client)

    answers = {
        (method, address): getattr(client, method)(address).status_code for method, address in pages(school)
    }

    assert set(answers.values()) == {404}
    unchanged = User.objects.filter(pk=school.sana.pk).values().get()
    assert unchanged | {"last_login": None} == before | {"last_login": None}


def test_people_are_listed_by_name(admin: Client, school: School) -> None:
    school.tariq, school.sana  # noqa: B018

    assert names(admin.get("/people/")) == ["Ada", "Sana", "Tariq"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=tar", ["Tariq"]),
        ("q=TARIQ", ["Tariq"]),
        ("q=@school.example", ["Ada", "Mira Öz", "Sana", "Tariq"]),
        ("q=mira+öz", ["Mira Öz"]),
        ("q=OZ", ["Mira Öz"]),
        ("q=nobody", []),
        ("q=%25", []),
        ("q=%00", ["Ada", "Mira Öz", "Sana", "Tariq"]),
        ("role=admin", ["Ada"]),
        ("role=student&state=invited", ["Mira Öz"]),
        ("role=student", ["Mira Öz", "Sana"]),
        ("role=teacher", ["Tariq"]),
        ("state=invited", ["Mira Öz"]),
        ("state=closed", ["Sana"]),
        ("state=active", ["Ada", "Tariq"]),
        ("role=king&state=asleep", ["Ada", "Mira Öz", "Sana", "Tariq"]),
        ("page=999", ["Ada", "Mira Öz", "Sana", "Tariq"]),
        ("page=x", ["Ada", "Mira Öz", "Sana", "Tariq"]),
    ],
)
def test_the_list_is_narrowed(admin: Client, school: School, query: str, found: list[str]) -> None:
    school.tariq  # noqa: B018
    close_account(person=school.sana, by=school.ada, now=school.now)
    invite_person(email="mira@school.example", name="Mira Öz", by=school.ada, now=school.now)

    assert names(admin.get(f"/people/?{query}")) == found


def test_a_list_of_fifty_asks_as_much_as_a_list_of_one(admin: Client, school: School) -> None:
    admin.get("/people/")  # whatever is asked once only

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            admin.get("/people/")
        return len(seen)

    few = queries()
    for number in range(60):
        school.person(f"student{number}")

    assert queries() == few <= 12


def test_the_list_is_parted_into_pages(admin: Client, school: School) -> None:
    for number in range(60):
        school.person(f"s{number:02}")

    assert len(names(admin.get("/people/"))) == 50
    assert len(names(admin.get("/people/?page=2"))) == 11


def test_roles_follow_from_what_people_do(admin: Client, school: School) -> None:
    school.enrol(school.tariq, school.other_program)
    school.finn  # noqa: B018 was a student

    page = admin.get("/people/")

    assert {one.person.name: one.roles for one in page.context["people"]} == {
        "Ada": ("admin",),
        "Finn": ("student",),
        "Tariq": ("teacher", "student"),
    }


def test_whoever_is_invited_as_a_teacher_may_be_assigned(school: School) -> None:
    for role in ("teacher", "student", "admin"):
        invite_person(email=f"{role}@home.example", name="M", by=school.ada, role=role, now=school.now)

    assert list(TeacherProfile.objects.values_list("person__email", flat=True)) == ["teacher@home.example"]


def test_inviting_leads_to_the_persons_page(admin: Client, school: School) -> None:
    response = admin.post(
        "/people/invite/", {"name": "Mira Öz", "email": "mira@home.example", "role": "teacher"}
    )

    mira = User.objects.get(email="mira@home.example")
    assert response["Location"] == f"/people/{mira.uid}/"
    page = admin.get(response["Location"])
    assert (page.context["listed"].state, page.context["listed"].roles) == ("invited", ("teacher",))


def test_inviting_somebody_known_leads_to_her_and_changes_nothing(admin: Client, school: School) -> None:
    before = User.objects.filter(pk=school.tariq.pk).values().get()

    response = admin.post("/people/invite/", {"name": "X", "email": "TARIQ@school.example", "role": "admin"})

    assert response["Location"] == f"/people/{school.tariq.uid}/"
    assert User.objects.filter(pk=school.tariq.pk).values().get() == before
    assert Invitation.objects.count() == 0


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name": "", "email": "m@home.example", "role": "student"}, "name"),
        ({"name": "M" * 200, "email": "m@home.example", "role": "student"}, "name"),
        ({"name": "<script>://x", "email": "m@home.example", "role": "student"}, "name"),
        ({"name": "Mira", "email": "", "role": "student"}, "email"),
        ({"name": "Mira", "email": "mira", "role": "student"}, "email"),
        ({"name": "Mira", "email": "m@home.example", "role": "king"}, "role"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    admin: Client, school: School, data: dict[str, str], field: str
) -> None:
    response = admin.post("/people/invite/", data)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert response.context["form"]["name"].value() == data["name"]
    assert Invitation.objects.count() == 0


def test_html_in_a_name_stays_text(admin: Client, school: School) -> None:
    mira = invite_person(email="m@home.example", name="<b>Mira</b> & Söhne", by=school.ada, now=school.now)

    page = admin.get(f"/people/{mira.uid}/").content.decode()

    assert "&lt;b&gt;Mira&lt;/b&gt; &amp; Söhne" in page
    assert "<b>Mira</b>" not in page


def test_an_invitation_is_sent_again_and_withdrawn(admin: Client, school: School) -> None:
    mira = invite_person(email="m@home.example", name="Mira", by=school.ada, now=school.now)
    too_soon = admin.post(f"/people/{mira.uid}/invitation/")
    assert too_soon.status_code == 409
    assert too_soon.context["problem"].code == "too_soon"

    school.clock.advance(minutes=3)
    assert admin.post(f"/people/{mira.uid}/invitation/").status_code == 302
    assert admin.post(f"/people/{mira.uid}/invitation/withdrawal/").status_code == 302

    assert Invitation.objects.filter(person=mira, withdrawn_at__isnull=True).count() == 0
    assert "There is no open invitation." in admin.get(f"/people/{mira.uid}/").content.decode()


def test_a_mistyped_address_is_put_right_and_the_link_goes_there(admin: Client, school: School) -> None:
    mira = invite_person(
        email="mria@home.example", name="Mria", by=school.ada, role="teacher", now=school.now
    )

    admin.post(f"/people/{mira.uid}/correction/", {"name": "Mira", "email": "Mira@home.example"})

    mira.refresh_from_db()
    assert (mira.name, mira.email, mira.email_key) == ("Mira", "Mira@home.example", "mira@home.example")
    links = Invitation.objects.filter(person=mira, withdrawn_at__isnull=True)
    assert list(links.values_list("email_key", "role")) == [("mira@home.example", "teacher")]
    send_due(school.now, 10)
    assert [sent.to for sent in mail.outbox] == [["mria@home.example"], ["Mira@home.example"]]


def test_somebody_elses_address_cant_be_given(admin: Client, school: School) -> None:
    mira = invite_person(email="mira@home.example", name="Mira", by=school.ada, now=school.now)

    page = admin.post(f"/people/{mira.uid}/correction/", {"name": "Mira", "email": "ADA@school.example"})

    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["email"]
    mira.refresh_from_db()
    assert mira.email == "mira@home.example"


def test_the_address_of_somebody_who_has_joined_is_hers(admin: Client, school: School) -> None:
    admin.post(
        f"/people/{school.tariq.uid}/correction/", {"name": "Tariq Aziz", "email": "evil@home.example"}
    )

    school.tariq.refresh_from_db()
    assert (school.tariq.name, school.tariq.email) == ("Tariq Aziz", "tariq@school.example")
    entry = AuditEntry.objects.get(verb="person.corrected")
    assert (entry.before["name"], entry.after["name"]) == ("Tariq", "Tariq Aziz")


def test_an_account_is_closed_after_what_it_touches_was_shown(admin: Client, school: School) -> None:
    def lessons(*, kind: str, **_more: object) -> list[hooks.Consequence]:
        return (
            [hooks.Consequence("2 classes lose their teacher.", ("Sets", "Graphs"))]
            if kind == "person"
            else []
        )

    told: list[User] = []
    hooks.consequences_of.register(lessons)
    listen = hooks.person_deactivated.register(lambda *, person, **_more: told.append(person))
    try:
        page = admin.get(f"/people/{school.tariq.uid}/closing/").content.decode()
        admin.post(f"/people/{school.tariq.uid}/closing/")
    finally:
        hooks.consequences_of._answerers.remove(lessons)
        hooks.person_deactivated._listeners.remove(listen)

    assert "2 classes lose their teacher." in page
    assert told == [school.tariq]
    school.tariq.refresh_from_db()
    assert not school.tariq.is_active


def test_a_closed_account_is_opened_again(admin: Client, school: School) -> None:
    close_account(person=school.tariq, by=school.ada, now=school.now)

    admin.post(f"/people/{school.tariq.uid}/reopening/")

    assert sign_in(Client(), school.tariq)["Location"] == "/"


def test_making_an_admin_asks_who_one_is(admin: Client, school: School) -> None:
    address = f"/people/{school.tariq.uid}/admin/"
    asks = admin.post(address, {"admin": "yes"})
    assert asks["Location"].startswith(reverse("account_reauthenticate"))
    school.tariq.refresh_from_db()
    assert not school.tariq.is_admin

    prove(admin)
    admin.post(address, {"admin": "yes"})

    school.tariq.refresh_from_db()
    assert school.tariq.is_admin


def test_the_last_admin_stays(admin: Client, school: School) -> None:
    prove(admin)
    for address in (f"/people/{school.ada.uid}/admin/", f"/people/{school.ada.uid}/closing/"):
        response = admin.post(address, {"admin": "no"})

        assert response.status_code == 409
        assert response.context["problem"].code == "last_admin"
    school.ada.refresh_from_db()
    assert (school.ada.is_admin, school.ada.is_active) == (True, True)


def test_an_invited_or_closed_admin_doesnt_count_as_the_other_one(school: School) -> None:
    invite_person(email="m@home.example", name="Mira", by=school.ada, role="admin", now=school.now)
    olu = school.person("olu", is_admin=True)
    close_account(person=olu, by=school.ada, now=school.now)

    with pytest.raises(LastAdmin):
        remove_admin(person=school.ada, by=school.ada, now=school.now)


def test_one_of_two_admins_may_go(school: School) -> None:
    make_admin(person=school.tariq, by=school.ada, now=school.now)

    remove_admin(person=school.ada, by=school.tariq, now=school.now)

    assert list(User.objects.filter(is_admin=True)) == [school.tariq]
    with pytest.raises(LastAdmin):
        close_account(person=school.tariq, by=school.tariq, now=school.now)


def test_each_change_is_in_the_audit_log_once(school: School) -> None:
    for _twice in range(2):
        make_admin(person=school.tariq, by=school.ada, now=school.now)
        remove_admin(person=school.tariq, by=school.ada, now=school.now)
        close_account(person=school.tariq, by=school.ada, now=school.now)
        close_account(person=school.tariq, by=school.ada, now=school.now)
        reopen_account(person=school.tariq, by=school.ada, now=school.now)
        reopen_account(person=school.tariq, by=school.ada, now=school.now)

    verbs = ["person.made_admin", "person.removed_admin", "person.closed", "person.reopened"]
    entries = AuditEntry.objects.filter(thing_uid=school.tariq.uid).order_by("pk")
    assert [entry.verb for entry in entries] == verbs * 2


def test_other_rooms_add_sections_to_a_persons_page(admin: Client, school: School) -> None:
    def part(*, person: User, reader: User, **_more: object) -> list[hooks.PagePart]:
        return [hooks.PagePart(f"{reader.name} on {person.name}", "notifications/settings_part.html", {})]

    hooks.person_parts.register(part)
    try:
        page = admin.get(f"/people/{school.tariq.uid}/").content.decode()
    finally:
        hooks.person_parts._answerers.remove(part)

    assert "Ada on Tariq" in page


def test_nobody_there_is_not_found(admin: Client, school: School) -> None:
    assert admin.get(f"/people/{uuid4()}/").status_code == 404

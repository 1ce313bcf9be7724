"""The pages: two clicks to a substitute, an answer, and the way back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eduraise.accounts.models import User
from eduraise.calendars.queries import own_classes
from eduraise.classes.models import ClassSession
from eduraise.notifications.sending import send_due
from eduraise.programs.models import DayOff, TeacherProfile, TeacherSubject
from eduraise.substitutes.candidates import candidates_of
from eduraise.substitutes.models import Substitution
from eduraise.zoom.models import BusyTime, ZoomUser
from tests.classes.pages import fields_of, signed_in, text_of
from tests.linked import LinkedZoom
from tests.substitutes.scene import asked, schedule, state_of, taken

pytestmark = pytest.mark.django_db(transaction=True)


def find(session: ClassSession) -> str:
    return f"/classes/{session.code}/substitute/"


def names(linked: LinkedZoom, session: ClassSession) -> list[str]:
    return [one.person.name for one in candidates_of(session, linked.now)]


def test_two_clicks_and_an_answer(linked: LinkedZoom, session: ClassSession, olu: User) -> None:
    tariq = signed_in(linked.school.tariq)
    page = f"/classes/{session.code}/"
    assert f'href="{find(session)}"' in tariq.get(page).content.decode()
    assert "I can’t teach this class" in text_of(tariq.get(page))

    form = fields_of(tariq.get(find(session)), "find")
    answer = tariq.post(find(session), form | {"ask": str(olu.uid), "note": "Please"}, follow=True)

    assert "Olu is asked to take this class" in text_of(answer)
    row = Substitution.objects.get()
    her = signed_in(olu)
    assert her.get(page).status_code == 404  # until she takes it she may not know the class
    assert f"/substitutions/{row.uid}/" in her.get("/").content.decode()
    question = her.get(f"/substitutions/{row.uid}/")
    said = text_of(question)
    assert "Tariq can’t teach it and asks you." in said
    assert "“Please”" in said
    assert "It is held on your own Zoom." in said
    her.post(f"/substitutions/{row.uid}/", fields_of(question, "answer") | {"answer": "yes"}, follow=True)

    said = text_of(her.get(page))
    assert "You take this class for Tariq On your own Zoom" in said
    assert "Sana" in said  # its roster, for this class alone
    said = text_of(tariq.get(page))
    assert "Olu takes this class for you" in said
    assert "Olu takes it for Tariq: On their own Zoom" in said
    assert "Tariq → Olu" not in said  # said once
    tariq.post(f"{page}substitute/return/")
    assert state_of(session) == [("Olu", "returned")]
    assert her.get(page).status_code == 404


def test_the_mail_leads_to_the_answer(linked: LinkedZoom, session: ClassSession, wim: User) -> None:
    row = asked(linked, session, wim)

    send_due(linked.now)

    [sent] = [one for one in mail.outbox if one.to == ["wim@school.example"]]
    assert "Can you take “Sets”" in sent.subject
    assert f"/substitutions/{row.uid}/" in str(sent.body)


def test_who_says_no_with_a_reason(linked: LinkedZoom, session: ClassSession, wim: User) -> None:
    row = asked(linked, session, wim)
    page = signed_in(wim)
    form = fields_of(page.get(f"/substitutions/{row.uid}/"), "answer")

    answer = page.post(
        f"/substitutions/{row.uid}/", form | {"answer": "no", "reason": "Exam day"}, follow=True
    )

    assert "You said that you can’t take it" in text_of(answer)
    said = text_of(signed_in(linked.school.tariq).get(find(session)))
    assert "Said no: “Exam day”" in said


def test_pages_of_others_are_unknown(linked: LinkedZoom, session: ClassSession, wim: User, olu: User) -> None:
    row = asked(linked, session, wim)
    for person in (olu, linked.school.tove, linked.school.sana, linked.school.finn):
        page = signed_in(person)
        assert page.get(find(session)).status_code == 404
        assert page.post(f"/classes/{session.code}/substitute/withdrawal/").status_code == 404
        assert page.post(f"/classes/{session.code}/substitute/return/").status_code == 404
        assert page.get(f"/substitutions/{row.uid}/").status_code == 404
    assert signed_in(linked.school.ada).get(f"/substitutions/{row.uid}/").status_code == 404
    assert state_of(session) == [("Wim", "asked")]
    # students are told nothing of it on the page
    assert "asked" not in text_of(signed_in(linked.school.sana).get(f"/classes/{session.code}/"))


def test_a_refusal_stands_beside_the_one_whom_it_concerns_and_what_was_typed_stays(
    linked: LinkedZoom, session: ClassSession, wim: User
) -> None:
    tariq = signed_in(linked.school.tariq)
    form = fields_of(tariq.get(find(session)), "find")
    schedule(linked, wim)

    answer = tariq.post(find(session), form | {"ask": str(wim.uid), "note": "Please"})

    assert answer.status_code == 422
    html = answer.content.decode()
    assert f'id="problem-{wim.uid}"' in html
    assert "Wim teaches another class then" in text_of(answer)
    assert "Please" in html
    assert "Choose who is to take it." in text_of(tariq.post(find(session), form))
    assert state_of(session) == []


def test_an_admin_puts_somebody_on_it_by_the_page(
    linked: LinkedZoom, session: ClassSession, wim: User
) -> None:
    ada = signed_in(linked.school.ada)
    said = ada.get(find(session))
    assert "Assign at once" in text_of(said)

    ada.post(find(session), fields_of(said, "find") | {"assign": str(wim.uid)})

    assert state_of(session) == [("Wim", "accepted")]
    assert "Give it back to Tariq" in text_of(ada.get(f"/classes/{session.code}/"))


def test_they_stand_in_order_with_what_speaks_for_and_against(
    linked: LinkedZoom, session: ClassSession, wim: User, olu: User
) -> None:
    school = linked.school
    type(school.program).objects.filter(pk=school.program.pk).update(subject="Mathematics")
    session.program.refresh_from_db()
    dia = school.teacher("dia")  # teaches the subject; her day off
    TeacherSubject.objects.create(teacher=dia.teacher_profile, subject="mathematics")
    linked.connect(dia)
    day = session.starts_at.date()
    DayOff.objects.create(
        profile=TeacherProfile.objects.get(person=dia), starts_on=day, ends_on=day, created_at=linked.now
    )
    ben = school.teacher("ben")  # no Zoom
    busy = school.teacher("busy")
    linked.connect(busy)
    school.assign(busy, school.program)
    schedule(linked, busy)
    BusyTime.objects.create(
        host=ZoomUser.objects.get(teacher=olu),
        zoom_key="1",
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        seen_at=linked.now,
    )

    assert names(linked, session) == ["Wim", "Dia", "Busy", "Olu", "Ben"]
    said = text_of(signed_in(school.tariq).get(find(session)))
    assert "Wim Teaches in this program" in said
    assert "Dia Teaches this subject" in said
    assert "Has that day off." in said
    assert "Teaches another class then" in said
    assert "Has another meeting in Zoom then." in said
    assert "Cannot host: Ben must connect Zoom first." in said
    assert "Ask Wim" in said
    assert "Ask Busy" not in said
    assert "Ask Ben" not in said
    assert ben.pk


def test_who_has_taught_it_and_who_teaches_less_this_week_comes_first(
    linked: LinkedZoom, session: ClassSession, wim: User
) -> None:
    ann = linked.school.teacher("ann")
    linked.connect(ann)
    linked.school.assign(ann, linked.school.program)
    assert names(linked, session) == ["Ann", "Wim"]

    schedule(linked, ann, starts_at=linked.now + timedelta(hours=3))
    assert names(linked, session) == ["Wim", "Ann"]

    # whoever teaches the subject comes before all others who are free
    type(session.program).objects.filter(pk=session.program.pk).update(subject="Mathematics")
    session.program.refresh_from_db()
    TeacherSubject.objects.create(teacher=ann.teacher_profile, subject="mathematics")
    assert names(linked, session) == ["Ann", "Wim"]


def test_candidates_cost_the_same_queries_however_many(
    linked: LinkedZoom, session: ClassSession, wim: User
) -> None:
    def cost() -> int:
        candidates_of(session, linked.now)
        with CaptureQueriesContext(connection) as found:
            candidates_of(session, linked.now)
        return len(found)

    def page_cost() -> int:
        page = signed_in(linked.school.tariq)
        page.get(find(session))
        with CaptureQueriesContext(connection) as found:
            page.get(find(session))
        return len(found)

    before, page_before = cost(), page_cost()
    for number in range(12):
        more = linked.school.teacher(f"more{number}")
        TeacherSubject.objects.create(teacher=more.teacher_profile, subject="Sets")
        linked.connect(more)
    assert (cost(), page_cost()) == (before, page_before)
    assert before <= 12


def test_somebody_is_found_by_name(linked: LinkedZoom, session: ClassSession, wim: User, olu: User) -> None:
    tariq = signed_in(linked.school.tariq)
    assert "Ask Olu" in text_of(tariq.get(f"{find(session)}?q=ol"))
    assert "Ask Wim" not in text_of(tariq.get(f"{find(session)}?q=ol"))
    assert "No teacher’s name holds “zzz”" in text_of(tariq.get(f"{find(session)}?q=zzz"))


def test_what_is_over_promises_nothing(linked: LinkedZoom, session: ClassSession, wim: User) -> None:
    row = asked(linked, session, wim)
    linked.advance(days=3)

    tariq = signed_in(linked.school.tariq)
    assert tariq.get(find(session)).status_code == 302
    assert "I can’t teach this class" not in text_of(tariq.get(f"/classes/{session.code}/"))
    said = text_of(signed_in(wim).get(f"/substitutions/{row.uid}/"))
    assert "This isn’t asked any more" in said


def test_the_lists_and_calendars_follow(linked: LinkedZoom, session: ClassSession, olu: User) -> None:
    taken(linked, session, olu)

    assert [each.pk for each in own_classes(olu, linked.now)] == [session.pk]
    assert list(own_classes(linked.school.tariq, linked.now)) == []
    assert [each.pk for each in own_classes(linked.school.sana, linked.now)] == [session.pk]
    assert "Olu" in text_of(signed_in(linked.school.tariq).get("/zoom/meetings/"))
    assert "Sets" in text_of(signed_in(olu).get("/"))


def test_hours_are_those_of_the_week_of_the_class_and_say_which(
    linked: LinkedZoom, session: ClassSession, wim: User
) -> None:
    """Wim teaches an hour this week and two in that of the class."""
    later = linked.now + timedelta(days=9)
    ClassSession.objects.filter(pk=session.pk).update(starts_at=later, ends_at=later + timedelta(hours=1))
    for days, minutes in ((1, 60), (8, 120)):
        schedule(
            linked,
            wim,
            topic="Other",
            starts_at=linked.now + timedelta(days=days),
            duration=timedelta(minutes=minutes),
        )
    monday = (later - timedelta(days=later.weekday())).date()
    said = text_of(signed_in(linked.school.tariq).get(find(session)))
    assert f"2 h in the week of {monday.day} {monday:%b}" in said


def test_who_does_not_teach_the_subject_says_so_with_what_she_teaches(
    linked: LinkedZoom, session: ClassSession, wim: User, olu: User
) -> None:
    school = linked.school
    type(school.program).objects.filter(pk=school.program.pk).update(subject="Algebra")
    TeacherSubject.objects.create(teacher=TeacherProfile.objects.get(person=wim), subject="Algebra")
    TeacherSubject.objects.create(teacher=TeacherProfile.objects.get(person=olu), subject="Drawing")
    said = text_of(signed_in(school.tariq).get(find(session)))
    assert "Wim Teaches in this program Teaches this subject" in said
    assert "Olu Doesn’t teach this subject, but Drawing" in said
    assert said.index("Wim") < said.index("Olu")


def test_the_most_fitting_stand_first_and_the_others_are_a_press_away(
    linked: LinkedZoom, session: ClassSession, wim: User, olu: User
) -> None:
    others = [linked.school.teacher(f"other{number}") for number in range(6)]
    answer = signed_in(linked.school.tariq).get(find(session))
    html = answer.content.decode()
    before, behind = html.split("<details", 1)
    assert "Wim" in before
    number = len(names(linked, session)) - 5
    assert f"{number} more" in text_of(answer)
    assert [one.name for one in others if one.name in behind.split("</details>")[0]] != []
    # whoever is among them can be asked like the rest
    assert behind.split("</details>")[0].count('<span class="rt">') == number


def test_days_off_name_the_classes_that_they_hit_each_with_the_way_to_a_substitute(
    linked: LinkedZoom, session: ClassSession, wim: User
) -> None:
    school = linked.school
    profile = TeacherProfile.objects.get(person=school.tariq)
    second = schedule(linked, school.tariq, topic="Graphs", starts_at=linked.now + timedelta(days=2, hours=3))
    schedule(linked, school.tariq, topic="Elsewhen", starts_at=linked.now + timedelta(days=9))
    schedule(linked, wim, topic="Not his", starts_at=linked.now + timedelta(days=2, hours=5))
    asked(linked, second, wim)
    on = session.starts_at.date()
    for first, last in ((on, on), (on + timedelta(days=20), on + timedelta(days=21))):
        DayOff.objects.create(profile=profile, starts_on=first, ends_on=last, created_at=linked.now)
    where = f"/programs/profiles/{school.tariq.uid}/availability/"
    for person in (school.tariq, school.ada):
        answer = signed_in(person).get(where)
        said = text_of(answer)
        assert "2 booked classes lie on it:" in said
        assert "Wim is asked to take it" in said
        assert "Elsewhen" not in said
        assert "Not his" not in said
        html = answer.content.decode()
        assert html.count("/substitute/") == 1
        assert f'href="{find(session)}"' in html
        assert signed_in(person).get(find(session)).status_code == 200


def test_days_off_take_the_same_queries_for_one_class_or_five(
    linked: LinkedZoom, session: ClassSession
) -> None:
    school = linked.school
    profile = TeacherProfile.objects.get(person=school.tariq)
    on = session.starts_at.date()
    client = signed_in(school.tariq)
    where, counts = f"/programs/profiles/{school.tariq.uid}/availability/", []
    for more in ([], [2, 4, 6, 8]):
        DayOff.objects.create(profile=profile, starts_on=on, ends_on=on, created_at=linked.now)
        for hours in more:
            at = session.starts_at + timedelta(hours=hours)
            schedule(linked, school.tariq, topic=f"At {hours}", starts_at=at)
        client.get(where)
        with CaptureQueriesContext(connection) as captured:
            client.get(where)
        counts.append(len(captured))
    assert counts[0] == counts[1]

"""What students are told beside a class: before it, and after it, on its page and at its door."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eduraise.classes.models import ClassSession
from eduraise.core.models import AuditEntry
from eduraise.live.handouts import HandoutChanged, HandoutUnfit, say_to_students
from eduraise.live.models import Handout
from tests.classes.pages import fields_of, signed_in, text_of
from tests.classes.rows import make_class, sit
from tests.school import School


@pytest.fixture
def session(school: School) -> ClassSession:
    """Tariq's class in half an hour."""
    _ = school.sana, school.finn
    return make_class(school.program, school.tariq, school.now + timedelta(minutes=30), now=school.now)


def tell(school: School, session: ClassSession, text: str, place: str = "before", version: int = 0) -> None:
    say_to_students(
        session=session,
        place=Handout.Place(place),
        text=text,
        seen_version=version,
        by=school.tariq,
        now=school.now,
    )


def test_it_stands_on_the_page_and_at_the_door(school: School, session: ClassSession) -> None:
    browser, address = signed_in(school.tariq), f"/classes/{session.code}/for-students/"
    sent = fields_of(browser.get(address), "say") | {
        "before_text": "Bring a ruler <b>\nhttps://example.org/read",
        "after_text": "Exercise 4",
    }
    assert browser.post(address, sent).status_code == 302

    for page in (f"/classes/{session.code}/", f"/j/{session.code}"):
        seen = signed_in(school.sana).get(page)
        text = text_of(seen)
        assert text.index("Bring a ruler <b>") < text.index("Exercise 4")
        assert 'href="https://example.org/read"' in seen.content.decode()
        assert "Say something to students" not in text
    entry = AuditEntry.objects.filter(verb="class.said_to_students").latest("id")
    assert entry.after == {"place": "after", "characters": 10}


def test_after_the_class_what_is_for_after_stands_first(school: School, session: ClassSession) -> None:
    tell(school, session, "Bring a ruler")
    tell(school, session, "Exercise 4", "after")
    sit(session, session.starts_at, ended_at=session.ends_at)
    school.clock.set(session.ends_at + timedelta(minutes=1))
    text = text_of(signed_in(school.sana).get(f"/classes/{session.code}/"))
    assert text.index("Exercise 4") < text.index("Bring a ruler")


def test_an_empty_text_says_nothing_any_more(school: School, session: ClassSession) -> None:
    tell(school, session, "Bring a ruler")
    tell(school, session, "", version=1)
    assert "For its students" not in text_of(signed_in(school.sana).get(f"/classes/{session.code}/"))
    tell(school, session, "Bring paper", version=2)
    assert "Bring paper" in text_of(signed_in(school.sana).get(f"/classes/{session.code}/"))


def test_of_two_who_write_at_once_one_is_told(school: School, session: ClassSession) -> None:
    tell(school, session, "Bring a ruler")
    with pytest.raises(HandoutChanged):
        tell(school, session, "Bring paper")
    answer = signed_in(school.ada).post(
        f"/classes/{session.code}/for-students/",
        {"before_text": "Mine", "before_version": "0", "after_text": "", "after_version": "0"},
    )
    assert (answer.status_code, "Somebody else changed this meanwhile" in text_of(answer)) == (422, True)
    # pressed once more, it is saved knowingly
    assert (
        signed_in(school.ada)
        .post(f"/classes/{session.code}/for-students/", fields_of(answer, "say"))
        .status_code
        == 302
    )
    assert Handout.objects.get(place="before").text == "Mine"


@pytest.mark.parametrize("text", ["x" * 2001, "a\x07b"])
def test_what_nobody_can_read_is_refused(school: School, session: ClassSession, text: str) -> None:
    with pytest.raises(HandoutUnfit):
        tell(school, session, text)


def test_who_does_not_teach_it_says_nothing(school: School, session: ClassSession) -> None:
    for person in (school.sana, school.tove, school.olu, school.finn):
        browser = signed_in(person)
        assert browser.get(f"/classes/{session.code}/for-students/").status_code == 404
        assert browser.post(f"/classes/{session.code}/for-students/", {"before_text": "x"}).status_code == 404
    assert not Handout.objects.exists()

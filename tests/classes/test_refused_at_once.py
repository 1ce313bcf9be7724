"""A booking that Zoom refuses while its teacher waits: nothing is called scheduled that is not."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from eduraise.classes.models import ClassSession
from tests.classes.pages import fields_of, signed_in, text_of
from tests.linked import LinkedZoom

pytestmark = pytest.mark.django_db(transaction=True)
URL = "/zoom/create-meeting/"
TOPIC = {"code": 300, "message": "Validation Failed.", "errors": [{"field": "topic", "message": "Invalid."}]}


def send(linked: LinkedZoom) -> Any:
    linked.connect(linked.school.tariq)
    client: Client = signed_in(linked.school.tariq)
    typed = {"topic": "Graphs", "date": "2026-03-05", "time": "18:00", "minutes": "60"}
    return client.post(URL, fields_of(client.get(URL), "plan") | typed, follow=True)


def test_what_zoom_takes_is_scheduled(linked: LinkedZoom) -> None:
    answer = send(linked)

    session = ClassSession.objects.get()
    assert answer.redirect_chain == [(f"/classes/{session.code}/", 302)]
    assert "“Graphs” is scheduled: Thu 5 Mar" in answer.content.decode()


def test_what_zoom_refuses_leads_to_the_field_that_it_refuses(linked: LinkedZoom) -> None:
    linked.sim.fault("status", status=400, body=TOPIC, operation="meetingCreate")

    answer = send(linked)

    session = ClassSession.objects.get()
    assert answer.redirect_chain == [(f"/classes/{session.code}/change/", 302)]
    assert (
        "“Graphs” is kept here, but Zoom refused to book it. Nobody is told yet." in answer.content.decode()
    )
    assert "Zoom doesn’t take this title. Choose another." in text_of(answer)
    assert "is scheduled" not in answer.content.decode()


def test_what_concerns_no_field_is_said_on_the_page_of_the_class(linked: LinkedZoom) -> None:
    body = {"code": 3161, "message": "Meeting hosting and scheduling capabilities are not allowed"}
    linked.sim.fault("status", status=400, body=body, operation="meetingCreate")

    answer = send(linked)

    session = ClassSession.objects.get()
    assert answer.redirect_chain == [(f"/classes/{session.code}/", 302)]
    assert "It isn’t booked at Zoom" in text_of(answer)
    assert "You can start it from" not in text_of(answer)

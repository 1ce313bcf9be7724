"""Registrants as the API answers them."""

from zoomsim.clock import instant_text
from zoomsim.meetings.addresses import personal_url
from zoomsim.meetings.answers import occurrence_body
from zoomsim.meetings.fields import FIXED_TIME
from zoomsim.records import Json, Meeting, Registrant
from zoomsim.registrants import registration
from zoomsim.registrants.fields import ANSWERS
from zoomsim.world import World


def confirmation(world: World, meeting: Meeting, registrant: Registrant) -> Json:
    """As POST registrants answers: without a join_url until approved."""
    body: Json = {
        "id": meeting.number,
        "registrant_id": registrant.id,
        "topic": meeting.topic,
        "participant_pin_code": registrant.pin,
    }
    dates = registration.dates(world, meeting, registrant)
    starts_at = dates[0].starts_at if dates else meeting.starts_at
    if starts_at is not None:
        body["start_time"] = instant_text(starts_at)
    if meeting.type == FIXED_TIME:
        body["occurrences"] = [occurrence_body(one) for one in dates]
    return body | _link(world, meeting, registrant)


def of_batch(world: World, meeting: Meeting, registrant: Registrant) -> Json:
    """As one row of what batch_registrants answers."""
    body: Json = {
        "email": registrant.email,
        "registrant_id": registrant.id,
        "participant_pin_code": registrant.pin,
    }
    return body | _link(world, meeting, registrant)


def row(world: World, meeting: Meeting, registrant: Registrant) -> Json:
    """As a row of the list, and as GET of one answers."""
    body: Json = {
        "id": registrant.id,
        "email": registrant.email,
        "first_name": registrant.first_name,
        "last_name": registrant.last_name,
        **dict.fromkeys(ANSWERS, ""),
        "custom_questions": [],
        **registrant.answers,
        "status": registrant.status,
        "create_time": instant_text(registrant.created_at),
        "participant_pin_code": registrant.pin,
    }
    return body | _link(world, meeting, registrant)


def _link(world: World, meeting: Meeting, registrant: Registrant) -> Json:
    if registrant.status != registration.APPROVED:
        return {}
    return {"join_url": personal_url(world, meeting, registrant)}

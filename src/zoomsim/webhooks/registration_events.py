"""meeting.registration_…: somebody registered, was approved or denied, or the registration was cancelled."""

from collections.abc import Sequence

from zoomsim.meetings.addresses import personal_url
from zoomsim.records import Json, Meeting, Occurrence, Registrant, User
from zoomsim.webhooks.envelopes import by, scheduled, short_date, tell
from zoomsim.world import World

_SCOPE = "meeting:read:registrant"


def created(world: World, meeting: Meeting, registrant: Registrant, dates: Sequence[Occurrence]) -> None:
    """Told without an operator, whoever did it; join_url is empty until the host approves."""
    answers = {name: value for name, value in registrant.answers.items() if value}
    who = _who(registrant) | answers | {"status": registrant.status} | _link(world, meeting, registrant)
    tell(
        world,
        "meeting.registration_created",
        meeting,
        {"object": _thing(meeting, dates, who)},
        scope=_SCOPE,
    )


def decided(
    world: World,
    status: str,
    meeting: Meeting,
    registrant: Registrant,
    dates: Sequence[Occurrence],
    operator: User,
) -> None:
    """`status`: approved, denied or cancelled."""
    who = _who(registrant)
    if status == "approved":
        who |= _link(world, meeting, registrant)
    payload = by(operator) | {"object": _thing(meeting, dates, who)}
    tell(world, f"meeting.registration_{status}", meeting, payload, scope=_SCOPE)


def _thing(meeting: Meeting, dates: Sequence[Occurrence], who: Json) -> Json:
    thing = {"start_time": "", **scheduled(meeting), "registrant": who}
    return thing | ({"occurrences": [short_date(one) for one in dates]} if dates else {})


def _who(registrant: Registrant) -> Json:
    return {
        "id": registrant.id,
        "first_name": registrant.first_name,
        "last_name": registrant.last_name,
        "email": registrant.email,
    }


def _link(world: World, meeting: Meeting, registrant: Registrant) -> Json:
    address = personal_url(world, meeting, registrant) if registrant.status == "approved" else ""
    return {"join_url": address, "participant_pin_code": registrant.pin}

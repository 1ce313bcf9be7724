"""What a message says of a class is what held when it was made: title, hours and teacher are kept with it, so
that it says the same however the class is changed afterwards. Hours are kept as instants, and drawn in the
reader's zone and language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from datetime import datetime
from typing import Any

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.notifications.models import Message

# In a message's data
KEPT = "class"


def keep(session: ClassSession) -> dict[str, Any]:
    """What a message keeps of a class, to go into its data: with its topic of the syllabus, where that was
    read."""
    return {
        KEPT: {
            "topic": session.title,
            "starts_at": session.starts_at.isoformat(),
            "ends_at": session.ends_at.isoformat(),
            "zone": session.zone,
            "teacher": [session.teacher_id, session.teacher.name],
        }
    }


def as_kept(session: ClassSession, data: Mapping[str, Any]) -> ClassSession:
    """A class as it was when a message of it was made, to be read alone; as it is where nothing was kept."""
    kept = data.get(KEPT)
    if kept is None:
        return session
    was = copy(session)
    was.topic, was.syllabus, was.zone = kept["topic"], None, kept["zone"]
    was.starts_at, was.ends_at = (datetime.fromisoformat(kept[at]) for at in ("starts_at", "ends_at"))
    key, name = kept["teacher"]
    was.teacher = User(pk=key, name=name)
    return was


def classes_of(messages: Sequence[Message]) -> dict[int, ClassSession]:
    """The class that each message speaks of, as it was when the message was made; one query for all."""
    by_uid = sessions_of(messages)
    return {
        message.pk: as_kept(by_uid[message.thing_uid], message.data)
        for message in messages
        if message.thing_uid in by_uid
    }


def sessions_of(messages: Sequence[Message]) -> dict[Any, ClassSession]:
    """The classes that messages speak of as they are now, by their uid."""
    found = ClassSession.objects.filter(uid__in={message.thing_uid for message in messages})
    related = found.select_related("program", "teacher", "created_by", "occurrence")
    return {session.uid: session for session in related}

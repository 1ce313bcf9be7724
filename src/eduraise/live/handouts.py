"""What a class's teacher says to its students beside the class: what to bring before, what to do after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.core import audit
from eduraise.core.errors import Changed, DomainError
from eduraise.core.hooks import PagePart
from eduraise.live.models import LONGEST_HANDOUT, Handout
from eduraise.programs.enums import Permission


class HandoutUnfit(DomainError):
    """A text that is too long, or holds what nobody can read."""

    code = "handout_unfit"


class HandoutChanged(Changed):
    """Somebody else changed it meanwhile. version: the one that stands now."""

    def __init__(self, version: int) -> None:
        super().__init__(
            _("Somebody else changed this meanwhile. Look at it as it stands now, then save yours.")
        )
        self.version = version


def may_say(standing: Standing) -> bool:
    """Whether somebody may say something to a class's students: who teaches it or may change it; after the
    class, too."""
    return not standing.is_over and (standing.may_start or standing.may(Permission.EDIT))


def handouts_of(session: ClassSession) -> dict[str, Handout]:
    """What is said, by its place; one query."""
    rows = Handout.objects.filter(session=session).exclude(text="").select_related("by")
    return {row.place: row for row in rows}


@transaction.atomic
def say_to_students(
    *, session: ClassSession, place: Handout.Place, text: str, seen_version: int, by: User, now: datetime
) -> None:
    """Say this before or after a class, "" for nothing. seen_version: what the person saw, 0 where there was
    nothing. Raises HandoutUnfit, HandoutChanged."""
    tidy = text.replace("\r\n", "\n").strip()
    if len(tidy) > LONGEST_HANDOUT or not all(one.isprintable() or one in "\n\t" for one in tidy):
        words = {"most": LONGEST_HANDOUT}
        raise HandoutUnfit(_("Write %(most)d readable characters at most.") % words, field=f"{place}_text")
    Handout.objects.bulk_create(
        [Handout(session=session, place=place, version=0, changed_at=now)], ignore_conflicts=True
    )
    row = Handout.objects.select_for_update(no_key=True).get(session=session, place=place)
    if row.text == tidy:
        return
    if row.version != seen_version:
        raise HandoutChanged(row.version)
    row.text, row.version, row.by, row.changed_at = tidy, seen_version + 1, by, now
    row.save(update_fields=["text", "version", "by", "changed_at"])
    audit.record(
        "class.said_to_students",
        by=by,
        thing=session,
        at=now,
        program_uid=session.program.uid,
        after={"place": str(place), "characters": len(tidy)},
    )


def words(*, session: ClassSession, standing: Standing, now: datetime, **_more: object) -> Iterator[PagePart]:
    """On a class's page and at its door, for all who may know of it; one query. Once it is over, what is
    for after it stands first. Of a cancelled one nothing more is offered to be said."""
    found = handouts_of(session)
    may = may_say(standing) and session.cancelled_at is None
    if not found and not may:
        return
    order = [Handout.Place.BEFORE, Handout.Place.AFTER]
    if now >= session.ends_at:
        order.reverse()
    shown = [found[place] for place in order if place in found]
    context = {"session": session, "handouts": shown, "may_say": may}
    mark = "".join(f"{one.place}{one.version}" for one in shown)
    yield PagePart(_("For its students"), "live/handouts.html", context, mark=mark)

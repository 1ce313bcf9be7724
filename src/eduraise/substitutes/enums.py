"""The fixed words of substitutions."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """How somebody being asked to take a class stands."""

    ASKED = "asked", _("Asked")
    ACCEPTED = "accepted", _("Takes the class")
    DECLINED = "declined", _("Can’t take it")
    WITHDRAWN = "withdrawn", _("Not needed any more")
    LAPSED = "lapsed", _("Nobody answered in time")
    RETURNED = "returned", _("Given back")
    ENDED = "ended", _("Over")


OPEN = (State.ASKED, State.ACCEPTED)

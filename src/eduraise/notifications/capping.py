"""How many mails one person's acts may send in a day, so that nobody mails others through us without end.

What goes beyond is not lost: it shows in the app, and its mails stand among the failed ones, where an admin
looks at them and sends them or leaves them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from eduraise.accounts.models import User
from eduraise.core.turns import take_turn
from eduraise.notifications.models import Delivery

HELD = "held"
DAY = timedelta(hours=24)


def mails_left(by: User | None, now: datetime) -> int | None:
    """How many mails `by` may still cause in the 24 hours before `now`; None: as many as she likes.

    Admins and what nobody did are not counted. Call it within the transaction that queues them: two acts of
    one person are counted one after the other.
    """
    if by is None or by.is_admin:
        return None
    take_turn(f"mails of {by.uid}")
    caused = Delivery.objects.filter(
        message__caused_by_uid=by.uid, message__created_at__gt=now - DAY
    ).exclude(last_error_code=HELD)
    return max(0, settings.MAILS_OF_ONE_PERSON - caused.count())

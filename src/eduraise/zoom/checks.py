"""Testing everything about Zoom, at any time: what works, what doesn't, and what would mend it. No secrets.

The set-up page and `eduraise doctor` say the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext_lazy

from eduraise.core import clock
from eduraise.core.models import Setting
from eduraise.ui import times
from eduraise.zoom import api, credentials, features, trying, wholeaccount
from eduraise.zoom.credentials import Trial
from eduraise.zoom.enums import BROKEN, USABLE, Licence, OperationState
from eduraise.zoom.hosts import in_use
from eduraise.zoom.models import ZoomAccount, ZoomOperation, ZoomUser
from eduraise.zoom.words import reason_words
from zoomclient import ConnectionLost, ZoomError

OK, BAD, OFF = "ok", "bad", "off"
KEPT_AS = "zoom_tested"
LONG = timedelta(minutes=15)
SKEW = timedelta(minutes=2)
NAMED = 5


@dataclass(frozen=True)
class Check:
    """One thing that was tested. state: ok, bad, or off where there is nothing to test."""

    name: str
    state: str
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def words(self) -> str:
        """What was found."""
        template = WORDS.get(
            (self.name, self.details.get("why", self.state)), WORDS.get((self.name, self.state))
        )
        return str(template % self._shown()) if template else f"{self.name}: {self.state}"

    def _shown(self) -> dict[str, Any]:
        """The details, instants by the reader's clocks."""
        if "at" not in self.details:
            return self.details
        at = datetime.fromisoformat(self.details["at"])
        return self.details | {
            "at": times.day_and_span(at, None, timezone.get_current_timezone(), clock.now())
        }

    @property
    def remedy(self) -> str:
        """What mends it; "" where nothing has to be."""
        if self.state != BAD:
            return ""
        found = REMEDIES.get((self.name, self.details.get("why", ""))) or REMEDIES.get((self.name, ""))
        return str(found) % self.details if found else ""


WORDS: dict[tuple[str, str], str | Promise] = {
    ("clock", OK): gettext_lazy("This server’s clock agrees with Zoom’s."),
    ("clock", OFF): gettext_lazy("Zoom didn’t say what time it is."),
    ("clock", "ahead"): gettext_lazy("This server’s clock is %(minutes)d minutes ahead of Zoom’s."),
    ("clock", "behind"): gettext_lazy("This server’s clock is %(minutes)d minutes behind Zoom’s."),
    ("app", OK): gettext_lazy("Zoom accepts the app with which teachers connect."),
    ("app", OFF): gettext_lazy("There is no app with which teachers could connect."),
    ("app", "refused"): gettext_lazy("Zoom doesn’t accept the client ID and secret of the teachers’ app."),
    ("app", "wrong_kind"): gettext_lazy("The teachers’ app is of another kind at Zoom."),
    ("app", "untried"): gettext_lazy("Zoom can’t be reached."),
    ("account", OK): gettext_lazy("The whole account works: %(account)s, plan %(plan)s."),
    ("account", OFF): gettext_lazy("The whole account isn’t connected; teachers connect their own."),
    ("account", BAD): gettext_lazy("Zoom doesn’t accept the app of the whole account."),
    ("account", "untried"): gettext_lazy("Zoom can’t be reached for the whole account."),
    ("account", "scopes"): gettext_lazy("The app of the whole account lacks scopes: %(scopes)s"),
    ("account", "voided"): gettext_lazy("Another program uses the app of the whole account."),
    ("hosts", OK): ngettext_lazy(
        "%(number)d Zoom user is connected.", "%(number)d Zoom users are connected.", "number"
    ),
    ("hosts", OFF): gettext_lazy("No Zoom user is connected yet."),
    ("hosts", BAD): gettext_lazy("%(broken)d of %(number)d Zoom users don’t work: %(names)s"),
    ("scopes", OK): gettext_lazy("Every connection may do what classes need."),
    ("scopes", OFF): gettext_lazy("No connection, so no scopes to look at."),
    ("scopes", "some"): gettext_lazy("Off for some connections, for want of scopes: %(features)s"),
    ("scopes", BAD): gettext_lazy("Connections that lack scopes (%(number)d): %(scopes)s"),
    ("licences", OK): gettext_lazy("Every connected Zoom user may hold meetings."),
    ("licences", OFF): gettext_lazy("No connection, so no licences to look at."),
    ("licences", BAD): gettext_lazy("Zoom users without a meetings licence: %(names)s"),
    ("events", OK): gettext_lazy("Events from Zoom arrive; the last one %(at)s."),
    ("events", OFF): gettext_lazy("No event has arrived; Zoom is read instead, every few minutes."),
    ("events", "no_secret"): gettext_lazy("Events can’t be believed: the secret token isn’t known."),
    ("waiting", OK): gettext_lazy("No change waits for Zoom for long."),
    ("waiting", "failed"): ngettext_lazy(
        "%(failed)d change was refused.", "%(failed)d changes were refused.", "failed"
    ),
    ("waiting", "late"): ngettext_lazy(
        "%(late)d change waits for more than 15 minutes.",
        "%(late)d changes wait for more than 15 minutes.",
        "late",
    ),
    ("waiting", "both"): gettext_lazy(
        "Changes that were refused: %(failed)d; that wait for more than 15 minutes: %(late)d."
    ),
    ("meeting", OK): gettext_lazy("A test meeting was made, read and removed on %(host)s."),
    ("meeting", OFF): gettext_lazy("No Zoom user on which a test meeting could be made."),
    ("meeting", BAD): gettext_lazy("The test meeting on %(host)s failed: %(reason)s"),
    ("meeting", "left"): gettext_lazy(
        "The test meeting %(left)s couldn’t be removed on %(host)s: %(reason)s"
    ),
}

REMEDIES: dict[tuple[str, str], str | Promise] = {
    ("clock", ""): gettext_lazy("Set this server’s clock by a time server; else events are judged too old."),
    ("app", "refused"): gettext_lazy(
        "At Zoom: App Marketplace → Manage → your app → App Credentials. Copy both."
    ),
    ("app", "wrong_kind"): gettext_lazy("At Zoom: App Marketplace → Develop → Build App → General App."),
    ("app", "untried"): gettext_lazy("See whether this server reaches zoom.us, and try again."),
    ("account", ""): gettext_lazy(
        "At Zoom: App Marketplace → Manage → your app: is it activated? Copy all three."
    ),
    ("account", "untried"): gettext_lazy("See whether this server reaches zoom.us, and try again."),
    ("account", "scopes"): gettext_lazy("At Zoom: App Marketplace → Manage → your app → Scopes. Add them."),
    ("account", "voided"): gettext_lazy("Make a Server-to-Server OAuth app that only EduRaise uses."),
    ("hosts", ""): gettext_lazy(
        "Whoever’s connection ended was told and connects again. A Zoom user who is no longer active can be"
        " reactivated by the Zoom admin."
    ),
    ("scopes", ""): gettext_lazy("At Zoom: your app → Scopes. Add them; then each teacher connects again."),
    ("licences", ""): gettext_lazy("At Zoom: Admin → User Management → Users. Give them a licence."),
    ("events", "no_secret"): gettext_lazy(
        "At Zoom: your app → Features → Event Subscriptions → Secret Token."
    ),
    ("waiting", ""): gettext_lazy("See Zoom → Changes at Zoom."),
    ("meeting", ""): gettext_lazy("If it says so again, look at the lines above."),
    ("meeting", "left"): gettext_lazy("Delete it by hand at Zoom → Meetings."),
}


def run(now: datetime, *, with_meeting: bool = True) -> list[Check]:
    """Test everything. Call it outside a transaction: it asks Zoom."""
    found = [check(now) for check in CHECKS]
    return [*found, _meeting(now)] if with_meeting else found


def keep(found: list[Check], now: datetime) -> None:
    """Keep what was found last, for the page."""
    row = Setting.objects.filter(name=KEPT_AS).first() or Setting(name=KEPT_AS)
    row.value = json.dumps({"at": now.isoformat(), "found": [asdict(one) for one in found]})
    row.set_at = now
    row.save()


def last() -> tuple[datetime, list[Check]] | None:
    """What was found last, and when."""
    row = Setting.objects.filter(name=KEPT_AS).first()
    if row is None:
        return None
    kept = json.loads(str(row.value))
    return datetime.fromisoformat(kept["at"]), [Check(**one) for one in kept["found"]]


def _clock(now: datetime) -> Check:
    """Ours against Zoom's: signatures of events and tokens' lives are judged by it."""
    told = api.zooms_time()
    if told is None:
        return Check("clock", OFF)
    minutes = round((now - clock.offset() - told).total_seconds() / 60)
    if abs(now - clock.offset() - told) <= SKEW:
        return Check("clock", OK)
    return Check("clock", BAD, {"minutes": abs(minutes), "why": "ahead" if minutes > 0 else "behind"})


def _app(_now: datetime) -> Check:
    if not api.is_configured():
        return Check("app", OFF if api.account_is_configured() else BAD, {"why": OFF})
    trial = credentials.try_at_zoom(*(api.configured(name) for name in credentials.CLIENT))
    return Check("app", OK) if trial == Trial.ACCEPTED else Check("app", BAD, {"why": trial.value})


def _account(now: datetime) -> Check:
    account = wholeaccount.whole()
    if account is None or not api.account_is_configured():
        return Check("account", OFF)
    try:
        wholeaccount.probe(account, now)
    except ConnectionLost:
        return Check("account", BAD)
    except ZoomError:
        return Check("account", BAD, {"why": "untried"})
    account.refresh_from_db()
    if lacking := wholeaccount.lacking(account):
        return Check(
            "account", BAD, {"why": "scopes", "scopes": ", ".join(f"{one}:admin" for one in lacking)}
        )
    if account.voided_at is not None:
        return Check("account", BAD, {"why": "voided"})
    details = {"account": account.zoom_account_id, "plan": account.get_plan_display()}
    return Check("account", OK, details)


def _hosts(now: datetime) -> Check:
    linked = in_use(now)
    broken = list(linked.filter(state__in=BROKEN).order_by("email").values_list("email", flat=True)[:5])
    number = linked.count()
    if not number:
        return Check("hosts", OFF)
    if not broken:
        return Check("hosts", OK, {"number": number})
    count = linked.filter(state__in=BROKEN).count()
    return Check("hosts", BAD, {"number": number, "broken": count, "names": ", ".join(broken)})


def _scopes(_now: datetime) -> Check:
    grants = [
        (email, frozenset(scopes))
        for email, scopes in _own_links().order_by("email").values_list("email", "scopes")
    ]
    if not grants:
        return Check("scopes", OFF)
    lacking = [lacks for _email, scopes in grants if (lacks := features.CLASSES.lacking(scopes))]
    names = sorted({scope for lacks in lacking for scope in lacks})
    if lacking:
        return Check("scopes", BAD, {"number": len(lacking), "scopes": ", ".join(names)})
    off = [said for one in features.FEATURES if (said := _off_for(one, grants))]
    return Check("scopes", OFF, {"why": "some", "features": "; ".join(off)}) if off else Check("scopes", OK)


def _off_for(feature: features.Feature, grants: list[tuple[str, frozenset[str]]]) -> str:
    """The feature and whose connections lack its scopes, the first few by e-mail; "" if none do."""
    emails = [email for email, scopes in grants if feature.lacking(scopes)]
    more = f" + {len(emails) - NAMED}" if len(emails) > NAMED else ""
    return f"{feature.title} ({', '.join(emails[:NAMED])}{more})" if emails else ""


def _own_links() -> QuerySet[ZoomUser]:
    return ZoomUser.objects.filter(state__in=USABLE, by_account=False, teacher__isnull=False)


def _licences(_now: datetime) -> Check:
    connected = ZoomUser.objects.filter(state__in=USABLE)
    without = connected.filter(licence=Licence.NONE).order_by("email").values_list("email", flat=True)
    if not connected.exists():
        return Check("licences", OFF)
    return Check("licences", BAD, {"names": ", ".join(without[:5])}) if without else Check("licences", OK)


def _events(now: datetime) -> Check:
    seen = (
        ZoomAccount.objects.filter(webhook_seen_at__isnull=False)
        .order_by("-webhook_seen_at")
        .values_list("webhook_seen_at", flat=True)
        .first()
    )
    if not api.configured("ZOOM_WEBHOOK_SECRET"):
        return Check("events", OFF, {}) if seen is None else Check("events", BAD, {"why": "no_secret"})
    if seen is None:
        return Check("events", OFF)
    return Check("events", OK, {"at": seen.isoformat()})


def _waiting(now: datetime) -> Check:
    failed = ZoomOperation.objects.filter(state=OperationState.FAILED).count()
    late = ZoomOperation.objects.filter(
        state__in=(OperationState.PENDING, OperationState.UNKNOWN), not_before__lt=now - LONG
    ).count()
    if not failed and not late:
        return Check("waiting", OK)
    why = "both" if failed and late else "failed" if failed else "late"
    return Check("waiting", BAD, {"failed": failed, "late": late, "why": why})


def _meeting(now: datetime) -> Check:
    host = host_to_try().first()
    if host is None:
        return Check("meeting", OFF)
    return check_meeting(host, now)


def check_meeting(host: ZoomUser, now: datetime) -> Check:
    """Make, read and remove a meeting on this host."""
    tried = trying.try_meeting(host, now)
    details = {"host": host.email}
    if tried.is_ok:
        return Check("meeting", OK, details)
    details |= {"reason": reason_words(tried.reason), "left": tried.left}
    return Check("meeting", BAD, details | ({"why": "left"} if tried.left else {}))


def host_to_try() -> QuerySet[ZoomUser]:
    """Hosts on which a meeting can be tried: the account's own first, then teachers'."""
    usable = ZoomUser.objects.filter(state__in=USABLE).exclude(licence=Licence.NONE)
    return usable.select_related("account").order_by("-by_account", "kind", "pk")


CHECKS: tuple[Callable[[datetime], Check], ...] = (
    _clock,
    _app,
    _account,
    _hosts,
    _scopes,
    _licences,
    _events,
    _waiting,
)

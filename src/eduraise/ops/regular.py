"""Running regular work, and remembering what came of each run."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from eduraise.core import clock
from eduraise.ops.models import RegularRun
from eduraise.ops.outcomes import outcome_word
from eduraise.ops.schedule import REGULAR, Regular

KEPT_RUNS = 50
log = structlog.get_logger(__name__)


def run(name: str, now: datetime) -> RegularRun:
    """Run the work called `name` and keep its outcome. An error is kept, logged once and not raised."""
    work = next(regular for regular in REGULAR if regular.name == name)
    result, counts = "ok", {}
    try:
        counts = as_counts(import_string(work.function)(now=now))
    except Exception as problem:
        log.exception("regular work failed", work=name)
        result = "".join(traceback.format_exception_only(problem)).strip()[:200]
    return _keep(name, began_at=now, ended_at=clock.now(), result=result, counts=counts)


def as_counts(answer: object) -> dict[str, int]:
    """What a run returned, as numbers by name; zeros are left out."""
    if isinstance(answer, Mapping):
        return {str(name): int(number) for name, number in answer.items() if number}
    if isinstance(answer, int) and answer:
        return {"done": answer}
    return {}


def _keep(
    name: str, *, began_at: datetime, ended_at: datetime, result: str, counts: dict[str, int]
) -> RegularRun:
    """An idle run after an idle run moves that one on: fifty rows tell more than four minutes."""
    last = RegularRun.objects.filter(name=name).order_by("-id").first()
    if last and result == last.result == "ok" and not counts and not last.counts:
        last.began_at, last.ended_at = began_at, ended_at
        last.save(update_fields=["began_at", "ended_at"])
        return last
    kept = RegularRun.objects.create(
        name=name, began_at=began_at, ended_at=ended_at, result=result, counts=counts
    )
    old = RegularRun.objects.filter(name=name).order_by("-id").values_list("id", flat=True)[KEPT_RUNS:]
    RegularRun.objects.filter(id__in=list(old)).delete()
    return kept


@dataclass(frozen=True)
class LastRun:
    """A piece of regular work, its newest run if there was one, and the newest that had something to do."""

    work: Regular
    run: RegularRun | None
    did: RegularRun | None = None

    @property
    def failed(self) -> bool:
        """Whether the newest run ended with an error."""
        return self.run is not None and self.run.result != "ok"

    @property
    def rhythm(self) -> str:
        """How often it runs: "every 30 s", "every 60 min"."""
        if self.work.every < 60:
            return _("every %(n)d s") % {"n": self.work.every}
        return _("every %(n)d min") % {"n": self.work.every // 60}

    @property
    def outcome(self) -> str:
        """What came of the newest run: "" before the first one."""
        if self.run is None:
            return ""
        if self.failed:
            return self.run.result
        return _in_words(self.run) or _("nothing to do")

    @property
    def did_before(self) -> str:
        """What the newest run did that had something to do, where that was an earlier one."""
        return _in_words(self.did) if self.did is not None and self.did != self.run else ""


def _in_words(run: RegularRun) -> str:
    return ", ".join(f"{outcome_word(name)}: {number}" for name, number in run.counts.items())


def last_runs() -> list[LastRun]:
    """Each piece of regular work with its newest run, in the order of the list; one query."""
    newest: dict[str, RegularRun] = {}
    busy: dict[str, RegularRun] = {}
    for row in RegularRun.objects.order_by("id"):
        newest[row.name] = row
        if row.counts:
            busy[row.name] = row
    return [LastRun(work, newest.get(work.name), busy.get(work.name)) for work in REGULAR]

"""The one list of regular work: what, how often, by which function.

Plain data, read by the settings; nothing here imports a model. A function is called with `now=` and returns
counts by name (or a number, or nothing).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Regular:
    """One piece of regular work. every: seconds between two beginnings."""

    name: str
    purpose: str
    function: str
    every: int


REGULAR: tuple[Regular, ...] = (
    Regular("heartbeat", "shows that the worker is alive", "eduraise.ops.health.beat", 15),
    Regular("push", "operations at Zoom that are due", "eduraise.zoom.push.push_due", 5),
    Regular("apply", "Zoom’s events that wait", "eduraise.events.tasks.apply_waiting", 5),
    Regular(
        "announce", "changes of classes that people must hear of", "eduraise.classes.announce.announce_due", 5
    ),
    Regular(
        "decide",
        "changes made in Zoom that a program settles by itself",
        "eduraise.classes.deciding.decide_due",
        15,
    ),
    Regular(
        "unheld",
        "coming classes that nobody can hold, for the admins",
        "eduraise.classes.unheld.tell_unheld",
        120,
    ),
    Regular(
        "clocks",
        "coming classes in zones whose clock rules changed",
        "eduraise.classes.clockrules.mend_due",
        300,
    ),
    Regular(
        "invite",
        "invitations to classes, for those who chose them",
        "eduraise.calendars.inviting.invite_due",
        30,
    ),
    Regular(
        "substitutes",
        "substitutes who didn’t answer in time, and classes that were taken and are over",
        "eduraise.substitutes.settling.settle_due",
        30,
    ),
    Regular("plan", "plans that are being scheduled or undone", "eduraise.planner.booking.plan_due", 5),
    Regular("import", "lines of imports that wait", "eduraise.programs.importing.import_due", 5),
    Regular("send", "mail that waits", "eduraise.notifications.sending.send_due", 5),
    Regular(
        "wake",
        "Zoom users: their connections, and the meetings that they list",
        "eduraise.zoom.wake.wake_due",
        30,
    ),
    Regular(
        "account",
        "the organisation’s Zoom account and its users",
        "eduraise.zoom.wholeaccount.account_due",
        60,
    ),
    Regular("register", "students’ registrations at Zoom", "eduraise.zoom.registering.register_due", 15),
    Regular("reconcile", "what Zoom’s events missed", "eduraise.events.reconcile.reconcile_due", 30),
    Regular(
        "recordings",
        "recordings at Zoom: found, shown, hidden, deleted when their time is over",
        "eduraise.recordings.work.recordings_due",
        30,
    ),
    Regular("copies", "recordings that are copied to this server", "eduraise.recordings.work.copies_due", 15),
    Regular(
        "fold",
        "registers of classes that are behind what is known",
        "eduraise.attendance.keeping_up.fold_due",
        5,
    ),
    Regular(
        "read",
        "who was in classes that are over, as Zoom lists it",
        "eduraise.attendance.reading.read_due",
        15,
    ),
    Regular("groups", "groups of coming classes follow their people", "eduraise.live.groups.follow_due", 60),
    Regular("alarm", "classes whose teacher is missing", "eduraise.live.alarms.alarm_due", 30),
    Regular("lost", "teachers whose Zoom connection was lost", "eduraise.zoom.losing.tell_due", 15),
    Regular("unconfirmed", "connections that nobody confirmed", "eduraise.zoom.linking.drop_due", 60),
    Regular("revoke", "ended links that Zoom must be told of", "eduraise.zoom.revoking.revoke_due", 60),
    Regular(
        "lock",
        "registers of attendance whose days for corrections are over",
        "eduraise.attendance.closing.lock_due",
        900,
    ),
    Regular(
        "roll_up",
        "who came and went in classes whose register was locked long ago",
        "eduraise.attendance.rolling_up.roll_up_due",
        3600,
    ),
    Regular("files", "files of materials that are gone", "eduraise.programs.pruning.prune_files", 3600),
    Regular(
        "viewings",
        "files of recordings that are gone, and old notes of who watched",
        "eduraise.recordings.work.prune_recordings",
        3600,
    ),
    Regular("prune", "what is older than it is kept", "eduraise.ops.prune.prune", 3600),
)


def engine_schedules() -> dict[str, dict[str, Any]]:
    """The list in the form that the job engine's settings take."""
    return {
        regular.name: {
            "task": "eduraise.ops.tasks.run_regular",
            "every": regular.every,
            "args": [regular.name],
        }
        for regular in REGULAR
    }

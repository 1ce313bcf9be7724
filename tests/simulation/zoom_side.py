"""What happens at Zoom without us: hosts plan, move and delete by hand, people sit in meetings."""

from __future__ import annotations

from tests.simulation.scene import Scene

NOTHING = "nothing"


class ZoomSide:
    """Hosts and their guests in Zoom's own pages and rooms."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.sim, self.chance = scene, scene.sim, scene.chance
        self.deleted: set[str] = set()
        self._own = 0

    def plan(self) -> str:
        """A host plans a meeting of her own."""
        self._own += 1
        host = self.chance.choice(self.scene.teachers[:2]).email
        start = f"{self.scene.hour():%Y-%m-%dT%H:%M:%SZ}"
        self.sim.add_meeting(host, topic=f"Own {self._own}", type=2, start_time=start, duration=30)
        return f"{host} {start}"

    def move(self) -> str:
        """A host moves a meeting, ours or her own."""
        if (number := self.scene.some_meeting(single=True)) is None:
            return NOTHING
        start = f"{self.scene.hour():%Y-%m-%dT%H:%M:%SZ}"
        self.sim.edit_meeting(number, start_time=start)
        return f"{number} to {start}"

    def delete(self) -> str:
        """A host deletes one."""
        if (number := self.scene.some_meeting()) is None:
            return NOTHING
        try:
            self.sim.delete_meeting(number)
        except ValueError as refused:  # people are in it
            return f"{number} not: {refused}"
        self.deleted.add(str(number))
        return str(number)

    def move_date(self) -> str:
        """A host moves one date of a series."""
        if (date := self._some_date()) is None:
            return NOTHING
        number, id_ = date
        start = f"{self.scene.hour():%Y-%m-%dT%H:%M:%SZ}"
        self.sim.edit_meeting(number, occurrence_id=id_, start_time=start)
        return f"{id_} of {number} to {start}"

    def delete_date(self) -> str:
        """A host deletes one date of a series."""
        if (date := self._some_date()) is None:
            return NOTHING
        number, id_ = date
        self.sim.delete_meeting(number, occurrence_id=id_)
        return f"{id_} of {number}"

    def _some_date(self) -> tuple[int, str] | None:
        """The number of a series of ours and the id of one of its dates that stand."""
        dates = [
            (int(meeting["id"]), str(one["occurrence_id"]))
            for meeting in self.sim.meetings
            for one in meeting.get("occurrences", ())
            if one["status"] == "available"
        ]
        return self.chance.choice(dates) if dates else None

    def sit(self) -> str:
        """The host comes long before the hour to try things out, with guests; or they go."""
        if (number := self.scene.some_meeting()) is None:
            return NOTHING
        people = self.sim.people
        if people.where(number)["running"]:
            people.end(number)
            return f"{number} ends"
        try:
            people.host_start(number)
            people.join(number, "Guest", count=self.chance.randrange(3))
        except ValueError as refused:  # who isn't registered doesn't come in
            return f"{number} begins, {refused}"
        return f"{number} begins"

    def numbers(self) -> set[str]:
        """Of the meetings that stand."""
        with self.sim.sim.turn():
            standing = self.sim.sim.store.meetings.where("deleted_at IS NULL")
        return {str(meeting.number) for meeting in standing}

    def all_go(self) -> None:
        """Every meeting ends."""
        for sitting in self.sim.truth()["instances"]:
            if sitting["ended_at"] is None:
                self.sim.people.end(sitting["meeting_number"])

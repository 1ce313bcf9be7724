"""Keeps records in one SQLite file (or in memory), so that a killed simulator forgets nothing."""

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import MISSING, fields
from datetime import datetime
from types import UnionType
from typing import Any, get_args, get_type_hints

from zoomsim import records

_SCALARS = (int, float, str)


class Table[R]:
    """The rows of one record class. The first field of the class is its key."""

    def __init__(self, database: sqlite3.Connection, kind: type[R], indexes: Iterable[str] = ()) -> None:
        self._database = database
        self._kind = kind
        self._name = kind.__name__.lower()
        self._columns = [column.name for column in fields(kind)]  # type: ignore[arg-type]
        self._key = self._columns[0]
        hints = get_type_hints(kind)
        self._decoders = [_decoder(hints[name]) for name in self._columns]
        self._is_json = [_is_json(hints[name]) for name in self._columns]
        columns = ", ".join([f"{self._key} PRIMARY KEY", *self._columns[1:]])
        database.execute(f"CREATE TABLE IF NOT EXISTS {self._name} ({columns})")
        self._add_missing_columns()
        for number, index in enumerate(indexes):
            database.execute(f"CREATE INDEX IF NOT EXISTS {self._name}_{number} ON {self._name} ({index})")

    def _add_missing_columns(self) -> None:
        """A file of an older simulator lacks columns: they get the default of their field."""
        known = {row[1] for row in self._database.execute(f"PRAGMA table_info({self._name})")}
        for column in fields(self._kind):  # type: ignore[arg-type]
            if column.name in known:
                continue
            self._database.execute(f"ALTER TABLE {self._name} ADD COLUMN {column.name}")
            made = column.default_factory
            default = column.default if made is MISSING else made()
            value = json.dumps(default) if made is not MISSING else _encode(default)
            self._database.execute(f"UPDATE {self._name} SET {column.name} = ?", [value])  # noqa: S608

    def get(self, key: object) -> R | None:
        """The row with this key, or None."""
        found = self.where(f"{self._key} = ?", key)
        return found[0] if found else None

    def where(self, condition: str = "1", *values: object, order: str = "rowid", limit: int = -1) -> list[R]:
        """Rows that meet a condition, which is SQL written here in the simulator; values travel apart."""
        names = ", ".join(self._columns)
        rows = self._database.execute(
            f"SELECT {names} FROM {self._name} WHERE {condition} ORDER BY {order} LIMIT {limit}",  # noqa: S608
            [_encode(value) for value in values],
        )
        return [self._kind(*(read(v) for read, v in zip(self._decoders, row, strict=True))) for row in rows]

    def count(self, condition: str = "1", *values: object) -> int:
        """How many rows meet a condition."""
        query = f"SELECT count(*) FROM {self._name} WHERE {condition}"  # noqa: S608
        return int(self._database.execute(query, [_encode(value) for value in values]).fetchone()[0])

    def put(self, row: R) -> R:
        """Insert the row, or change the one that has its key."""
        values = [
            json.dumps(getattr(row, name)) if is_json else _encode(getattr(row, name))
            for name, is_json in zip(self._columns, self._is_json, strict=True)
        ]
        names, marks = ", ".join(self._columns), ", ".join("?" * len(values))
        changes = ", ".join(f"{name} = excluded.{name}" for name in self._columns[1:])
        self._database.execute(
            f"INSERT INTO {self._name} ({names}) VALUES ({marks}) "  # noqa: S608
            f"ON CONFLICT ({self._key}) DO UPDATE SET {changes}",
            values,
        )
        return row

    def remove(self, condition: str = "1", *values: object) -> None:
        """Forget the rows that meet a condition."""
        query = f"DELETE FROM {self._name} WHERE {condition}"  # noqa: S608
        self._database.execute(query, [_encode(value) for value in values])


class Store:
    """All tables of one simulator. Used by one thread at a time: see `Simulator.turn`."""

    def __init__(self, path: str | None) -> None:
        self.database = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        if path:
            self.database.execute("PRAGMA journal_mode = WAL")
            self.database.execute("PRAGMA synchronous = NORMAL")
        database = self.database
        self.accounts = Table(database, records.Account)
        self.users = Table(database, records.User, ["account_id", "email"])
        self.apps = Table(database, records.App)
        self.grants = Table(database, records.Grant, ["user_id, client_id"])
        self.tokens = Table(database, records.Token, ["grant_id"])
        self.codes = Table(database, records.Code)
        self.meetings = Table(database, records.Meeting, ["host_id", "uuid", "is_gone, deleted_at"])
        self.occurrences = Table(database, records.Occurrence, ["meeting_number"])
        self.registrants = Table(database, records.Registrant, ["meeting_number, email", "key"])
        self.instances = Table(database, records.Instance, ["meeting_number", "ended_at"])
        self.visits = Table(
            database, records.Visit, ["instance_uuid", "meeting_number, place", "visitor", "heard_at"]
        )
        self.stays = Table(database, records.Stay, ["visit_id"])
        self.recordings = Table(database, records.Recording, ["instance_uuid, state"])
        self.recording_files = Table(
            database,
            records.RecordingFile,
            ["instance_uuid", "recording_id", "key", "is_told, ready_at", "trash, trashed_at"],
        )
        self.recording_settings = Table(database, records.RecordingSettings)
        self.deliveries = Table(database, records.Delivery, ["state, position", "subject"])
        self.calls = Table(database, records.Call)
        self.faults = Table(database, records.Fault)
        self.tallies = Table(database, records.Tally)
        self.settings = Table(database, records.Setting)

    @property
    def tables(self) -> list[Table[Any]]:
        """Every table, for a reset."""
        return [thing for thing in vars(self).values() if isinstance(thing, Table)]

    def close(self) -> None:
        self.database.close()


def _encode(value: object) -> object:
    return value.isoformat(timespec="microseconds") if isinstance(value, datetime) else value


def _is_json(hint: Any) -> bool:
    return not any(part in (*_SCALARS, bool, datetime, type(None)) for part in _parts(hint))


def _decoder(hint: Any) -> Callable[[Any], Any]:
    if _is_json(hint):
        return json.loads
    if datetime in _parts(hint):
        return lambda value: datetime.fromisoformat(value) if value is not None else None
    if hint is bool:
        return bool
    return lambda value: value


def _parts(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if isinstance(hint, UnionType) else (hint,)

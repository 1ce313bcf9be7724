"""Backups: one file with the database and the uploaded materials; never the keys.

SQLite is copied by `VACUUM INTO` (a copy of the file alone would lose what is still in its log), PostgreSQL
by `pg_dump`. Secrets inside stay encrypted: without ENCRYPTION_KEYS nobody reads them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

FORMAT = 1


class BackupProblem(Exception):
    """Why a backup can't be made or restored, in one line."""


def make(target: Path, *, now: datetime) -> Path:
    """Write a backup to `target` (a new .tar.gz, readable by its owner alone).

    Raises BackupProblem where the file is there already or the database can't be copied.
    """
    if target.exists():
        raise BackupProblem(f"{target} is there already; choose another name.")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        dump = Path(folder) / "database"
        _dump(dump)
        manifest = Path(folder) / "manifest.json"
        manifest.write_text(json.dumps(_manifest(now)), encoding="utf-8")
        unfinished = target.with_name(target.name + ".unfinished")
        descriptor = os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w:gz") as archive:
            archive.add(manifest, "manifest.json")
            archive.add(dump, "database")
            if settings.MEDIA_ROOT.exists():
                archive.add(settings.MEDIA_ROOT, "media")
        unfinished.rename(target)
    return target


def restore(source: Path, *, replace: bool = False) -> dict[str, Any]:
    """Put a backup's database and materials in place; its manifest.

    Nothing else may run meanwhile. Raises BackupProblem where it is no backup of ours, was made on the
    other kind of database or by newer code, or where there is data already and `replace` isn't set.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            with tarfile.open(source) as archive:
                archive.extractall(folder, filter="data")
            manifest: dict[str, Any] = json.loads((Path(folder) / "manifest.json").read_text("utf-8"))
        except (OSError, tarfile.TarError, ValueError) as problem:
            raise BackupProblem(f"{source} is not a backup of EduRaise.") from problem
        _refuse(manifest, replace)
        _load(Path(folder) / "database")
        media = Path(folder) / "media"
        if media.exists():
            _put_materials(media)
    return manifest


def _manifest(now: datetime) -> dict[str, Any]:
    applied = MigrationRecorder(connection).applied_migrations()
    return {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "database": connection.vendor,
        "migrations": sorted(f"{app}.{name}" for app, name in applied),
    }


def _refuse(manifest: dict[str, Any], replace: bool) -> None:
    if manifest.get("format") != FORMAT:
        raise BackupProblem("This backup was made by another version of EduRaise.")
    if manifest["database"] != connection.vendor:
        raise BackupProblem(f"This backup is of {manifest['database']}, and here is {connection.vendor}.")
    known = {f"{app}.{name}" for app, name in _migrations_of_the_code()}
    if newer := [name for name in manifest["migrations"] if name not in known]:
        raise BackupProblem(f"This backup was made by newer code (it has {newer[0]}). Update first.")
    if _has_people() and not replace:
        raise BackupProblem("There is data here already. Add --replace to lose it.")


def _migrations_of_the_code() -> list[tuple[str, str]]:
    from django.db.migrations.loader import MigrationLoader

    return list(MigrationLoader(None).disk_migrations)


def _has_people() -> bool:
    from eduraise.accounts.models import User

    return User._meta.db_table in connection.introspection.table_names() and User.objects.exists()


def _dump(target: Path) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(target)])
        return
    _run(["pg_dump", "--format=custom", f"--file={target}"])


def _load(source: Path) -> None:
    if connection.vendor == "sqlite":
        name = Path(connection.settings_dict["NAME"])
        connection.close()
        name.parent.mkdir(parents=True, exist_ok=True)
        coming = Path(f"{name}.restoring")
        shutil.copyfile(source, coming)  # a full disk is noticed before anything is lost
        coming.chmod(0o600)
        for log in (Path(f"{name}-wal"), Path(f"{name}-shm")):
            log.unlink(missing_ok=True)
        coming.replace(name)
        return
    _run(
        [
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--single-transaction",
            "--dbname",
            "",
            str(source),
        ]
    )


def _put_materials(source: Path) -> None:
    """The materials of the backup instead of those that are there; copied whole before any is lost."""
    there = Path(settings.MEDIA_ROOT)
    coming = there.with_name(there.name + ".restoring")
    shutil.rmtree(coming, ignore_errors=True)
    shutil.copytree(source, coming)
    shutil.rmtree(there, ignore_errors=True)
    coming.rename(there)


def _run(command: list[str]) -> None:
    """Run one of PostgreSQL's own tools with our connection's settings; its password stays out of `ps`."""
    database = connection.settings_dict
    names = {
        "PGHOST": "HOST",
        "PGPORT": "PORT",
        "PGUSER": "USER",
        "PGPASSWORD": "PASSWORD",
        "PGDATABASE": "NAME",
    }
    variables = {name: str(database[key]) for name, key in names.items() if database.get(key)}
    filled = [str(database["NAME"]) if part == "" else part for part in command]
    connection.close()
    try:
        subprocess.run(  # noqa: S603
            filled, check=True, capture_output=True, text=True, env=os.environ | variables
        )
    except FileNotFoundError as problem:
        raise BackupProblem(f"{command[0]} is missing: install PostgreSQL's client.") from problem
    except subprocess.CalledProcessError as problem:
        last = (problem.stderr or "").strip().splitlines()
        raise BackupProblem(f"{command[0]} failed: {last[-1] if last else problem.returncode}") from problem

"""The environment in which figures are taken: a folder of its own, and nothing that only developers need."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="eduraise-bench-"))
DATABASE = FOLDER / "bench.sqlite3"
SECRET = "bench-webhook-secret"

VALUES = {
    "DJANGO_SETTINGS_MODULE": "eduraise.config.settings",
    "BASE_URL": "http://localhost:8000",
    "SECRET_KEY": "bench-only-bench-only-bench-only-bench-only",
    "ENCRYPTION_KEYS": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
    "DATABASE_URL": f"sqlite:///{DATABASE}",
    "EMAIL_URL": "memory:",
    "MEDIA_DIR": str(FOLDER / "media"),
    "ZOOM_CLIENT_ID": "sim-client",
    "ZOOM_CLIENT_SECRET": "sim-secret",
    "ZOOM_WEBHOOK_SECRET": SECRET,
    "DEBUG": "",
    "DEMO": "",
}

os.environ.update(VALUES)


def kept_empty() -> Path:
    """A copy of the database as it is now: its tables, and nothing in them."""
    from django.db import connection

    connection.close()
    return Path(shutil.copy(DATABASE, FOLDER / "empty.sqlite3"))


def begin_with(empty: Path) -> None:
    """Put such a copy in the database's place, so that no part finds what another left."""
    from django.db import connection

    connection.close()
    for left in FOLDER.glob(f"{DATABASE.name}-*"):
        left.unlink()
    shutil.copy(empty, DATABASE)

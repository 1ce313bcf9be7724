"""The environment in which figures are taken: a folder of its own, and nothing that only developers need."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

FOLDER = Path(tempfile.mkdtemp(prefix="eduraise-bench-"))
SECRET = "bench-webhook-secret"

VALUES = {
    "DJANGO_SETTINGS_MODULE": "eduraise.config.settings",
    "BASE_URL": "http://localhost:8000",
    "SECRET_KEY": "bench-only-bench-only-bench-only-bench-only",
    "ENCRYPTION_KEYS": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
    "DATABASE_URL": f"sqlite:///{FOLDER}/bench.sqlite3",
    "EMAIL_URL": "memory:",
    "MEDIA_DIR": str(FOLDER / "media"),
    "ZOOM_CLIENT_ID": "sim-client",
    "ZOOM_CLIENT_SECRET": "sim-secret",
    "ZOOM_WEBHOOK_SECRET": SECRET,
    "DEBUG": "",
    "DEMO": "",
}

os.environ.update(VALUES)

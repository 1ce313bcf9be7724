"""The environment in which the suite and the checks run.

Imported by conftest before Django reads its settings. As a command it runs another one in that environment:
`python -m tests.environment mypy`.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

FOLDER = Path(os.environ.get("EDURAISE_TEST_FOLDER") or tempfile.mkdtemp(prefix="eduraise-tests-"))

VALUES = {
    "DJANGO_SETTINGS_MODULE": "eduraise.config.settings",
    "BASE_URL": "http://localhost:8000",
    "SECRET_KEY": "tests-only-tests-only-tests-only-tests-only",
    "ENCRYPTION_KEYS": "dGVzdHMtb25seS10ZXN0cy1vbmx5LXRlc3RzLW9ubHk=",
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{FOLDER}/tests.sqlite3",
    "EMAIL_URL": "memory:",
    "MEDIA_DIR": str(FOLDER / "media"),
    "ORGANISATION": "Escola Oberta",
    "ZOOM_CLIENT_ID": "sim-client",
    "ZOOM_CLIENT_SECRET": "sim-secret",
    "ZOOM_WEBHOOK_SECRET": "sim-webhook-secret",
    "ZOOM_API_URL": "http://localhost:8001",
    "ZOOM_OAUTH_URL": "http://localhost:8001",
    # one sends in the test's own thread, and so in its transaction
    "ZOOM_SENDERS": "1",
    "DEBUG": "1",
}


def main(command: list[str]) -> None:
    """Become `command`; a tool of the virtual environment or a Python file."""
    tools = Path(sys.executable).parent
    program = str(tools / command[0])
    if command[0].endswith(".py"):
        command, program = [sys.executable, *command], sys.executable
    os.execv(program, command)


os.environ.update(VALUES)
os.environ.setdefault("EDURAISE_TEST_FOLDER", str(FOLDER))
if __name__ == "__main__":
    main(sys.argv[1:])

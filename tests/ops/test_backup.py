"""A backup holds everything but the keys, and comes back whole."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from tests.environment import VALUES

pytestmark = pytest.mark.database


def database_for(folder: Path) -> str:
    """An empty database of the kind that the suite runs on."""
    cluster = os.environ.get("TEST_DATABASE_URL", "")
    if not cluster.startswith("postgresql"):
        return f"sqlite:///{folder}/school.sqlite3"
    # each worker of the suite counts its folders from nought
    name = f"backup_{os.getpid()}_{folder.parent.name}_{folder.name}"[-60:]
    with psycopg.connect(cluster, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return urlsplit(cluster)._replace(path=f"/{name}").geturl()


class Installation:
    """An installation of its own, driven by its commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = (
            os.environ
            | VALUES
            | {
                "DATABASE_URL": database_for(folder),
                "MEDIA_DIR": str(folder / "media"),
            }
        )

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "eduraise", *command],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def ask(self, code: str) -> str:
        return self.run("shell", "--no-imports", "-c", code).stdout.strip()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """With one person, a secret and a file; no test leaves it changed."""
    folder = tmp_path_factory.mktemp("backup")
    made = Installation(folder / "one")
    made.folder.mkdir()
    said = made.ask(
        "from django.core.management import call_command; call_command('migrate', verbosity=0);"
        "from eduraise.accounts.models import User;"
        "User.objects.create_user('ada@school.example', name='Ada');"
        "from eduraise.core.models import Setting; from django.utils import timezone;"
        "Setting.objects.create(name='ZOOM_CLIENT_SECRET', value='CANARY-secret', set_at=timezone.now());"
        "print('made')"
    )
    assert said == "made"
    (made.folder / "media").mkdir()
    (made.folder / "media" / "worksheet.pdf").write_bytes(b"%PDF-")
    return made


@pytest.fixture(scope="module")
def file(installation: Installation) -> Path:
    """Its backup."""
    file = installation.folder.parent / "backup.tar.gz"
    assert installation.run("backup", str(file)).returncode == 0
    return file


def test_what_was_backed_up_comes_back(file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600

    fresh = Installation(file.parent / "two")
    fresh.folder.mkdir()
    restored = fresh.run("restore", str(file))

    assert restored.returncode == 0, restored.stderr
    secret = "from eduraise.core.models import Setting; print(Setting.objects.get().value)"
    assert fresh.ask(secret) == "CANARY-secret"
    assert (fresh.folder / "media" / "worksheet.pdf").read_bytes() == b"%PDF-"


def plain_content(file: Path, folder: Path) -> bytes:
    """All that a reader of the backup gets to see; PostgreSQL's own dumps are compressed."""
    with tarfile.open(file) as archive:
        archive.extractall(folder / "opened", filter="data")
    database = folder / "opened" / "database"
    if os.environ.get("TEST_DATABASE_URL", "").startswith("postgresql"):
        dumped = subprocess.run(["pg_restore", "--file=-", database], capture_output=True, check=True).stdout
    else:
        dumped = database.read_bytes()
    return dumped + (folder / "opened" / "manifest.json").read_bytes()


def test_a_backup_holds_no_key_and_no_readable_secret(file: Path, tmp_path: Path) -> None:
    content = plain_content(file, tmp_path)

    assert b"ada@school.example" in content
    assert b"CANARY-secret" not in content
    assert VALUES["ENCRYPTION_KEYS"].encode() not in content
    assert VALUES["SECRET_KEY"].encode() not in content


def test_data_that_is_there_is_not_lost_by_a_slip(installation: Installation, file: Path) -> None:
    refused = installation.run("restore", str(file))

    assert (refused.returncode, refused.stderr.strip()) == (
        1,
        "CommandError: There is data here already. Add --replace to lose it.",
    )


def test_something_else_is_refused_in_one_line(installation: Installation, tmp_path: Path) -> None:
    wrong = tmp_path / "holiday.jpg"
    wrong.write_bytes(b"\xff\xd8")

    refused = installation.run("restore", "--replace", str(wrong))

    assert (refused.returncode, refused.stderr.strip()) == (
        1,
        f"CommandError: {wrong} is not a backup of EduRaise.",
    )
    assert installation.ask("from eduraise.accounts.models import User; print(User.objects.count())") == "1"


def test_data_lost_by_replacing_is_that_of_the_backup_again(installation: Installation, file: Path) -> None:
    installation.ask(
        "from eduraise.accounts.models import User; User.objects.create_user('late@school.example', name='L')"
    )

    assert installation.run("restore", "--replace", str(file)).returncode == 0

    names = "from eduraise.accounts.models import User; print([u.email for u in User.objects.all()])"
    assert installation.ask(names) == "['ada@school.example']"


def test_a_backup_is_never_written_over(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "backup.tar.gz"
    file.write_bytes(b"yesterday's")

    assert installation.run("backup", str(file)).returncode == 1
    assert file.read_bytes() == b"yesterday's"

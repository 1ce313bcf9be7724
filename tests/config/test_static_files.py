"""Static files are gathered again when they, the settings or the libraries changed, and only then."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from eduraise.config import static_files


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A package with settings and one room's static files."""
    made = tmp_path / "package"
    (made / "config").mkdir(parents=True)
    (made / "config" / "settings.py").write_text("INSTALLED_APPS = []")
    (made / "ui" / "static" / "ui").mkdir(parents=True)
    (made / "ui" / "static" / "ui" / "app.css").write_text("a {}")
    return made


@pytest.fixture
def gathered(tmp_path: Path, package: Path) -> Path:
    """A folder into which its files were gathered."""
    folder = tmp_path / "gathered"
    folder.mkdir()
    (folder / "staticfiles.json").write_text("{}")
    static_files.mark(folder, static_files.digest(package))
    return folder


def is_gathered(gathered: Path, package: Path) -> bool:
    return static_files.is_gathered(gathered, static_files.digest(package))


def test_what_did_not_change_is_not_gathered_again(gathered: Path, package: Path) -> None:
    (package / "ui" / "views.py").write_text("")

    assert is_gathered(gathered, package)


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("ui/static/ui/app.css", "b {}"),
        ("ui/static/ui/new.css", "a {}"),
        ("door/static/door/door.js", ""),
        ("config/settings.py", "INSTALLED_APPS = ['another']"),
    ],
)
def test_a_change_has_them_gathered(gathered: Path, package: Path, path: str, content: str) -> None:
    (package / path).parent.mkdir(parents=True, exist_ok=True)
    (package / path).write_text(content)

    assert not is_gathered(gathered, package)


def test_a_file_that_went_has_them_gathered(gathered: Path, package: Path) -> None:
    (package / "ui" / "static" / "ui" / "app.css").unlink()

    assert not is_gathered(gathered, package)


def test_another_version_of_a_library_has_them_gathered(
    gathered: Path, package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "libraries" / "forms-2.0.dist-info").mkdir(parents=True)
    monkeypatch.syspath_prepend(tmp_path / "libraries")

    assert not is_gathered(gathered, package)


@pytest.mark.parametrize("lost", ["staticfiles.json", "gathered.txt"])
def test_a_gathering_that_did_not_end_counts_for_nothing(gathered: Path, package: Path, lost: str) -> None:
    (gathered / lost).unlink()

    assert not is_gathered(gathered, package)


def test_seeing_that_nothing_changed_needs_no_framework() -> None:
    code = (
        "import sys; from eduraise.config import serving, static_files as s; s.digest(s.PACKAGE);"
        "serving.parser(); print('django' in sys.modules)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "False"

"""`eduraise demo` says what it takes, and refuses what it doesn't know before anything starts."""

from __future__ import annotations

import signal
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from eduraise.ops.demo import parent


def test_asked_for_help_it_says_what_it_takes_and_starts_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parent.main(["--help"])
    assert ended.value.code == 0
    assert "RESET=1" in capsys.readouterr().out


def test_an_unknown_argument_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parent.main(["--reste"])
    assert ended.value.code == 2
    assert "unrecognized arguments: --reste" in capsys.readouterr().err


@pytest.fixture
def signals_kept() -> Iterator[None]:
    """The demo takes the process's signals; the test's process wants them back."""
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in kept.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("signals_kept")
def test_a_folder_of_other_code_is_refused_in_words_that_help(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with sqlite3.connect(tmp_path / "eduraise.sqlite3") as former:
        former.execute("CREATE TABLE accounts_user (id integer, was_otherwise text)")
    with socket.socket() as one, socket.socket() as other:
        for free in (one, other):
            free.bind(("127.0.0.1", 0))
        ports = one.getsockname()[1], other.getsockname()[1]
    for name, value in {"DATA_DIR": tmp_path, "PORT": ports[0], "ZOOMSIM_PORT": ports[1]}.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.delenv("RESET", raising=False)

    assert parent.main([]) == 1

    first, second = capsys.readouterr().err.strip().splitlines()
    assert first.startswith("EduRaise: 'migrate' failed: ")
    assert second == f"{tmp_path} was made earlier, perhaps by other code. RESET=1 starts afresh."

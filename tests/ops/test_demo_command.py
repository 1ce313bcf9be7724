"""`eduraise demo` says what it takes, and refuses what it doesn't know before anything starts."""

from __future__ import annotations

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

"""`make` explains itself."""

from __future__ import annotations

import re

from tests.house.rooms import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = re.findall(r"^([a-z-]+):", MAKEFILE, flags=re.MULTILINE)


def test_every_target_is_phony_so_that_no_folder_of_its_name_hides_it() -> None:
    phony = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, flags=re.MULTILINE)

    assert sorted(" ".join(phony).split()) == sorted(TARGETS)


def test_every_target_says_what_it_does() -> None:
    explained = re.findall(r"^([a-z-]+):.* ## \S", MAKEFILE, flags=re.MULTILINE)

    assert sorted(explained) == sorted(TARGETS)

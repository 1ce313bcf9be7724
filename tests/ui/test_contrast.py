"""Every pair of colours that stands on a page, in both themes: text 4.5, graphics 3 (WCAG 1.4.3, 1.4.11)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).parents[2] / "src/eduraise/ui/static/ui/tokens.css").read_text()
PAPERS = ("paper", "surface", "sunken", "raised")
STATUSES = ("ok", "warn", "bad", "info")
TINTS = tuple(f"{status}-tint" for status in STATUSES)
TEXT = [
    *(("ink", ground) for ground in (*PAPERS, "accent-tint", "now-tint", *TINTS)),
    *(("ink-2", ground) for ground in (*PAPERS, "accent-tint", *TINTS)),
    *(("ink-3", ground) for ground in PAPERS),
    *(("accent", ground) for ground in (*PAPERS, "accent-tint", *TINTS)),
    *((status, ground) for status in STATUSES for ground in ("paper", "surface", "raised", f"{status}-tint")),
    *((f"p{hue}", f"p{hue}-tint") for hue in range(1, 9)),
    *((text, ground) for text in ("on-board", "on-board-2") for ground in ("board", "board-2")),
    *(("surface", status) for status in STATUSES),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-now", "now"),
    ("on-now", "now-strong"),
    ("now", "board"),
    ("surface", "ink-2"),
    ("paper", "ink"),
]
GRAPHICS = [
    ("edge", "paper"),
    ("edge", "surface"),
    ("edge", "raised"),
    ("now", "board-2"),
    ("accent", "line"),
    ("warn", "line"),
]


def read(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


LIGHT = read(TOKENS[: TOKENS.index("@media")])
DARK_BLOCKS = [read(block) for block in TOKENS.split("@media screen")[1:]]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def weak(pairs: list[tuple[str, str]], least: float, theme: dict[str, str]) -> list[str]:
    ratios = ((a, b, contrast(theme[a], theme[b])) for a, b in pairs)
    return [f"{a} on {b}: {ratio:.2f}" for a, b, ratio in ratios if ratio < least]


def test_the_measure_is_right() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54


def test_the_two_ways_into_the_dark_theme_are_the_same() -> None:
    by_system, by_choice = DARK_BLOCKS

    assert by_system == by_choice
    assert by_system.keys() == LIGHT.keys()


@pytest.mark.parametrize("theme", [LIGHT, DARK_BLOCKS[0]], ids=["light", "dark"])
def test_text_can_be_read(theme: dict[str, str]) -> None:
    assert weak(TEXT, 4.5, theme) == []


@pytest.mark.parametrize("theme", [LIGHT, DARK_BLOCKS[0]], ids=["light", "dark"])
def test_controls_and_graphics_can_be_seen(theme: dict[str, str]) -> None:
    assert weak(GRAPHICS, 3, theme) == []


def test_every_pair_counts() -> None:
    assert len(set(TEXT + GRAPHICS)) == len(TEXT + GRAPHICS)
    assert len(TEXT + GRAPHICS) >= 66

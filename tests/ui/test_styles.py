"""The style sheets keep their own rules: budgets, layers, no outer margins, nothing that no page uses."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src/eduraise"
STATIC = SOURCE / "ui/static/ui"
CSS = re.sub(r"/\*.*?\*/", "", (STATIC / "app.css").read_text(), flags=re.DOTALL)
LAYERS = ["reset", "base", "layout", "parts", "utils"]


def layer(name: str) -> str:
    """The text of a layer's block."""
    start = CSS.index(f"@layer {name} {{")
    after = [CSS.index(f"@layer {other} {{") for other in LAYERS if f"@layer {other} {{" in CSS]
    return CSS[start : min((at for at in after if at > start), default=len(CSS))]


def rules(text: str) -> list[tuple[str, str]]:
    """Selectors with their declarations, whatever at-rules stand around them."""
    return [(selector.strip(), body) for selector, body in re.findall(r"([^{};]+)\{([^{}]*)\}", text)]


def test_a_first_page_stays_small_over_the_wire() -> None:
    sheets = (STATIC / "tokens.css").read_bytes() + (STATIC / "app.css").read_bytes()

    assert len(gzip.compress(sheets)) <= 14 * 1024
    assert len(gzip.compress((STATIC / "app.js").read_bytes())) <= 8 * 1024
    assert (
        sum(len(gzip.compress(path.read_bytes())) for path in (STATIC / "vendor").glob("*.js")) <= 17 * 1024
    )


def test_the_layers_stand_in_order_and_hold_every_rule() -> None:
    assert re.findall(r"^@layer (\w+) \{", CSS, flags=re.MULTILINE) == LAYERS
    outside = re.sub(r"^@layer \w+ \{.*?^\}", "", CSS, flags=re.DOTALL | re.MULTILINE)
    assert outside.strip() == "@layer reset, base, layout, parts, utils;"


def test_a_part_never_pushes_its_neighbours() -> None:
    pushing = [
        selector
        for selector, body in rules(layer("parts"))
        if re.search(r"(?<![\w-])margin", body)
        and any(re.fullmatch(r"[.\w:()\[\]=-]+", single.strip()) for single in selector.split(","))
    ]
    # what stands inside a native file control belongs to it
    assert [selector for selector in pushing if not selector.startswith("::file")] == []


def test_nothing_is_forced_outside_utilities_and_the_hidden() -> None:
    forced = [
        selector for name in LAYERS[:-1] for selector, body in rules(layer(name)) if "!important" in body
    ]

    assert forced == ["[hidden]"]


def test_sides_are_said_by_the_direction_of_reading() -> None:
    physical = re.compile(
        r"(?<![\w-])((margin|padding|border)-(left|right)|(left|right):|text-align: (left|right))"
    )

    assert [selector for selector, body in rules(CSS) if physical.search(body)] == []


def test_colours_come_from_the_tokens() -> None:
    """But for print, which is black on white."""
    own = [
        selector
        for selector, body in rules(CSS[: CSS.index("@media print")])
        if re.search(r"#[0-9a-fA-F]{3,8}\b", body)
    ]

    assert own == []


def test_no_class_is_kept_that_no_page_uses() -> None:
    written = classes_written()
    defined = {name for selector, _ in rules(CSS) for name in re.findall(r"\.([a-zA-Z][\w-]*)", selector)}

    assert sorted(name for name in defined if name not in written and not name.startswith("hue-")) == []


def test_no_template_uses_a_class_that_means_nothing() -> None:
    defined = set(re.findall(r"\.([a-zA-Z][\w-]*)", CSS))
    literal: dict[str, str] = {}
    for path in (SOURCE / "ui/templates").rglob("*.html"):
        for value in re.findall(r'class="([^"{}]*)"', path.read_text()):
            literal.update(dict.fromkeys(value.split(), path.name))

    assert {name: where for name, where in literal.items() if name not in defined} == {}


def classes_written() -> set[str]:
    """Every word that a template, a tag or the script may put into a class attribute."""
    words: set[str] = set()
    for path in [*SOURCE.rglob("templates/**/*.html"), *Path(__file__).parent.rglob("*.html")]:
        for value in re.findall(r'class="((?:[^"{]|\{\{.*?\}\}|\{%.*?%\})*)"', path.read_text()):
            words |= set(re.findall(r"[\w-]+", re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", value)))
    for path in [*SOURCE.rglob("*.py"), STATIC / "app.js"]:
        words |= set(re.findall(r"[\w-]+", path.read_text()))
    for example in (SOURCE / "ui/templates/ui/examples").glob("*.html"):
        words |= set(re.findall(r'"([\w-]+)"', example.read_text()))
    return words

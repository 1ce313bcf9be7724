"""Writes the lists in docs/reference/ that are made from the code: `make docs`.

Each list stands between two comments in its page; what stands around it is written by hand. The suite fails
where a list isn't what this would write.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import translation

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"
PLACE = re.compile(r"(<!-- list: (?P<name>[a-z_]+) -->\n).*?(<!-- end of list -->)", re.DOTALL)

type Row = Sequence[str]


def table(head: Row, rows: Iterable[Row]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cell or '–' for cell in line)} |\n" for line in lines)


def settings() -> str:
    """Every variable that the environment may hold."""
    from eduraise.config.env import VARIABLES

    return table(
        ("variable", "what for", "default"),
        (
            (
                f"`{variable.name}`",
                variable.purpose,
                "required" if variable.required else code(variable.default),
            )
            for variable in VARIABLES
        ),
    )


def addresses() -> str:
    """Every address of ours, with what its view says of itself."""
    return table(
        ("address", "what it is", "name"),
        (
            (code(path), promise(pattern.callback), code(name))
            for path, name, pattern in routes()
            if not is_library(pattern)
        ),
    )


def library_addresses() -> str:
    """Every address that the sign-in library answers."""
    return table(
        ("address", "name"),
        ((code(path), code(name)) for path, name, pattern in routes() if is_library(pattern)),
    )


def permissions() -> str:
    """Each permission, and which presets hold it."""
    from eduraise.programs.enums import PRESETS, Permission, Preset

    return table(
        ("permission", *(str(preset.label).split()[0] for preset in Preset)),
        (
            (
                f"{permission.label} (`{permission.value}`)",
                *("yes" if permission.value in PRESETS[preset] else "" for preset in Preset),
            )
            for permission in Permission
        ),
    )


def notifications() -> str:
    """Each kind of message that a room registered."""
    from eduraise.notifications import registry

    return table(
        ("kind", "what it says", "beside the bell", "can be turned off", "replaces what is unsent of"),
        (
            (
                code(kind.name),
                str(kind.label),
                ", ".join(str(channel) for channel in kind.channels),
                "yes" if kind.optional else "",
                ", ".join(code(name) for name in sorted(kind.overtakes - {kind.name})),
            )
            for kind in registry.kinds()
        ),
    )


def regular_work() -> str:
    """What the worker does by itself, and how often."""
    from eduraise.ops.schedule import REGULAR

    return table(
        ("work", "what for", "every", "function"),
        ((code(work.name), work.purpose, f"{work.every} s", code(work.function)) for work in REGULAR),
    )


LISTS: dict[str, Callable[[], str]] = {
    made.__name__: made
    for made in (settings, addresses, library_addresses, permissions, notifications, regular_work)
}


def code(text: str | None) -> str:
    """As code, or nothing."""
    return f"`{text}`" if text else ""


def promise(view: Callable[..., object]) -> str:
    """The first line of a view's docstring."""
    return (view.__doc__ or "").strip().partition("\n")[0]


def is_library(pattern: URLPattern) -> bool:
    """Whether somebody else's code answers there."""
    return not pattern.callback.__module__.startswith("eduraise.")


def routes(
    resolver: URLResolver | None = None, before: str = "/", space: str = ""
) -> Iterator[tuple[str, str, URLPattern]]:
    """Every address with its name, in the order in which they are tried."""
    for pattern in (resolver or get_resolver()).url_patterns:
        path = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern, path, pattern.namespace or space)
        else:
            name = f"{space}:{pattern.name}" if space and pattern.name else pattern.name or ""
            yield tidy(path), name, pattern


def tidy(path: str) -> str:
    """A path as people write it: `<uid>` for a converter or a group of a pattern."""
    path = re.sub(r"\(\?P<(\w+)>[^()]*\)", r"<\1>", path).replace("^", "").replace("$", "")
    return re.sub(r"<\w+:(\w+)>", r"<\1>", path)


def renewed(page: str) -> str:
    """A page's text with each of its lists made anew."""
    with translation.override("en"):
        return PLACE.sub(lambda place: place[1] + LISTS[place["name"]]() + place[3], page)


def main() -> None:
    for path in sorted(REFERENCE.glob("*.md")):
        page = path.read_text("utf-8")
        if (new := renewed(page)) != page:
            path.write_text(new, "utf-8")
            print(f"{path.name} written anew")


if __name__ == "__main__":
    import django

    django.setup()
    main()

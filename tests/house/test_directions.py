"""Arrows that the import linter can't see point down as well: foreign keys, addresses, templates, styles."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.template import engines
from django.urls import get_resolver

from tests.house.rooms import LEVEL, files, may_know, room_of

#: The room that themes a library's pages.
LIBRARY_ROOMS = {"account": "accounts", "mfa": "accounts", "usersessions": "accounts", "django": "core"}
ROUTE = re.compile(r"[a-z]+:[a-z_]+|(account|mfa|usersessions)_[a-z_]+")
IN_TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
QUOTED = re.compile(r"""(["'])(.*?)\1""")


def test_the_order_of_rooms_is_that_of_the_import_contract() -> None:
    assert LEVEL["config"] < LEVEL["classes"] < LEVEL["zoom"] < LEVEL["programs"] < LEVEL["core"]
    assert LEVEL["door"] == LEVEL["events"] == LEVEL["today"]
    assert not may_know("door", "today")
    assert not may_know("core", "ui")


def test_foreign_keys_point_down() -> None:
    found = [
        (room, model.__name__, field.name, other)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model is not None
        if (room := own_room(model.__module__)) and (other := own_room(field.related_model.__module__))
        if not may_know(room, other)
    ]

    assert found == []


@pytest.mark.parametrize("ending", [".py", ".html", ".txt"])
def test_addresses_that_a_file_names_are_of_rooms_below(ending: str) -> None:
    known = set(names_of_routes())
    found = [
        (room_of(path), path.name, name)
        for path in files(ending)
        for name in texts_in(path)
        if ROUTE.fullmatch(name) and name in known
        if not may_know(room_of(path), room_of_route(name))
    ]

    assert found == []


@pytest.mark.parametrize("ending", [".py", ".html", ".txt"])
def test_templates_that_a_file_names_are_of_rooms_below(ending: str) -> None:
    found = [
        (room_of(path), path.name, name)
        for path in files(ending)
        for name in texts_in(path)
        if re.fullmatch(r"[a-z_]+/[\w/]+\.(html|txt)(#\w+)?", name)
        if not may_know(room_of(path), room_of_template(name))
    ]

    assert found == []


def test_tags_that_a_template_loads_are_of_rooms_below() -> None:
    modules = engines["django"].engine.libraries
    found = [
        (room_of(path), path.name, name)
        for path in files(".html") + files(".txt")
        for loaded in re.findall(r"{%\s*load\s+(?:[\w\s]+from\s+)?([\w\s]+?)\s*%}", path.read_text("utf-8"))
        for name in loaded.split()
        if (other := own_room(modules[name])) and not may_know(room_of(path), other)
    ]

    assert found == []


def test_every_route_belongs_to_a_room() -> None:
    assert [name for name in names_of_routes() if room_of_route(name) not in LEVEL] == []


def names_of_routes() -> Iterator[str]:
    """The name of each address, with its room before it."""
    resolver = get_resolver()
    yield from (str(name) for name in resolver.reverse_dict if isinstance(name, str))
    for space, (_prefix, below) in resolver.namespace_dict.items():
        yield from (f"{space}:{name}" for name in below.reverse_dict if isinstance(name, str))


def room_of_route(name: str) -> str:
    """The room that answers: its namespace; the sign-in library's pages are themed by accounts."""
    space, colon, _rest = name.partition(":")
    return space if colon else LIBRARY_ROOMS[name.partition("_")[0]]


def room_of_template(name: str) -> str:
    """The room whose template is found first by this name."""
    space = name.partition("/")[0]
    return LIBRARY_ROOMS.get(space, space)


def texts_in(path: Path) -> Iterator[str]:
    """Each text that code holds, or that a template's tags hold in quotes."""
    source = path.read_text("utf-8")
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
        return
    for tag in IN_TAG.findall(source):
        yield from (text for _quote, text in QUOTED.findall(tag))


def own_room(module: str) -> str:
    """The room that a module is in; nothing if it isn't ours."""
    parts = module.split(".")
    return parts[1] if parts[0] == "eduraise" else ""

"""Checks requests, answers and webhooks against Zoom's published shapes, kept in `data/`.

Paths are those below /v2. Whatever disagrees raises `WrongShape`, which says where and why; what Zoom itself
does otherwise than it says is named in `deviations`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError, best_match
from tests.contract import deviations

DATA = Path(__file__).parent / "data"
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_ERROR = {
    "type": "object",
    "required": ["code", "message"],
    "properties": {"code": {"type": "integer"}, "message": {"type": "string"}},
}


class WrongShape(AssertionError):
    """Something is not as Zoom publishes it."""


def check_request(method: str, path: str, query: Mapping[str, str], body: Any) -> None:
    """A call that we are about to make: known address, known parameters of the right type, a body that fits.

    Names that Zoom does not know are refused too: they would be ignored in silence.
    """
    name, values = _find(method, path)
    operation = _operation(name)
    parameters = {one["name"]: one["schema"] for one in operation.get("parameters", [])}
    for key, text in (values | dict(query)).items():
        if key not in parameters:
            raise WrongShape(f"{name}: Zoom knows no parameter {key}")
        _check(f"{name} ?{key}", parameters[key], _typed(text, parameters[key]), name)
    schema = _schema(operation.get("requestBody", {}))
    if body is None or not schema:
        if body is not None:
            raise WrongShape(f"{name} takes no body, got {body!r}")
        return
    _check(f"{name} request", schema, body, name)
    _check_names(f"{name} request", schema, body)


def check_response(method: str, path: str, status: int, body: Any) -> None:
    """An answer: a documented status, the right body for it, a documented code in a refusal."""
    name, _ = _find(method, path)
    known = next(one for one in _operations() if f"{one['method']} {one['path']}" == name)
    if status >= 400:
        _check_refusal(name, known, status, body)
        return
    if str(status) not in known["success"]:
        raise WrongShape(f"{name} succeeds with {', '.join(known['success'])}, not {status}")
    schema = _schema(_operation(name)["responses"][str(status)])
    if not schema:
        if body is not None:
            raise WrongShape(f"{name} answers {status} without a body, got {body!r}")
        return
    _check(f"{name} {status}", schema, body, name)
    _check_names(f"{name} {status}", schema, body)


def check_event(body: Any, *, is_sample: bool = False) -> None:
    """A webhook body. `is_sample`: one of Zoom's own examples, whose slips are allowed as well."""
    event = body.get("event") if isinstance(body, dict) else None
    if event == "endpoint.url_validation":
        return _check(event, _URL_VALIDATION, body, event)
    schema = _events().get(event)
    if schema is None:
        raise WrongShape(f"Zoom has no event {event!r}")
    told = deepcopy(body)
    for path in deviations.EXTRA_IN_EVENTS.get(event, ()):
        _remove(told, path)
    ignored = set()
    if is_sample:
        ignored = {
            *deviations.MISSING_IN_SAMPLES.get(event, ()),
            *deviations.ODD_VALUES_IN_SAMPLES.get(event, ()),
        }
    problems = [one for one in _errors(schema, told) if not _concerns(one, ignored)]
    if problems:
        raise WrongShape(f"{event}: {_say(best_match(problems) or problems[0])}\n{json.dumps(body)[:2000]}")
    return None


class CheckedTransport(httpx.BaseTransport):
    """Wraps a transport and checks every call of Zoom's API that goes through it, both ways.

    What is not under /v2 passes unchecked, as do answers for which `is_faulty` says that they are wrong on
    purpose. `strict` False lets requests pass that are none of ours (third-party clients).
    """

    def __init__(
        self,
        inner: httpx.BaseTransport,
        *,
        strict: bool = True,
        is_faulty: Callable[[httpx.Response], bool] = lambda response: False,
    ) -> None:
        self._inner = inner
        self._strict = strict
        self._is_faulty = is_faulty

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode().partition("?")[0]
        if not path.startswith("/v2/"):
            return self._inner.handle_request(request)
        below = path.removeprefix("/v2")
        if self._strict:
            check_request(request.method, below, dict(request.url.params), _json(request.read()))
        response = self._inner.handle_request(request)
        if not self._is_faulty(response) and (self._strict or _is_known(request.method, below)):
            check_response(request.method, below, response.status_code, _json(response.read()))
        return response

    def close(self) -> None:
        self._inner.close()


_URL_VALIDATION = {
    "type": "object",
    "required": ["event", "event_ts", "payload"],
    "properties": {
        "event": {"const": "endpoint.url_validation"},
        "event_ts": {"type": "integer"},
        "payload": {
            "type": "object",
            "required": ["plainToken"],
            "properties": {"plainToken": {"type": "string"}},
        },
    },
    "additionalProperties": False,
}


def _check_refusal(name: str, known: dict[str, Any], status: int, body: Any) -> None:
    _check(f"{name} {status}", _ERROR, body, name)
    documented = {(one["http"], one["code"]) for one in known["errors"]}
    documented |= {(status, code) for code in deviations.COMMON_CODES.get(status, ())}
    documented |= set(deviations.HISTORIC_CODES.get(name, ()))
    if (status, body["code"]) not in documented:
        raise WrongShape(f"{name} is not known to refuse with {status}/{body['code']}: {body['message']}")


def _check(what: str, schema: dict[str, Any], value: Any, name: str) -> None:
    problems = [one for one in _errors(schema, value) if not _is_odd(one, name)]
    if problems:
        raise WrongShape(f"{what}: {_say(best_match(problems) or problems[0])}")


def _errors(schema: dict[str, Any], value: Any) -> list[ValidationError]:
    return list(Draft202012Validator(schema, format_checker=_FORMATS).iter_errors(value))


def _is_odd(problem: ValidationError, name: str) -> bool:
    path = ".".join("[]" if isinstance(part, int) else part for part in problem.absolute_path)
    return name in deviations.ODD_VALUES.get(path, ())


def _concerns(problem: ValidationError, paths: set[str]) -> bool:
    where = ".".join(str(part) for part in problem.absolute_path)
    lacking = (
        {f"{where}.{name}" for name in problem.schema.get("required", []) if name not in problem.instance}
        if problem.validator == "required"
        else set()
    )
    return where in paths or bool(lacking & paths)


def _say(problem: ValidationError) -> str:
    return f"at {'.'.join(str(part) for part in problem.absolute_path) or 'the top'}: {problem.message[:500]}"


def _check_names(what: str, schema: dict[str, Any], value: Any, where: str = "") -> None:
    """Refuse fields that the schema does not describe, at any depth that it describes."""
    variants = list(_variants(schema))
    if isinstance(value, list):
        for inner in (one["items"] for one in variants if "items" in one):
            for element in value:
                _check_names(what, inner, element, f"{where}[]")
    properties = {name: inner for one in variants for name, inner in one.get("properties", {}).items()}
    if not isinstance(value, dict) or not properties:
        return
    unknown = [f"{where}.{key}".lstrip(".") for key in value if key not in properties]
    if unknown:
        raise WrongShape(f"{what}: Zoom knows no {', '.join(unknown)}")
    for key, inner in value.items():
        _check_names(what, properties[key], inner, f"{where}.{key}")


def _variants(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema and all that it is put together from."""
    yield schema
    for part in schema.get("allOf", []) + schema.get("anyOf", []):
        yield from _variants(part)


def _typed(text: str, schema: dict[str, Any]) -> Any:
    kind = schema.get("type")
    if kind == "integer" and re.fullmatch(r"-?\d+", text):
        return int(text)
    if kind == "boolean" and text in ("true", "false"):
        return text == "true"
    return text


def _find(method: str, path: str) -> tuple[str, dict[str, str]]:
    """The operation of a path, as "GET /meetings/{meetingId}", and its path values."""
    for name, pattern in _patterns():
        found = pattern.fullmatch(path) if name.startswith(f"{method} ") else None
        if found:
            return name, {key: unquote(value) for key, value in found.groupdict().items()}
    raise WrongShape(f"Zoom has no {method} {path}")


def _is_known(method: str, path: str) -> bool:
    return any(name.startswith(f"{method} ") and pattern.fullmatch(path) for name, pattern in _patterns())


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Paths with fewer values come first: /users/me/zak before /users/{userId}/zak."""
    named = [
        (f"{method.upper()} {path}", path) for path, methods in _api()["paths"].items() for method in methods
    ]
    ordered = sorted(named, key=lambda one: (one[1].count("{"), one[1]))
    return [
        (name, re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(path))))
        for name, path in ordered
    ]


def _operation(name: str) -> dict[str, Any]:
    method, path = name.split(" ", 1)
    operation: dict[str, Any] = _api()["paths"][path][method.lower()]
    return operation


def _schema(part: dict[str, Any]) -> dict[str, Any]:
    """The JSON schema of a request or an answer; empty when it has no body."""
    content = part.get("content", {})
    schema: dict[str, Any] = next(iter(content.values()), {}).get("schema", {})
    return schema


@cache
def _api() -> dict[str, Any]:
    api: dict[str, Any] = _as_json_schema(json.loads((DATA / "api.json").read_text()))
    return api


@cache
def _events() -> dict[str, Any]:
    events: dict[str, Any] = json.loads((DATA / "events.json").read_text())
    return events


@cache
def _operations() -> list[dict[str, Any]]:
    operations: list[dict[str, Any]] = json.loads((DATA / "operations.json").read_text())
    return operations


def _as_json_schema(node: Any) -> Any:
    """OpenAPI 3.0 in the words of JSON schema: `nullable`, and variants that overlap: any of them will do."""
    if isinstance(node, list):
        return [_as_json_schema(one) for one in node]
    if not isinstance(node, dict):
        return node
    node = {"anyOf" if key == "oneOf" else key: _as_json_schema(value) for key, value in node.items()}
    if node.get("nullable") is True and isinstance(node.get("type"), str):
        node["type"] = [node["type"], "null"]
    return node


def _remove(body: Any, path: str) -> None:
    head, _, rest = path.partition(".")
    if not isinstance(body, dict) or head not in body:
        return
    if rest:
        _remove(body[head], rest)
    else:
        del body[head]


def _json(content: bytes) -> Any:
    return json.loads(content) if content.strip() else None


_FORMATS = FormatChecker(formats=())


@_FORMATS.checks("date-time")
def _is_date_time(value: object) -> bool:
    """As Zoom writes instants: in UTC with Z. An empty text stands for none."""
    if not isinstance(value, str) or value == "":
        return True
    if not _DATE_TIME.fullmatch(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


@_FORMATS.checks("date")
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or re.fullmatch(r"\d{4}-\d\d-\d\d", value) is not None

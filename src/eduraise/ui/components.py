"""Components as template tags: named values in, words between, slots where a part has several places.

    {% board label=_("Next class") starts_at=s.starts_at ends_at=s.ends_at %}
      <h2>{{ s.topic }}</h2>
      {% slot do %}{% button "now" href=start_url icon="video" %}Start class{% endbutton %}{% endslot %}
    {% endboard %}

Each is a template with its name in ``templates/ui/``, or where a page has many of it a function of ``parts``.
It gets its values, ``content`` (the words between), its slots, and ``attrs``: attributes with a hyphen or a
colon (``hx-post=url``, ``aria-label=…``) and ``id`` pass through to the outermost element. A name that the
component does not know is an error when the template is read.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from secrets import token_hex
from typing import Any

from django.template import Context, Library, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from eduraise.core import clock

PAIR = re.compile(r"([\w:-]+)=(.+)", re.DOTALL)
SLOTS = "_slots"
NOTHING = mark_safe("")


@dataclass(frozen=True)
class Component:
    """What a component takes. ``first``: values that may stand without their names. ``draw``: what makes its
    HTML of the context and of all that it takes by name, instead of a template."""

    name: str
    values: dict[str, Any]
    slots: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    draw: Callable[..., SafeString] | None = None

    @property
    def template_name(self) -> str:
        return f"ui/{self.name}.html"


def register_components(library: Library, components: list[Component]) -> None:
    """Make ``{% name %}…{% endname %}`` of each, and ``{% slot name %}…{% endslot %}``."""
    library.tag("slot", _read_slot)
    for component in components:
        library.tag(component.name, _reader(component))


def _reader(component: Component) -> Any:
    def read(parser: Parser, token: Token) -> ComponentNode:
        bits = token.split_contents()[1:]
        values, attrs = _read_values(component, parser, bits)
        body = parser.parse((f"end{component.name}",))
        parser.delete_first_token()
        return ComponentNode(component, values, attrs, body)

    return read


def _read_values(
    component: Component, parser: Parser, bits: list[str]
) -> tuple[dict[str, FilterExpression], dict[str, FilterExpression]]:
    values: dict[str, FilterExpression] = {}
    attrs: dict[str, FilterExpression] = {}
    unnamed = iter(component.first)
    for bit in bits:
        pair = PAIR.fullmatch(bit)
        name = pair[1] if pair else next(unnamed, None)
        expression = parser.compile_filter(pair[2] if pair else bit)
        if name and name in component.values:
            values[name] = expression
        elif name and ("-" in name or ":" in name or name == "id"):
            attrs[name] = expression
        else:
            known = ", ".join(component.values)
            raise TemplateSyntaxError(f"{{% {component.name} %}} does not take {bit!r}; it takes {known}")
    return values, attrs


def _read_slot(parser: Parser, token: Token) -> "SlotNode":
    try:
        _, name = token.split_contents()
    except ValueError as error:
        raise TemplateSyntaxError("{% slot %} takes one name") from error
    body = parser.parse(("endslot",))
    parser.delete_first_token()
    return SlotNode(name, body)


class SlotNode(Node):
    def __init__(self, name: str, nodelist: NodeList) -> None:
        self.name = name
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        slots = context.get(SLOTS)
        if slots is None or self.name not in slots:
            raise TemplateSyntaxError(f"there is no slot {self.name!r} here; there are {sorted(slots or ())}")
        slots[self.name] = _trimmed(self.nodelist.render(context))
        return NOTHING


class ComponentNode(Node):
    def __init__(
        self,
        component: Component,
        values: dict[str, FilterExpression],
        attrs: dict[str, FilterExpression],
        nodelist: NodeList,
    ) -> None:
        self.component = component
        self.values = values
        self.attrs = attrs
        self.nodelist = nodelist

    def render(self, context: Context) -> SafeString:
        slots = dict.fromkeys(self.component.slots, NOTHING)
        with context.push(**{SLOTS: slots}):
            content = _trimmed(self.nodelist.render(context))
        values = self.component.values | slots
        for name, expression in self.values.items():
            values[name] = expression.resolve(context)
        values["content"] = content
        values["attrs"] = (
            attributes({name: value.resolve(context) for name, value in self.attrs.items()})
            if self.attrs
            else NOTHING
        )
        if self.component.draw is not None:
            return self.component.draw(context, **values)
        return render_isolated(context, self.component.template_name, values)


def render_isolated(context: Context, template_name: str, values: dict[str, Any]) -> SafeString:
    """Render a part with its own values only, plus what belongs to the request."""
    assert context.template is not None  # a template is being rendered
    template = context.template.engine.get_template(template_name)
    shared = {name: context[name] for name in ("request", "csrf_token", "csp_nonce") if name in context}
    inner = context.new({**shared, "now": now_of(context), **values})
    return template.render(inner)


def attributes(pairs: Mapping[str, Any]) -> SafeString:
    """HTML attributes, escaped. True is a bare name; None, False and "" leave it out."""
    kept = [(name, value) for name, value in pairs.items() if value not in (None, False, "")]
    return format_html_join(
        "",
        "{}",
        ((mark_safe(f" {name}") if value is True else _attribute(name, value),) for name, value in kept),  # noqa: S308
    )


def _attribute(name: str, value: Any) -> SafeString:
    return format_html_join("", f' {name}="{{}}"', [(value,)])


def now_of(context: Context) -> Any:
    """The page's one now: what its view passed in, else the clock."""
    return context.get("now") or clock.now()


def fresh_id(context: Context, stem: str) -> str:
    """An id that no other part of this page has.

    A part that is swapped in must not meet the ids of the page it lands in: an htmx answer's carry a salt.
    """
    shared: dict[str, Any] = context.render_context.dicts[0]  # type: ignore[assignment]  # outlives each part
    if "ui_ids" not in shared:
        swapped = "HX-Request" in getattr(context.get("request"), "headers", ())
        shared["ui_ids"] = (f"{token_hex(3)}-" if swapped else "", count(1))
    salt, counter = shared["ui_ids"]
    return f"{stem}-{salt}{next(counter)}"


def _trimmed(text: str) -> SafeString:
    return mark_safe(text.strip())  # noqa: S308

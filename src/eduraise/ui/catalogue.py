"""Every component that has words or parts between its tags, with what it takes, and its defaults."""

from eduraise.ui import parts
from eduraise.ui.components import Component

COMPONENTS = [
    Component(
        "button",
        {
            "kind": "plain",  # now, primary, plain, quiet, danger
            "href": "",  # a link that looks like a button
            "icon": "",
            "size": "",  # sm in rows, lg for the one that matters
            "solid": False,  # the last button of a danger dialog
            "block": False,  # as wide as its place
            "lean": False,  # a round icon on phones
            "icon_only": False,  # the words become its name; only for ⋯, search, arrows
            "busy": False,
            "because": "",  # not possible now: stays focusable, the reason stands beside it
            "type": "submit",
            "name": "",
            "value": "",
            "form": "",
            "new_tab": False,
            "dialog": "",  # id of a {% dialog %} that it opens; without JavaScript href is followed
            "menu": "",  # id of a popover
        },
        first=("kind",),
        draw=parts.button,
    ),
    Component(
        "board",
        {
            "label": "",
            "state": "",  # "Live for 24 min"; by default "Starts in 12 min", from starts_at
            "starts_at": None,
            "ends_at": None,
            "doors_at": None,
            "class_zone": None,
            "big": "",  # instead of the time: "22"
            "beside": "",  # small, after it: "of 24 here"
        },
        slots=("do",),
    ),
    Component("rail", {}, draw=parts.rail),
    Component(
        "row",
        {
            "title": "",
            "href": "",
            "starts_at": None,
            "ends_at": None,
            "class_zone": None,
            "on": None,  # a date, where the day matters more than the hour
            "under": "",  # under the time, instead of its length
            "state": "",  # live, over, cancelled, attention
            "pick": "",  # the value of a leading checkbox named "pick"
            "picked": False,
            "pick_form": "",
        },
        slots=("end",),
        draw=parts.row,
    ),
    Component(
        "notice",
        {"tone": "info", "title": "", "icon": "", "tall": False, "focus": False},
        ("acts",),
        ("tone",),
    ),
    Component("needs", {"label": ""}),
    Component("need", {"tone": "warn", "title": "", "icon": ""}, ("acts",), ("tone",)),
    Component("group", {"legend": "", "hint": "", "optional": False}, first=("legend",)),
    Component("fold", {"title": "", "value": "", "open": False}, first=("title", "value")),
    Component("lock", {"label": "", "value": "", "because": ""}, first=("label", "value")),
    Component("sentence", {}),
    Component("emptystate", {"title": "", "icon": "", "slim": False}, ("acts",), ("title",)),
    Component("card", {"title": "", "level": 3, "flush": False}, ("end", "foot"), ("title",)),
    Component("section", {"title": "", "level": 2, "count": None, "quiet": False}, ("end",), ("title",)),
    Component("tabs", {"label": ""}, first=("label",)),
    Component("filters", {"label": ""}, first=("label",)),
    Component("pillmenu", {"label": "", "icon": "", "on": False}, first=("label",)),
    Component(
        "menu",
        {"label": "", "size": "", "kind": "plain", "icon": "ellipsis"},
        first=("label",),
        draw=parts.menu,
    ),
    Component("dialog", {"title": "", "action": ""}, ("acts",), ("title",)),
    Component("selbar", {"summary": ""}, first=("summary",)),
    Component("table", {"caption": "", "stacks": False}, first=("caption",)),
    Component("stats", {"label": ""}, first=("label",)),
]

"""The yardstick of the list shows the rows that the list shows, to the letter."""

from __future__ import annotations

import re

from bench.pages import LIST
from bench.school import program_with_classes
from django.test import Client
from pytest_django import Settings

from tests.school import School

# What names a part of the page is counted by ours and called after the class by the yardstick
NUMBERED = re.compile(r"(?<=menu-)[\w-]+|(?<=copied-)[\w-]+")


def test_the_bare_view_renders_the_very_rows_of_our_list(
    client: Client, school: School, settings: Settings
) -> None:
    settings.ROOT_URLCONF = "bench.bare"
    client.force_login(program_with_classes(school, 1, classes=30))

    ours, bare = (client.get(path).content.decode() for path in (LIST, "/bare/"))

    assert rows_of(bare) == rows_of(ours)
    assert rows_of(ours).count('<li class="row pick">') == 25


def rows_of(page: str) -> str:
    """A page's days and rows, without the space between their tags."""
    days = page[page.index('<h2 class="day">') : page.rindex("</ol>")]
    return NUMBERED.sub("", re.sub(r">\s+<", "><", days))

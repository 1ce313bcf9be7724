"""Which page a request is for."""

from zoomsim.http import Request, Response
from zoomsim.pages.html import page
from zoomsim.world import World


def answer(world: World, request: Request) -> Response:
    return page("Not found", "<p>There is no such page.</p>", status=404)

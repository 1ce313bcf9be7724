"""Signing in to Pretend Zoom in the browser: no password, choose who you are."""

from html import escape

from zoomsim.http import Request, Response, redirect
from zoomsim.pages.html import USER_COOKIE, hidden, remember
from zoomsim.records import User
from zoomsim.world import World


def form(world: World, signed_in: User | None, back: str) -> str:
    """A fold with everybody who could sit here; `back` is the page to return to."""
    users = world.store.users.where("status = 'active'", order="email")
    options = "\n".join(
        f'<option value="{escape(user.id)}"{" selected" if signed_in and user.id == signed_in.id else ""}>'
        f"{escape(user.display_name)} · {escape(user.email)}</option>"
        for user in users
    )
    return f"""
<details><summary>{"Change" if signed_in else "Sign in to"} Zoom account</summary>
<form method="post" action="/signin">
{hidden({"back": back})}
<p><label for="user">Signed in as</label>
<select id="user" name="user"><option value="">Nobody</option>
{options}
</select></p>
<p class="buttons"><button>Use this account</button></p>
</form></details>
"""


def sign_in(world: World, request: Request) -> Response:
    """Remember who it is, and go back to where they were."""
    fields = request.form()
    user = world.store.users.get(fields.get("user", ""))
    back = fields.get("back", "/")
    safe = back if back.startswith(("/j/", "/w/", "/s/")) else "/"
    return redirect(safe, status=303).with_headers(remember(USER_COOKIE, user.id if user else ""))

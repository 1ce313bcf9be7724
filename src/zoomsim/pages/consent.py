"""The page on which a person lets an app in."""

from html import escape

from zoomsim.pages.html import hidden
from zoomsim.records import User

_KINDS = {1: "Basic", 2: "Licensed", 4: "no meetings licence"}


def body(
    app_name: str,
    scopes: list[str],
    users: list[User],
    accounts: dict[str, str],
    asked: dict[str, str],
    signed_in: str,
) -> str:
    """Choose who signs in, see what is asked, allow or decline."""
    options = "\n".join(_option(user, accounts[user.account_id], user.id == signed_in) for user in users)
    wanted = "\n".join(f"<li><code>{escape(scope)}</code></li>" for scope in scopes)
    return f"""
<p><strong>{escape(app_name)}</strong> asks for access to your Zoom account.</p>
<form class="sheet" method="post" action="/oauth/authorize">
{hidden(asked)}
<p><label for="user">Sign in as</label>
<select id="user" name="user">
{options}
</select></p>
<p class="buttons"><button name="decision" value="allow" class="first">Allow</button>
<button name="decision" value="decline">Decline</button></p>
</form>
<details><summary>What {escape(app_name)} could do</summary>
<ul>
{wanted}
</ul></details>
"""


def problem(message: str, code: str) -> str:
    """Zoom's own error page, from which nothing returns to the app."""
    return f"<p>{escape(message)} ({escape(code)})</p>\n<p>The app that sent you here has to mend this.</p>"


def _option(user: User, account: str, chosen: bool) -> str:
    label = f"{user.display_name} · {user.email} · {_KINDS[user.type]} · {account}"
    return f'<option value="{escape(user.id)}"{" selected" if chosen else ""}>{escape(label)}</option>'

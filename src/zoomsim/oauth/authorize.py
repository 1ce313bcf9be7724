"""GET and POST /oauth/authorize: the consent page, and the way back to the app."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from zoomsim.http import Request, Response, redirect
from zoomsim.oauth.scopes import scopes_of
from zoomsim.pages import consent
from zoomsim.pages.html import USER_COOKIE, page, remember
from zoomsim.records import App, Code, User
from zoomsim.world import World

CODE_LIFE = timedelta(minutes=5)


@dataclass(frozen=True)
class Asked:
    """A request for authorisation that may be shown to a person."""

    app: App
    redirect_uri: str
    state: str | None
    challenge: str
    challenge_method: str


class _Unacceptable(Exception):
    """Zoom shows an error page of its own and never returns to the app."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def ask(world: World, request: Request) -> Response:
    """The consent page: who is signing in, and do they allow it."""
    try:
        asked = _read(world, request.query)
    except _Unacceptable as problem:
        return _error_page(problem)
    body = consent.body(
        asked.app.name,
        scopes_of(world, asked.app),
        world.store.users.where("status = 'active'"),
        {account.id: account.name for account in world.store.accounts.where()},
        request.query,
        request.cookies.get(USER_COOKIE, ""),
    )
    return page("Allow access", body, form_targets=[_origin(asked.redirect_uri)])


def decide(world: World, request: Request) -> Response:
    """Allow or Decline was pressed."""
    fields = request.form()
    try:
        asked = _read(world, fields)
        user = _chosen_user(world, asked.app, fields)
    except _Unacceptable as problem:
        return _error_page(problem)
    if fields.get("decision") == "allow":
        answer = _back(asked, code=_new_code(world, asked, user).value)
    else:
        answer = _declined(world, asked)
    return answer.with_headers(remember(USER_COOKIE, user.id))


def _read(world: World, fields: dict[str, str]) -> Asked:
    app = world.store.apps.get(fields.get("client_id", ""))
    if app is None or app.kind != "user":
        raise _Unacceptable("4,702", "Invalid client_id")
    redirect_uri = fields.get("redirect_uri", "")
    if redirect_uri not in [*world.options.redirect_urls, *world.switches["redirect_urls"]]:
        raise _Unacceptable("4,700", f"Invalid redirect url ({redirect_uri}).")
    if fields.get("response_type") != "code":
        raise _Unacceptable("4,700", "Invalid response_type.")
    method = fields.get("code_challenge_method") or "plain"
    if method not in ("plain", "S256"):
        raise _Unacceptable("4,700", "Invalid code_challenge_method.")
    return Asked(app, redirect_uri, fields.get("state"), fields.get("code_challenge", ""), method)


def _chosen_user(world: World, app: App, fields: dict[str, str]) -> User:
    user = world.store.users.get(fields.get("user", ""))
    if user is None or user.status != "active":
        raise _Unacceptable("4,700", "Choose who signs in.")
    if user.account_id != app.account_id and not world.switches["app_published"]:
        raise _Unacceptable(
            "4,700", "You cannot authorize the app: it is not published, and you are in another account."
        )
    return user


def _new_code(world: World, asked: Asked, user: User) -> Code:
    return world.store.codes.put(
        Code(
            value=world.chance.urlsafe("code", 24),
            client_id=asked.app.client_id,
            user_id=user.id,
            redirect_uri=asked.redirect_uri,
            scopes=scopes_of(world, asked.app),
            challenge=asked.challenge,
            challenge_method=asked.challenge_method,
            expires_at=world.now() + CODE_LIFE,
        )
    )


def _declined(world: World, asked: Asked) -> Response:
    """What Zoom sends back is not documented, and differs (switch `denial`)."""
    how = world.switches["denial"]
    if how == "stays":
        return page("Access declined", "<p>You declined. You can close this page.</p>")
    return _back(asked, error="access_denied") if how == "access_denied" else _back(asked)


def _back(asked: Asked, **answer: str) -> Response:
    if asked.state is not None:
        answer["state"] = asked.state
    glue = "&" if urlsplit(asked.redirect_uri).query else "?"
    return redirect(asked.redirect_uri + (glue + urlencode(answer) if answer else ""))


def _error_page(problem: _Unacceptable) -> Response:
    return page("Error", consent.problem(problem.message, problem.code), status=400)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"

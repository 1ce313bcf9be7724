"""POST /oauth/token and /oauth/revoke (https://developers.zoom.us/docs/integrations/oauth/)."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import replace

from zoomsim.http import Request, Response, json_response
from zoomsim.oauth import grants, problems
from zoomsim.oauth.scopes import scopes_of
from zoomsim.records import App, Code
from zoomsim.webhooks import events
from zoomsim.world import World


def exchange(world: World, request: Request) -> Response:
    """The three grants. Parameters are taken from the query and from a form body alike."""
    fields = request.query | request.form()
    app = _authenticated_app(world, request, fields)
    spend = _GRANTS.get(fields.get("grant_type", ""))
    if spend is None:
        raise problems.unsupported_grant()
    return json_response(200, spend(world, app, fields))


def revoke(world: World, request: Request) -> Response:
    """End the grant that an access token belongs to, refresh token and all."""
    fields = request.query | request.form()
    app = _authenticated_app(world, request, fields)
    found = grants.find_token(world, fields.get("token", ""), "access")
    if found is None or found[1].client_id != app.client_id or found[1].revoked_at is not None:
        raise problems.bad_revocation()
    if world.now() >= found[0].expires_at and not world.switches["revoke_expired"]:
        raise problems.bad_revocation()
    grants.end_grant(world, found[1])
    events.app_deauthorised(world, found[1])
    return json_response(200, {"status": "success"})


def _spend_code(world: World, app: App, fields: dict[str, str]) -> dict[str, object]:
    value = fields.get("code", "")
    code = world.store.codes.get(value)
    if app.kind != "user" or code is None or code.client_id != app.client_id or code.used_at is not None:
        raise problems.bad_code(value)
    if world.now() >= code.expires_at:
        raise problems.bad_code(value)
    if fields.get("redirect_uri", "") != code.redirect_uri:
        raise problems.redirect_mismatch()
    if not _verifier_fits(code, fields.get("code_verifier", "")):
        raise problems.wrong_verifier()
    world.store.codes.put(replace(code, used_at=world.now()))
    user = world.store.users.get(code.user_id)
    assert user is not None
    return grants.issue_tokens(world, grants.new_grant(world, app, user, code.scopes))


def _spend_refresh_token(world: World, app: App, fields: dict[str, str]) -> dict[str, object]:
    found = grants.find_token(world, fields.get("refresh_token", ""), "refresh")
    if found is None or found[1].client_id != app.client_id or not grants.may_be_spent(world, *found):
        raise problems.dead_refresh_token(world.switches["dead_refresh_answer"])
    token, grant = found
    world.store.tokens.put(replace(token, spent_at=world.now()))
    return grants.issue_tokens(world, grant, grants.newest_generation(world, grant) + 1)


def _account_token(world: World, app: App, fields: dict[str, str]) -> dict[str, object]:
    if app.kind != "account":
        raise problems.unsupported_grant()
    account = world.store.accounts.get(fields.get("account_id", ""))
    if account is None or account.id != app.account_id:
        raise problems.bad_account()
    owner = world.store.users.get(account.owner_id)
    assert owner is not None
    return grants.issue_tokens(world, grants.new_grant(world, app, owner, scopes_of(world, app)))


_GRANTS = {
    "authorization_code": _spend_code,
    "refresh_token": _spend_refresh_token,
    "account_credentials": _account_token,
}


def _authenticated_app(world: World, request: Request, fields: dict[str, str]) -> App:
    """By Basic authentication, or by client_id and client_secret among the fields."""
    client_id, secret = _basic(request) or (fields.get("client_id", ""), fields.get("client_secret", ""))
    app = world.store.apps.get(client_id)
    if app is None or not hmac.compare_digest(app.client_secret.encode(), secret.encode()):
        raise problems.bad_client()
    return app


def _basic(request: Request) -> tuple[str, str] | None:
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ("", "")
    return client_id, secret


def _verifier_fits(code: Code, verifier: str) -> bool:
    """RFC 7636: a challenge asks for its verifier; without a challenge none is needed."""
    if not code.challenge:
        return True
    if code.challenge_method == "S256":
        digest = hashlib.sha256(verifier.encode()).digest()
        verifier = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    return hmac.compare_digest(code.challenge.encode(), verifier.encode())

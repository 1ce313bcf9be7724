"""Grants and their tokens: issuing, rotating, finding, ending."""

import base64
import json
from dataclasses import replace
from datetime import timedelta

from zoomsim.clock import instant_text
from zoomsim.records import App, Grant, Token, User
from zoomsim.world import World

ACCESS_LIFE = timedelta(hours=1)
REFRESH_LIFE = timedelta(days=90)


def new_grant(world: World, app: App, user: User, scopes: list[str]) -> Grant:
    """A fresh authorisation. The last one wins: earlier ones of the same user and app die (code 4741)."""
    if world.switches["last_authorisation_wins" if app.kind == "user" else "s2s_single_token"]:
        for earlier in live_grants(world, app, user):
            end_grant(world, earlier)
    return world.store.grants.put(
        Grant(world.chance.urlsafe("grant", 12), app.client_id, user.id, scopes, world.now())
    )


def live_grants(world: World, app: App, user: User) -> list[Grant]:
    return world.store.grants.where(
        "client_id = ? AND user_id = ? AND revoked_at IS NULL", app.client_id, user.id
    )


def end_grant(world: World, grant: Grant) -> None:
    """All tokens of the grant are dead from now on."""
    world.store.grants.put(replace(grant, revoked_at=world.now()))


def issue_tokens(world: World, grant: Grant, generation: int = 1) -> dict[str, object]:
    """A pair for the grant (access alone for server-to-server), as the token endpoint answers it."""
    app = world.store.apps.get(grant.client_id)
    assert app is not None
    access = _new_token(world, grant, "access", generation)
    answer: dict[str, object] = {"access_token": access.value, "token_type": "bearer"}
    if app.kind == "user":
        answer["refresh_token"] = _new_token(world, grant, "refresh", generation).value
    answer["expires_in"] = 3599
    answer["scope"] = " ".join(grant.scopes)
    answer["api_url"] = world.heard_origin or world.base_url
    return answer


def find_token(world: World, value: str, kind: str) -> tuple[Token, Grant] | None:
    """A token that was issued here, whether or not it still works, with its grant."""
    token = world.store.tokens.get(value)
    grant = world.store.grants.get(token.grant_id) if token and token.kind == kind else None
    return (token, grant) if token and grant else None


def may_be_spent(world: World, token: Token, grant: Grant) -> bool:
    """Whether a refresh token still buys a new pair."""
    alive = grant.revoked_at is None and world.now() < token.expires_at
    if not alive or not _owner_is_active(world, grant):
        return False
    if token.spent_at is None:
        return True
    newest = newest_generation(world, grant)
    return bool(world.switches["refresh_mode"] == "grace" and token.generation == newest - 1)


def access_works(world: World, token: Token, grant: Grant) -> bool:
    """Whether an access token is good, its age aside."""
    if grant.revoked_at is not None or not _owner_is_active(world, grant):
        return False
    return bool(
        world.switches["refresh_mode"] == "grace" or token.generation == newest_generation(world, grant)
    )


def newest_generation(world: World, grant: Grant) -> int:
    newest = world.store.tokens.where("grant_id = ?", grant.id, order="generation DESC", limit=1)
    return newest[0].generation if newest else 0


def _owner_is_active(world: World, grant: Grant) -> bool:
    owner = world.store.users.get(grant.user_id)
    return owner is not None and owner.status == "active"


def _new_token(world: World, grant: Grant, kind: str, generation: int) -> Token:
    now = world.now()
    life = ACCESS_LIFE if kind == "access" else REFRESH_LIFE
    token = Token(_looks_signed(world, grant, kind), kind, grant.id, generation, now, now + life)
    return world.store.tokens.put(token)


def _looks_signed(world: World, grant: Grant, kind: str) -> str:
    """Zoom's tokens look like JWTs of many hundred characters; nobody outside may read anything in them."""
    header = {"sv": "000001", "alg": "HS512", "v": "2.0", "kid": world.chance.urlsafe("kid", 16)}
    claims = {
        "ver": 10,
        "clientId": grant.client_id,
        "iss": f"urn:zoom:connect:clientid:{grant.client_id}",
        "type": 0 if kind == "access" else 1,
        "userId": grant.user_id,
        "issued": instant_text(world.now()),
        "tokenId": world.chance.urlsafe(f"{kind} token", 64),
    }
    if kind == "access" and world.switches["long_tokens"]:
        claims["padding"] = world.chance.urlsafe("padding", 1200)
    parts = [
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, claims)
    ]
    return ".".join([*parts, world.chance.urlsafe("signature", 64)])

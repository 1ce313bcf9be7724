"""ZAKs: the tokens in start links, with which a host starts a meeting without signing in."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

from zoomsim.records import User
from zoomsim.world import World

START_LINK_LIFE = timedelta(hours=2)


def make(world: World, user: User, life: timedelta = START_LINK_LIFE) -> str:
    """Signed and dated, so that nothing has to be kept."""
    claims = {"aud": "clientsm", "uid": user.id, "iss": "web", "exp": int((world.now() + life).timestamp())}
    head = _encoded({"typ": "JWT", "sv": "000001", "alg": "HS256"})
    text = f"{head}.{_encoded(claims)}"
    return f"{text}.{_signature(world, text)}"


def read(world: World, value: str) -> User | None:
    """Whose it is; None when forged, expired, or its user is gone."""
    text, _, signature = value.rpartition(".")
    if not text or not hmac.compare_digest(_signature(world, text).encode(), signature.encode()):
        return None
    claims = json.loads(base64.urlsafe_b64decode(text.split(".")[1] + "=="))
    if world.now().timestamp() >= claims["exp"]:
        return None
    user = world.store.users.get(claims["uid"])
    return user if user and user.status == "active" else None


def _signature(world: World, text: str) -> str:
    key = hashlib.sha256(f"zak|{world.options.seed}".encode()).digest()
    return base64.urlsafe_b64encode(hmac.digest(key, text.encode(), "sha256")).rstrip(b"=").decode()


def _encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

"""Tokens that let somebody download the recordings of one sitting, and the signed address of a file."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

from zoomsim.records import Json, RecordingFile
from zoomsim.world import World

OF_WEBHOOKS = timedelta(hours=24)
LONGEST = timedelta(days=7)
_OF_ADDRESSES = timedelta(minutes=10)


def make(world: World, instance_uuid: str, life: timedelta) -> str:
    """A download token; signed and dated, so that nothing has to be kept."""
    head = _encoded({"alg": "HS512", "typ": "JWT"})
    claims: Json = {"iss": "https://event.zoom.us", "mid": instance_uuid, "exp": _expiry(world, life)}
    claims["jti"] = world.chance.urlsafe("download token", 12)
    text = f"{head}.{_encoded(claims)}"
    return f"{text}.{_signature(world, text)}"


def opens(world: World, value: str, instance_uuid: str) -> bool:
    """Whether it is a download token for this sitting that has not expired."""
    text, _, signature = value.rpartition(".")
    if not text or not _fits(world, text, signature):
        return False
    claims = json.loads(base64.urlsafe_b64decode(text.split(".")[1] + "=="))
    return bool(claims["mid"] == instance_uuid and world.now().timestamp() < claims["exp"])


def signed_address(world: World, file: RecordingFile) -> str:
    """Where a download is sent on to: good for ten minutes, for whoever has it."""
    until = _expiry(world, _OF_ADDRESSES)
    signature = _signature(world, f"{file.key}|{until}")
    return f"{world.base_url}/rec/media/{file.key}?until={until}&sig={signature}"


def address_is_good(world: World, file: RecordingFile, query: dict[str, str]) -> bool:
    until = query.get("until", "")
    if not until.isdigit() or world.now().timestamp() >= int(until):
        return False
    return _fits(world, f"{file.key}|{until}", query.get("sig", ""))


def _expiry(world: World, life: timedelta) -> int:
    return int((world.now() + life).timestamp())


def _fits(world: World, text: str, signature: str) -> bool:
    return hmac.compare_digest(_signature(world, text).encode(), signature.encode())


def _signature(world: World, text: str) -> str:
    key = hashlib.sha256(f"recordings|{world.options.seed}".encode()).digest()
    return base64.urlsafe_b64encode(hmac.digest(key, text.encode(), "sha256")).rstrip(b"=").decode()


def _encoded(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()

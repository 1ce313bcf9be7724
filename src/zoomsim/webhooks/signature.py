"""How Zoom signs what it sends: HMAC-SHA256 over "v0:<timestamp>:<raw body>" with the app's secret token."""

import hmac


def headers(secret: str, timestamp: str, body: bytes) -> dict[str, str]:
    """x-zm-request-timestamp and x-zm-signature (https://developers.zoom.us/docs/api/webhooks/)."""
    message = b"v0:" + timestamp.encode() + b":" + body
    return {
        "x-zm-request-timestamp": timestamp,
        "x-zm-signature": f"v0={hmac.digest(secret.encode(), message, 'sha256').hex()}",
    }


def encrypted_token(secret: str, plain_token: str) -> str:
    """What a receiver answers to a challenge."""
    return hmac.digest(secret.encode(), plain_token.encode(), "sha256").hex()

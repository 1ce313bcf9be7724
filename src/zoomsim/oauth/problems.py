"""The token endpoint's refusals, which are shaped unlike the API's."""

from zoomsim.errors import Refusal

_DEAD_REFRESH_ANSWERS = {
    "invalid_grant": (400, {"reason": "Invalid Token!", "error": "invalid_grant"}),
    "invalid_request": (400, {"reason": "Invalid Token!", "error": "invalid_request"}),
    "bare": (400, {"error": "invalid_grant"}),
    "401": (401, {"reason": "Invalid Token!", "error": "invalid_grant"}),
}


def dead_refresh_token(variant: str) -> Refusal:
    """Spent, revoked, expired or unknown; the answer changed over time (switch `dead_refresh_answer`)."""
    return Refusal(*_DEAD_REFRESH_ANSWERS[variant])


def bad_code(code: str) -> Refusal:
    return Refusal(400, {"reason": f"Invalid authorization code {code}", "error": "invalid_request"})


def unsupported_grant() -> Refusal:
    return Refusal(400, {"reason": "unsupported grant type", "error": "unsupported_grant_type"})


def bad_client() -> Refusal:
    return Refusal(400, {"reason": "Invalid client_id or client_secret", "error": "invalid_client"})


def wrong_verifier() -> Refusal:
    return Refusal(400, {"reason": "Invalid code verifier", "error": "invalid_grant"})


def redirect_mismatch() -> Refusal:
    return Refusal(400, {"reason": "Redirect URI mismatch.", "error": "invalid_request"})


def bad_account() -> Refusal:
    return Refusal(400, {"reason": "Bad Request", "error": "invalid_request"})


def bad_revocation() -> Refusal:
    return Refusal(400, {"reason": "Invalid Token!", "error": "invalid_request"})

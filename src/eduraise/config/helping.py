"""What `eduraise --help` prints: it works before anything is configured."""

from __future__ import annotations

COMMANDS = (
    ("serve", "the web server"),
    ("worker", "the work behind"),
    ("demo", "a demo on this machine: web, worker and a pretend Zoom"),
    ("migrate", "bring the tables up to the code"),
    ("create_admin", "make an admin, and print the link to set a password"),
    ("generate_key", "print a key for ENCRYPTION_KEYS"),
    ("doctor", "look for what should never be, and test Zoom"),
    ("rotate_keys", "put every secret under the first of ENCRYPTION_KEYS"),
    ("backup", "write one file with the database and the materials"),
    ("restore", "put a backup in place"),
    ("events", "take kept events from Zoom up again"),
    ("seed_demo", "fill the demo's school"),
)


def asks_for_help(arguments: list[str]) -> bool:
    """Whether a command line names no command, or asks for help with none in particular."""
    return arguments in ([], ["help"], ["--help"], ["-h"])


def words() -> str:
    """All commands, a line each."""
    lines = [f"  {name:<14}{what}" for name, what in COMMANDS]
    more = "eduraise <command> --help says more of one. Beside these there are Django's own commands."
    return "\n".join(["Usage: eduraise <command>", "", *lines, "", more])

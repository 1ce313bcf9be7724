"""The `eduraise` command: the framework's own commands and ours."""

import os
import sys

from eduraise.config import helping


def main() -> None:
    """Run the command named on the command line.

    `demo` makes the settings that Django will read, `generate_key` one that they lack at first, and `serve`
    becomes a process that imports Django by itself, so these come before Django, as help does.
    """
    if helping.asks_for_help(sys.argv[1:]):
        print(helping.words())  # noqa: T201
        return
    if sys.argv[1:2] == ["generate_key"]:
        from cryptography.fernet import Fernet

        print(Fernet.generate_key().decode("ascii"))  # noqa: T201
        return
    if sys.argv[1:2] == ["demo"]:
        from eduraise.ops.demo import parent

        sys.exit(parent.main(sys.argv[2:]))
    if sys.argv[1:2] == ["serve"]:
        from eduraise.config import serving

        serving.main(sys.argv[2:])
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eduraise.config.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

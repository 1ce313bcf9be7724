"""The `eduraise` command: the framework's own commands and ours."""

import os
import sys


def main() -> None:
    """Run the command named on the command line.

    `demo` makes the settings that Django will read, so it comes before Django.
    """
    if sys.argv[1:2] == ["demo"]:
        from eduraise.ops.demo import parent

        sys.exit(parent.main(sys.argv[2:]))
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eduraise.config.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

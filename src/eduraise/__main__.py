"""The `eduraise` command: the framework's own commands and ours."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run a management command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eduraise.config.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()

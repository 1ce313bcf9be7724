"""A worker process that does one piece of regular work, once: `python -m tests.sweep.worker push`."""

from __future__ import annotations

import sys

import django


def main(name: str) -> None:
    """Do the work called `name`, as the worker's schedule does. Raises SystemExit if it failed."""
    django.setup()
    from eduraise.core import clock
    from eduraise.ops import regular

    run = regular.run(name, now=clock.now())
    if run.result != "ok":
        raise SystemExit(run.result)


if __name__ == "__main__":
    main(sys.argv[1])

"""`make bench`: takes the figures, prints them beside their budgets, writes them as JSON.

Times of pages are processor seconds in one process, ratios are taken in turn within one run. What depends on
the machine (start, memory) is told as it is. Ends with 1 if a budget is missed, after all were taken.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

import bench.environment

PARTS = ("pages", "planning", "webhooks", "storm", "push", "feeds", "attendance", "start", "demo")


def main() -> int:
    """Take the figures that are asked for, by default all."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", default=PARTS, help=", ".join(PARTS))
    parser.add_argument("--json", type=Path, default=Path("var/bench.json"), help="where to write them")
    given = parser.parse_args()
    if unknown := set(given.parts) - set(PARTS):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    try:
        return take(tuple(given.parts), given.json)
    finally:
        shutil.rmtree(bench.environment.FOLDER, ignore_errors=True)


def take(parts: tuple[str, ...], target: Path) -> int:
    """Take, print, write; 1 if a budget is missed."""
    import django

    django.setup()
    from django.core.management import call_command

    from bench import attendance, feeds, figures, pages, planning, processes, push, storm, webhooks
    from eduraise.config import static_files

    call_command("migrate", interactive=False, verbosity=0)
    static_files.gather()
    measures = {
        "pages": pages.measure,
        "planning": planning.measure,
        "webhooks": webhooks.measure,
        "storm": storm.measure,
        "push": push.measure,
        "feeds": feeds.measure,
        "attendance": attendance.measure,
        "start": processes.cold_start,
        "demo": processes.demo,
    }
    taken = []
    empty = bench.environment.kept_empty()
    for part in parts:
        bench.environment.begin_with(empty)
        found = measures[part]()
        print(figures.table(found), flush=True)
        taken += found
    figures.write(taken, target)
    print(f"\nwritten to {target}")
    return 0 if all(figure.is_kept for figure in taken) else 1


if __name__ == "__main__":
    sys.exit(main())

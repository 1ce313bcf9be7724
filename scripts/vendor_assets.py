"""Copy the few files we ship from node_modules into the tree, each with its licence beside it.

Run by `make assets` after `npm ci`; the copies are committed, so nobody needs Node to build, test or run.
"""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
UI = ROOT / "src/eduraise/ui"
ICONS = (
    "bell book-open calendar-clock calendar-days calendar-plus calendar-x chart-column check chevron-down "
    "chevron-left chevron-right circle circle-alert circle-dot circle-play clipboard-paste clock copy "
    "download ellipsis file-check file-text flask-conical git-compare-arrows hand info key-round layers "
    "life-buoy list-checks list-video loader lock log-out mail mic minus pencil plug plus radio refresh-cw "
    "repeat search send settings stethoscope sun triangle-alert unplug user-check user-plus user-round-pen "
    "user-round-x user-x users video x"
)


def main() -> None:
    vendor_htmx(MODULES / "htmx.org", UI / "static/ui/vendor")
    vendor_icons(MODULES / "lucide-static", UI / "icons")
    vendor_axe(MODULES / "axe-core", ROOT / "tests/vendor")


def vendor_htmx(package: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for source in ("dist/htmx.min.js", "dist/ext/hx-ptag.min.js"):
        script = (package / source).read_text()
        # The map is not shipped, and Django's manifest storage refuses a reference to a missing file.
        script = re.sub(r"\n?//# sourceMappingURL=.*", "", script)
        (target / Path(source).name).write_text(script)
    shutil.copy(package / "LICENSE", target / "htmx.LICENSE.txt")


def vendor_icons(package: Path, target: Path) -> None:
    for old in target.glob("*.svg"):
        old.unlink()
    for name in ICONS.split():
        shutil.copy(package / f"icons/{name}.svg", target / f"{name}.svg")
    shutil.copy(package / "LICENSE", target / "LICENSE.txt")


def vendor_axe(package: Path, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(package / "axe.min.js", target / "axe.min.js")
    shutil.copy(package / "LICENSE", target / "axe.LICENSE.txt")


if __name__ == "__main__":
    main()

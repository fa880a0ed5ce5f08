"""Bring the front end's npm packages into static/vendor, or check what is there.

    python scripts/vendor.py           fetch again with `npm pack` and rewrite the manifests
    python scripts/vendor.py --check   compare every file with its recorded hash, without network; exit code 1
                                       when one differs

Which registry is asked is npm's own configuration. axe-core goes to tests/browser: it is a test tool and is
never served.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
BROWSER_TESTS = ROOT / "tests" / "browser"

# A page loads a sprite of these instead of a 130 KB web font. Add a name here, then run this script.
ICONS = (
    "arrow-counterclockwise arrow-down arrow-left arrow-right arrow-up box-arrow-in-down box-arrow-right "
    "box-arrow-up building calendar-plus calendar-week card-image check-circle check-lg chevron-down "
    "chevron-left chevron-right circle-half clock clock-history cloud-arrow-up copy download "
    "exclamation-circle exclamation-triangle eye file-earmark-check file-earmark-spreadsheet film funnel "
    "geo-alt grid-3x3-gap house image images inbox info-circle key keyboard layout-sidebar list lock "
    "megaphone moon-stars pencil people person plus-lg printer search shield-check slash-circle sun "
    "three-dots ticket-perforated translate trash truck x-lg"
).split()

SOURCE_MAP = re.compile(rb"\n?(?:/\*[#@] sourceMappingURL=[^*]*\*/|//[#@] sourceMappingURL=\S*)\s*$")


@dataclass(frozen=True)
class Package:
    """One npm package: which of its files we take, and what we call them."""

    name: str
    version: str
    files: dict[str, str]
    icons: tuple[str, ...] = ()


PACKAGES = (
    Package("bootstrap-icons", "1.13.2", {"LICENSE": "LICENSE"}, icons=tuple(ICONS)),
    Package(
        "tom-select",
        "2.6.2",
        {
            "dist/js/tom-select.complete.min.js": "tom-select.complete.min.js",
            "dist/css/tom-select.bootstrap5.min.css": "tom-select.bootstrap5.min.css",
            "LICENSE": "LICENSE",
        },
    ),
)
AXE = Package("axe-core", "4.14.1", {"axe.min.js": "axe.min.js", "LICENSE": "axe-LICENSE"})


def sha256(data: bytes) -> str:
    """Hex digest of the bytes."""
    return hashlib.sha256(data).hexdigest()


def pack(package: Package, folder: Path) -> tuple[Path, str]:
    """Fetch the package's tarball into folder; its path and npm's integrity string."""
    done = subprocess.run(
        ["npm", "pack", "--json", "--silent", f"{package.name}@{package.version}"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    told = json.loads(done.stdout)[0]
    return folder / told["filename"], told["integrity"]


def member(tarball: tarfile.TarFile, name: str) -> bytes:
    """The content of one regular file of an npm tarball; KeyError when it is missing."""
    found = tarball.extractfile(f"package/{name}")
    if found is None:
        raise KeyError(name)
    return found.read()


def sprite(tarball: tarfile.TarFile, names: tuple[str, ...]) -> bytes:
    """One SVG with a <symbol> for each named icon, to be drawn with <use href="sprite.svg#name">."""
    symbols = []
    for name in sorted(names):
        svg = member(tarball, f"icons/{name}.svg").decode()
        found = re.search(r'<svg[^>]*viewBox="([^"]+)"[^>]*>(.*)</svg>', svg, re.S)
        if found is None:
            raise ValueError(f"icon {name}: not an svg with a viewBox")
        inner = re.sub(r">\s+<", "><", found[2].strip())
        symbols.append(f'<symbol id="{name}" viewBox="{found[1]}">{inner}</symbol>')
    return ('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n").encode()


def contents(package: Package, tarball: tarfile.TarFile) -> dict[str, bytes]:
    """File name -> bytes as we store them: maps are not vendored, so their references go too."""
    files = {ours: SOURCE_MAP.sub(b"\n", member(tarball, theirs)) for theirs, ours in package.files.items()}
    if package.icons:
        files["sprite.svg"] = sprite(tarball, package.icons)
    return files


def fetch(package: Package, folder: Path, prefix: str) -> dict[str, object]:
    """Bring one package into folder; its manifest entry, file names beginning with prefix."""
    with tempfile.TemporaryDirectory() as scratch:
        path, integrity = pack(package, Path(scratch))
        with tarfile.open(path) as tarball:
            licence = json.loads(member(tarball, "package.json"))["license"]
            files = contents(package, tarball)
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return {
        "name": package.name,
        "version": package.version,
        "licence": licence,
        "tarball_integrity": integrity,
        "files": {prefix + name: sha256(data) for name, data in sorted(files.items())},
    }


def write_json(path: Path, data: object) -> None:
    """Write a manifest that diffs well."""
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def vendor() -> None:
    """Fetch everything and write both manifests."""
    entries = [fetch(package, VENDOR / package.name, f"{package.name}/") for package in PACKAGES]
    write_json(VENDOR / "manifest.json", {"packages": entries})
    write_json(BROWSER_TESTS / "axe.json", {"packages": [fetch(AXE, BROWSER_TESTS, "")]})


def recorded(manifest: Path) -> dict[str, str]:
    """File name relative to the manifest -> its recorded hash."""
    packages = json.loads(manifest.read_text(encoding="utf-8"))["packages"]
    return {name: digest for package in packages for name, digest in package["files"].items()}


def differences(manifest: Path) -> list[str]:
    """A line for every recorded file that is missing or has changed."""
    lines = []
    for name, digest in recorded(manifest).items():
        path = manifest.parent / name
        if not path.is_file():
            lines.append(f"{name}: missing")
        elif sha256(path.read_bytes()) != digest:
            lines.append(f"{name}: changed")
    return lines


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; the exit code."""
    parser = argparse.ArgumentParser(description="Vendor the npm packages of the front end.")
    parser.add_argument("--check", action="store_true", help="compare with the recorded hashes only")
    if not parser.parse_args(arguments).check:
        vendor()
    found = differences(VENDOR / "manifest.json") + differences(BROWSER_TESTS / "axe.json")
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())

"""What we serve from npm is what the manifest says, complete, licensed, and it talks to nobody else."""

import json
import re

import pytest

from dashboard.menu import GROUPS
from scripts import vendor

MANIFEST = json.loads((vendor.VENDOR / "manifest.json").read_text(encoding="utf-8"))
SERVED = sorted(path for path in vendor.VENDOR.rglob("*") if path.is_file() and path.name != "manifest.json")
TEXTS = [path for path in SERVED if path.suffix in {".js", ".css", ".svg"}]
TEMPLATES = sorted((vendor.ROOT / "templates").rglob("*.html"))

# Names, not addresses: the SVG namespace, and a manual that Popper's warnings mention in words.
SPOKEN_OF = {"http://www.w3.org/2000/svg", "https://popper.js.org/docs/v2/"}


def without_comments(text: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text, flags=re.S)


@pytest.mark.parametrize("manifest", [vendor.VENDOR / "manifest.json", vendor.BROWSER_TESTS / "axe.json"])
def test_files_are_as_recorded(manifest):
    assert vendor.differences(manifest) == []


def test_every_file_is_in_the_manifest():
    names = {path.relative_to(vendor.VENDOR).as_posix() for path in SERVED}
    assert names == set(vendor.recorded(vendor.VENDOR / "manifest.json"))


def test_manifest_names_the_pinned_packages_and_their_licences():
    found = {entry["name"]: entry for entry in MANIFEST["packages"]}
    pinned = {package.name: package.version for package in vendor.PACKAGES}
    assert {name: entry["version"] for name, entry in found.items()} == pinned
    for entry in found.values():
        assert entry["licence"]
        assert entry["tarball_integrity"].startswith("sha512-")
        assert f"{entry['name']}/LICENSE" in entry["files"]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_nothing_is_asked_of_another_host(path):
    text = without_comments(path.read_text(encoding="utf-8"))
    urls = set(re.findall(r"https?://[^\"'\s)\\<>]+", text))
    assert urls <= SPOKEN_OF
    assert not re.search(r"url\(\s*[\"']?//", text)
    assert "@import" not in text
    assert "sourceMappingURL" not in text


def test_check_reports_a_changed_and_a_missing_file(tmp_path):
    (tmp_path / "kept.js").write_text("1")
    (tmp_path / "changed.js").write_text("2")
    files = {name: vendor.sha256(b"1") for name in ("kept.js", "changed.js", "gone.js")}
    vendor.write_json(tmp_path / "manifest.json", {"packages": [{"files": files}]})
    assert vendor.differences(tmp_path / "manifest.json") == ["changed.js: changed", "gone.js: missing"]


def test_sprite_holds_the_listed_icons_and_every_icon_a_page_draws():
    sprite = (vendor.VENDOR / "bootstrap-icons" / "sprite.svg").read_text(encoding="utf-8")
    drawn = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    assert drawn == set(vendor.ICONS)
    pages = "\n".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    used = set(re.findall(r"""\bicon\(["']([a-z0-9-]+)["'][,)]""", pages))
    used |= {entry.icon for _, entries in GROUPS for entry in entries}
    assert used <= drawn

"""The list of common passwords: it is what the manifest says, and nobody gets past it."""

from __future__ import annotations

import json
import unicodedata

import pytest

from scripts import common_passwords as script
from scripts import vendor
from services import passwords
from services.errors import Invalid
from services.passwords import Passwords
from tests.factories import CHEAP

LINES = passwords.COMMON.read_text(encoding="utf-8").splitlines()
OWN = ["zhao", "Zhao Min 赵敏", "zhao.min@example.org", "zhao.min"]


# ── The list ──


def test_files_are_as_recorded() -> None:
    assert vendor.differences(script.MANIFEST) == []
    assert script.main(["--check"]) == 0


def test_the_manifest_names_package_version_licence_and_every_file() -> None:
    (entry,) = json.loads(script.MANIFEST.read_text(encoding="utf-8"))["packages"]
    assert (entry["name"], entry["version"]) == (script.PACKAGE.name, script.PACKAGE.version)
    assert entry["licence"] == "MIT"
    assert entry["tarball_integrity"].startswith("sha512-")
    there = {path.name for path in script.MANIFEST.parent.iterdir()} - {script.MANIFEST.name}
    assert set(entry["files"]) == there


def test_it_holds_ten_thousand_that_would_be_long_enough() -> None:
    assert len(LINES) == len(set(LINES)) == script.KEPT
    assert all(passwords.LENGTH_MIN <= len(line) <= passwords.LENGTH_MAX for line in LINES)
    assert [line for line in LINES if line != line.lower() or line != line.strip()] == []


def test_the_most_frequent_are_taken_in_lower_case_each_once() -> None:
    assert script.chosen(["short", "Password", "12345678", "password"]) == ["password", "12345678"]


def test_it_is_read_once() -> None:
    assert passwords.common() is passwords.common()
    assert passwords.common() == frozenset(LINES)


# ── What it refuses ──


@pytest.mark.parametrize("line", [LINES[0], LINES[1], LINES[4999], LINES[-1]])
def test_a_common_password_is_refused_however_it_is_written(line: str) -> None:
    for password in (line, line.upper(), line.title()):
        with pytest.raises(Invalid) as refused:
            CHEAP.hash_chosen(password)
        assert refused.value.field == "password"
        assert "most common" in str(refused.value)
        assert "Take three or four words" in str(refused.value)


@pytest.mark.parametrize(
    "password",
    [
        "marquee1",
        "Marquee2026!",
        "!!!MARQUEE",
        "zhao2026",
        "2026-zhao",
        "zhao.min@example.org",
        "Zhao.Min@Example.org1",
        "zhao.min",
        "zhaomin赵敏",
        "ZHAO MIN 赵敏 1",
    ],
)
def test_ones_own_name_and_address_and_the_product_are_refused(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        CHEAP.hash_chosen(password, OWN)
    assert refused.value.field == "password"
    assert "your own name" in str(refused.value)


@pytest.mark.parametrize(
    "password",
    [
        "zhao likes long films",
        "zhao-348190274610",
        "marqueetheatre",
        "神女神女神女神女",
        "x" * 128,
        " 7 hungry cats ",
        "Tr0ub4dor&3",
    ],
)
def test_anything_else_is_taken(password: str) -> None:
    assert CHEAP.verify(CHEAP.hash_chosen(password, OWN), password)
    assert CHEAP.verify(CHEAP.hash_chosen(password, [None, ""]), password)


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("1234567", "8 to 128"),
        ("x" * 129, "8 to 128"),
        ("", "8 to 128"),
        ("secret words \ud800", "cannot be kept"),
    ],
)
def test_length_comes_first_and_what_is_no_text_is_refused(password: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        CHEAP.hash_chosen(password)


def test_a_password_that_is_kept_already_is_not_asked() -> None:
    """Hashing anew at a log-in must never lock anybody out."""
    assert CHEAP.verify(CHEAP.hash("password"), "password")


# ── Unicode ──


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("hashing", [CHEAP, Passwords({"time_cost": 1, "memory_cost": 16, "parallelism": 1})])
def test_a_password_is_the_same_from_every_keyboard(hashing: Passwords, form: str) -> None:
    word = "crème brûlée für Zoë"
    stored = hashing.hash_chosen(unicodedata.normalize(form, word))
    assert hashing.verify(stored, unicodedata.normalize("NFC", word))
    assert hashing.verify(stored, unicodedata.normalize("NFD", word))
    assert not hashing.verify(stored, "creme brulee fur Zoe")


def test_length_counts_what_is_composed() -> None:
    with pytest.raises(Invalid):
        CHEAP.hash(unicodedata.normalize("NFD", "éééé"))
    assert CHEAP.verify(CHEAP.hash("é" * 128), unicodedata.normalize("NFD", "é" * 128))
    assert not CHEAP.verify(CHEAP.hash("é" * 128), unicodedata.normalize("NFD", "é" * 129))

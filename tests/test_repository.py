"""The repository itself: what may be in it, and that its texts are all translated."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = ROOT / "dashboard/translations/zh_Hans_CN/LC_MESSAGES/messages.po"
LONGEST = 350  # lines of a file of ours
NOT_OURS = ("static/vendor/", "tests/browser/axe")

# Put together here, or this file would contain them itself.
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("yarnpkg", "com"),
        ("npmmirror", "com"),
        ("crates", "io"),
        ("golang", "org"),
        ("aliyun", "com"),
        ("tsinghua", "edu"),
    )
)
MACHINE_PATHS = re.compile(
    r"(?<![\w.~}\-])/(?:" + "|".join(("wor" + "k", "roo" + "t", "hom" + "e", "tm" + "p")) + r")/\w"
)
NEVER_COMMITTED = ("instance/", "uploads/", ".venv/")


def _committed() -> list[str]:
    """The names of the repository's files: committed ones, and new ones that git would take."""
    if not shutil.which("git"):
        pytest.skip("no git here to say which files belong to the repository")
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(command, capture_output=True, text=True, check=False)
    if listing.returncode:
        pytest.skip(f"not a git checkout: {listing.stderr.strip()}")
    return sorted(name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file())


def _ours(*suffixes: str) -> list[str]:
    return [name for name in _committed() if name.endswith(suffixes) and not name.startswith(NOT_OURS)]


def _read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_no_file_names_a_registry_or_a_path_of_one_machine() -> None:
    found = []
    for name in _committed():
        text = (ROOT / name).read_bytes().decode("utf-8", errors="replace")
        found += [f"{name}: {host}" for host in REGISTRIES if host in text]
        found += [f"{name}: {match[0]}" for match in MACHINE_PATHS.finditer(text)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("kind", ["run", "dev"])
def test_requirements_are_locked_with_hashes_and_name_no_index(kind: str) -> None:
    text = _read(f"requirements/{kind}.txt")
    pins = re.findall(r"^[a-z0-9_.-]+(?:\[[a-z,]+\])?==\S+.*?(?=^\S|\Z)", text, re.M | re.S)
    assert pins
    assert not [pin.splitlines()[0] for pin in pins if "--hash=sha256:" not in pin]
    assert not re.findall(r"^\s*(?:-i|-f|--\S*index\S*|--find-links|--trusted-host)\b.*", text, re.M)
    assert "://" not in text


def test_running_and_developing_are_locked_to_the_same_versions() -> None:
    pins = {
        kind: set(re.findall(r"^\S+==[^\s;\\]+", _read(f"requirements/{kind}.txt"), re.M))
        for kind in ("run", "dev")
    }
    assert pins["run"] <= pins["dev"]


def test_no_lock_file_of_another_tool() -> None:
    others = {"uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock"}
    assert not [name for name in _committed() if Path(name).name in others]


def test_data_uploads_and_the_environment_are_never_committed() -> None:
    for folder in NEVER_COMMITTED:
        assert subprocess.run(["git", "check-ignore", "-q", f"{folder}anything"], cwd=ROOT).returncode == 0
    kept = [name for name in _committed() if name.startswith(NEVER_COMMITTED)]
    assert kept == ["uploads/.gitignore"]


def test_no_file_of_ours_is_long() -> None:
    files = [name for name in _ours(".py", ".js", ".html") if not name.startswith("migrations/")]
    lengths = {name: len(_read(name).splitlines()) for name in files}
    assert not {name: length for name, length in lengths.items() if length > LONGEST}


# ── Templates under the content security policy ──

JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.S)
TAG = re.compile(r"<[a-z][^<>]*>", re.I)
BAD_ATTRIBUTE = re.compile(r"\s(?:on[a-z]+|style)\s*=|javascript:", re.I)
# A script from a file is let in by 'self'; data that is not run needs nothing.
GOOD_SCRIPT = re.compile(r"\s(?:src|nonce)=|application/json")


def _breaches(text: str) -> list[str]:
    found = []
    for tag in TAG.findall(JINJA.sub("…", text)):
        element = tag[1:].lower()
        script = element.startswith("script") and not GOOD_SCRIPT.search(tag)
        if BAD_ATTRIBUTE.search(tag) or script or element.startswith("style"):
            found.append(tag)
    return found


def test_templates_have_no_inline_handlers_styles_or_scripts() -> None:
    found = {name: _breaches(_read(name)) for name in _ours(".html") if name.startswith("templates/")}
    assert not {name: tags for name, tags in found.items() if tags}


@pytest.mark.parametrize(
    "tag",
    [
        '<a onclick="x()">',
        '<p style="color: red">',
        '<a href="javascript:x()">',
        "<script>x()</script>",
        "<style>p {}</style>",
        '<a class="{{ \'a\' if b > 1 }}" onclick="x()">',
    ],
)
def test_a_breach_is_seen(tag: str) -> None:
    assert _breaches(tag)


# ── Texts ──


def _extracted() -> dict[str, str]:
    """Every text to translate, with where it stands."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as handle:
        methods, options = parse_mapping_cfg(handle)
    keywords = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None}
    texts = {}
    for name, line, message, _comments, _context in extract_from_dir(ROOT, methods, options, keywords):
        msgid = message[0] if isinstance(message, tuple) else message
        texts.setdefault(msgid, f"{name}:{line}")
    return texts


def _translations() -> dict[str, Message]:
    with CATALOGUE.open("rb") as handle:
        catalogue = read_po(handle, locale="zh_Hans_CN")
    assert not catalogue.fuzzy, "the catalogue's header says fuzzy: it would not be compiled"
    return {(m.id[0] if isinstance(m.id, tuple) else m.id): m for m in catalogue if m.id}


def _forms(text: object) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, (tuple, list)) else (str(text or ""),)


def test_every_text_is_translated_into_chinese() -> None:
    known = _translations()
    missing = {
        msgid: where
        for msgid, where in _extracted().items()
        if msgid not in known or known[msgid].fuzzy or not all(_forms(known[msgid].string))
    }
    assert not missing, "\n".join(f"{where}: {msgid!r}" for msgid, where in missing.items())


def test_translations_have_the_placeholders_of_their_texts() -> None:
    placeholder = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w+\}")
    wrong = []
    for msgid, message in _translations().items():
        wanted = set(placeholder.findall(_forms(message.id)[-1]))
        wrong += [msgid for form in _forms(message.string) if set(placeholder.findall(form)) != wanted]
    assert not wrong

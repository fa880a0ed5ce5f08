"""The configuration: every key is documented and can be set, and what cannot be run with is refused in a sentence."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from dashboard import config, create_app
from dashboard.config import ALWAYS, ENVIRONMENTS, KEYS, ROOT, BadConfiguration
from tests.support.application import close

SECRET = "only-for-tests-" + "x" * 32
GUARDED = ("staging", "production")


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Start the application in a folder of its own; keys given win over all else."""
    made: list[Flask] = []

    def started(name: str | None = None, **values: Any) -> Flask:
        given = {"CONFIG": name} if name else {}
        app = create_app({**given, "INSTANCE_PATH": str(tmp_path / "instance"), **values})
        made.append(app)
        return app

    yield started
    for app in made:
        close(app)
        for handler in [item for item in app.logger.handlers if hasattr(item, "baseFilename")]:
            app.logger.removeHandler(handler)
            handler.close()


# ── Environments ──


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_environment_starts(start: Callable[..., Flask], name: str, tmp_path: Path) -> None:
    app = start(name, SECRET_KEY=SECRET)
    assert app.config["CONFIG"] == name
    assert app.config["SQLALCHEMY_DATABASE_URI"] == f"sqlite:///{tmp_path / 'instance' / 'marquee.sqlite'}"
    guarded = name in GUARDED
    assert app.config["SESSION_COOKIE_NAME"] == ("__Host-marquee" if guarded else "marquee")
    assert app.config["SESSION_COOKIE_SECURE"] is app.config["REMEMBER_COOKIE_SECURE"] is guarded
    assert app.config["SESSION_COOKIE_HTTPONLY"] is app.config["REMEMBER_COOKIE_HTTPONLY"] is True
    assert not app.debug


def test_the_environment_is_named_by_a_variable_and_is_development_else(
    start: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert start().config["CONFIG"] == "development"
    monkeypatch.setenv("FLASK_CONFIG", "testing")
    assert start().config["CONFIG"] == "testing"


# ── What is refused ──


def _refusal(start: Callable[..., Flask], *args: Any, **values: Any) -> str:
    with pytest.raises(BadConfiguration) as refused:
        start(*args, **values)
    return str(refused.value)


def test_an_unknown_environment_is_refused_with_those_there_are(start: Callable[..., Flask]) -> None:
    text = _refusal(start, "prod")
    assert all(name in text for name in ("prod", *ENVIRONMENTS))


@pytest.mark.parametrize("name", GUARDED)
@pytest.mark.parametrize(("secret", "what"), [("", "is missing"), ("x" * 31, "has only 31 characters")])
def test_no_production_without_a_real_secret(
    start: Callable[..., Flask], name: str, secret: str, what: str
) -> None:
    text = _refusal(start, name, SECRET_KEY=secret)
    assert what in text
    assert "FLASK_SECRET_KEY" in text
    assert "token_urlsafe" in text


@pytest.mark.parametrize("name", GUARDED)
def test_no_debug_mode_in_production(start: Callable[..., Flask], name: str) -> None:
    assert "Unset FLASK_DEBUG" in _refusal(start, name, SECRET_KEY=SECRET, DEBUG=True)


@pytest.mark.parametrize("relative", [False, True])
@pytest.mark.parametrize("mode", [0o644, 0o602, 0o640, 0o600])
def test_no_production_on_a_database_that_everybody_reads(
    start: Callable[..., Flask], tmp_path: Path, mode: int, relative: bool
) -> None:
    """Also for a path without a root, which is taken from the instance folder."""
    path = tmp_path / "instance" / "house.sqlite"
    path.parent.mkdir()
    path.touch()
    path.chmod(mode)
    uri = "sqlite:///house.sqlite" if relative else f"sqlite:///{path}"
    values = {"SECRET_KEY": SECRET, "SQLALCHEMY_DATABASE_URI": uri}
    if mode & 0o007:
        assert f"chmod 640 {path}" in _refusal(start, "production", **values)
    else:
        start("production", **values)
    start("development", **values)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("PAGE_SIZE", "fifty", "whole number"),
        ("PAGE_SIZE", "0", "1 or more"),
        ("LOGIN_TRIES", "-1", "1 or more"),
        ("PROXY_HOPS", "1.5", "whole number"),
        ("TRUSTED_HOSTS", "marquee.example", "list in JSON"),
        ("ARGON2", "[1]", "object in JSON"),
        ("DEBUG", "no", "true or false"),
        ("SESSION_COOKIE_SECURE", "yes", "true or false"),
        ("LOG_LEVEL", "LOUD", "WARNING"),
        ("LANGUAGES", '["fr"]', "zh"),
        ("LANGUAGES", "[]", "zh"),
        ("SQLALCHEMY_DATABASE_URI", "marquee.sqlite", "postgresql+psycopg://"),
        ("SQLALCHEMY_DATABASE_URI", "postgres://lin:geheim@example.org/x", "postgresql+psycopg://"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_at_the_start(
    start: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch, name: str, text: str, said: str
) -> None:
    monkeypatch.setenv(f"FLASK_{name}", text)
    refusal = _refusal(start)
    assert f"FLASK_{name}" in refusal
    assert said in refusal
    assert "geheim" not in refusal


# ── Where values come from ──


def test_variables_are_parsed_as_json_and_text_stays_text(
    start: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    digits = "1234567890" * 4
    for name, text in {
        "PAGE_SIZE": "20",
        "TRUSTED_HOSTS": '["marquee.example"]',
        "ARGON2": '{"time_cost": 1}',
        "SESSION_COOKIE_SECURE": "true",
        "SECRET_KEY": digits,
        "LOG_FILE": "-",
        "DEBUG": "1",
    }.items():
        monkeypatch.setenv(f"FLASK_{name}", text)
    app = start()
    assert app.config["PAGE_SIZE"] == 20
    assert app.config["TRUSTED_HOSTS"] == ["marquee.example"]
    assert app.config["ARGON2"] == {"time_cost": 1}
    assert app.config["SESSION_COOKIE_SECURE"] is True
    assert app.config["SECRET_KEY"] == digits
    assert app.debug


def test_later_wins(start: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert start().config["PAGE_SIZE"] == 50
    (tmp_path / "instance").mkdir(exist_ok=True)
    (tmp_path / "instance" / "config.py").write_text("PAGE_SIZE = 30\nLOGIN_TRIES = 4\n")
    app = start()
    assert (app.config["PAGE_SIZE"], app.config["LOGIN_TRIES"]) == (30, 4)
    monkeypatch.setenv("FLASK_PAGE_SIZE", "20")
    assert start().config["PAGE_SIZE"] == 20
    assert start(PAGE_SIZE=10).config["PAGE_SIZE"] == 10


def test_the_instance_folder_is_moved_by_a_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert config.instance_path() == ROOT / "instance"
    monkeypatch.setenv("FLASK_INSTANCE_PATH", str(tmp_path))
    assert config.instance_path() == tmp_path
    assert config.instance_path({"INSTANCE_PATH": str(tmp_path / "x")}) == tmp_path / "x"


# ── The secret that is made ──


def test_outside_production_a_secret_is_made_kept_and_private(
    start: Callable[..., Flask], tmp_path: Path
) -> None:
    first = start().config["SECRET_KEY"]
    path = tmp_path / "instance" / "secret_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == first
    assert len(first) >= 32
    assert start().config["SECRET_KEY"] == first
    assert not list(path.parent.glob("secret_key-*"))


def test_workers_that_start_at_once_share_one_secret(tmp_path: Path) -> None:
    path = tmp_path / "instance" / "secret_key"
    together = Barrier(8)

    def start_with_the_others(_number: int) -> str:
        together.wait()
        return config._kept_secret(path)

    with ThreadPoolExecutor(8) as workers:
        made = list(workers.map(start_with_the_others, range(8)))
    assert set(made) == {path.read_text()}
    assert len(made[0]) >= 32


# ── Documented ──


def test_every_key_says_what_it_is_for_and_only_once() -> None:
    assert len({key.name for key in KEYS}) == len(KEYS)
    assert [key.name for key in KEYS if not re.match(r"[A-Z“].{10,}\.$", key.purpose)] == []


def test_the_documentation_holds_the_table_of_keys() -> None:
    assert config.table() in (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")


def test_every_key_that_the_code_asks_for_is_known() -> None:
    asked = set()
    for folder in ("dashboard", "views"):
        for path in (ROOT / folder).rglob("*.py"):
            asked |= set(re.findall(r"""\bconfig\[["']([A-Z][A-Z0-9_]+)["']\]""", path.read_text("utf-8")))
    derived = {"REMEMBER_COOKIE_SECURE", "REMEMBER_COOKIE_NAME", "REMEMBER_COOKIE_DURATION"}
    assert asked - {key.name for key in KEYS} - set(ALWAYS) - derived <= {"SQLALCHEMY_RECORD_QUERIES"}


def test_the_environment_is_read_in_one_place() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for folder in ("dashboard", "views", "services", "models")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"\bos\.(environ|getenv)\b", path.read_text("utf-8"))
    }
    assert readers == {"dashboard/config.py"}


MAIL = {
    "MAIL_SERVER": "mail.example",
    "MAIL_DEFAULT_SENDER": "Marquee <office@example.org>",
    "BASE_URL": "https://office.example",
}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_mail_can_be_configured(start: Callable[..., Flask], name: str) -> None:
    app = start(name, SECRET_KEY=SECRET, **{**MAIL, "BASE_URL": "https://office.example/"})
    assert app.config["BASE_URL"] == "https://office.example"
    assert app.extensions["mailman"].server == "mail.example"


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("development", {"BASE_URL": ""}, "FLASK_BASE_URL is not"),
        ("production", {"BASE_URL": ""}, "FLASK_BASE_URL is not"),
        ("production", {"BASE_URL": "http://office.example"}, "must begin with https://"),
        ("staging", {"BASE_URL": "http://office.example"}, "must begin with https://"),
        ("development", {"MAIL_DEFAULT_SENDER": ""}, "FLASK_MAIL_DEFAULT_SENDER is no sender"),
        (
            "development",
            {"MAIL_DEFAULT_SENDER": "a@b.c\nBcc: d@e.f"},
            "FLASK_MAIL_DEFAULT_SENDER is no sender",
        ),
        ("development", {"MAIL_USE_TLS": True, "MAIL_USE_SSL": True}, "exclude each other"),
        ("development", {"MAIL_PORT": 0}, "FLASK_MAIL_PORT is 0"),
    ],
)
def test_mail_that_could_not_be_sent_or_followed_is_refused(
    start: Callable[..., Flask], name: str, values: dict[str, Any], words: str
) -> None:
    assert words in _refusal(start, name, SECRET_KEY=SECRET, **{**MAIL, **values})


@pytest.mark.parametrize(
    "address",
    [
        "office.example",
        "ftp://office.example",
        "https://",
        "https:///path",
        "javascript:alert(1)",
        "https://user:word@office.example",
        "https://office.example?x=1",
        "https://office.example#x",
        "https://office.example:port",
        "https://[office",
        "https://office.example\n",
        "https://of fice.example",
    ],
)
def test_a_public_address_that_is_none_is_refused(start: Callable[..., Flask], address: str) -> None:
    assert "FLASK_BASE_URL is no public address" in _refusal(start, BASE_URL=address)


def test_without_a_public_address_it_is_this_machine(start: Callable[..., Flask]) -> None:
    assert start().config["BASE_URL"] == "http://127.0.0.1:8000"


def test_config_show_names_every_key_and_hides_secrets(start: Callable[..., Flask]) -> None:
    uri = "postgresql+psycopg://lin:geheim@db.example/marquee"
    app = start(SECRET_KEY=SECRET, SQLALCHEMY_DATABASE_URI=uri, LOG_FILE="-")
    answer = app.test_cli_runner().invoke(args=["config", "show"])
    assert answer.exit_code == 0
    shown = dict(re.findall(r"^([A-Z0-9_]+) = (.*)$", answer.output, re.MULTILINE))
    assert set(shown) == {key.name for key in KEYS}
    assert (shown["SECRET_KEY"], shown["SQLALCHEMY_DATABASE_URI"]) == ("•••", "•••")
    assert not [secret for secret in (SECRET, "geheim", "lin:") if secret in answer.output]
    assert shown["PAGE_SIZE"] == json.dumps(50)


def test_a_program_that_cannot_start_says_one_sentence_and_stops(tmp_path: Path) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "FLASK_CONFIG": "production",
        "FLASK_INSTANCE_PATH": str(tmp_path),
    }
    started = subprocess.run(
        [sys.executable, "-c", "import wsgi"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert started.returncode == 4
    assert started.stderr.startswith("Marquee does not start. SECRET_KEY is missing. Set FLASK_SECRET_KEY")
    assert "Traceback" not in started.stderr

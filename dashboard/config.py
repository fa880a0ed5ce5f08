"""The only reader of the environment. Every key stands in KEYS, with its default and what it is for.

Later wins: the defaults, the environment's own defaults (`FLASK_CONFIG`), `instance/config.py`,
`FLASK_`-prefixed variables (JSON where it parses; text as it is for keys whose default is text), what `create_app`
is given.
"""

from __future__ import annotations

import json
import os
import secrets
import stat
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, urlsplit

from flask import Flask
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from views import language

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ("development", "testing", "staging", "production")
SECRET_LENGTH = 32
MIB = 1024 * 1024


class BadConfiguration(Exception):
    """The configuration cannot be run with; the message says what to do."""


@dataclass(frozen=True)
class Key:
    """A configuration key."""

    name: str
    default: Any
    purpose: str
    secret: bool = False
    least: int = 1


KEYS = (
    Key("CONFIG", "development", "Which defaults: development, testing, staging or production."),
    Key(
        "DEBUG",
        False,
        "Flask's debug mode; also brings the debug toolbar. Refused in staging and production.",
    ),
    Key(
        "SECRET_KEY",
        "",
        "Signs cookies; 32 characters or more. Outside production made and kept in instance/.",
        True,
    ),
    Key("SQLALCHEMY_DATABASE_URI", "", "The database; by default instance/marquee.sqlite.", True),
    Key("UPLOADED_POSTERS_DEST", "", "Folder of the posters; by default uploads/posters."),
    Key("LOG_FILE", "", "The log; by default instance/logs/marquee.log. “-” means the console only."),
    Key("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR."),
    Key("LOG_MAX_BYTES", 5 * MIB, "Size at which the log is rotated.", least=0),
    Key("LOG_BACKUPS", 5, "How many rotated logs are kept.", least=0),
    Key("TRUSTED_HOSTS", None, "List of host names answered to; others get 400. None answers to all."),
    Key("PROXY_HOPS", 0, "Number of trusted reverse proxies whose X-Forwarded-* headers count.", least=0),
    Key(
        "LANGUAGES", ["zh", "en"], "Languages offered; the first one is used when the browser wants neither."
    ),
    Key("MAX_CONTENT_LENGTH", 2 * MIB, "Largest request in bytes, uploads apart."),
    Key("POSTER_MAX_BYTES", 20 * MIB, "Largest poster upload in bytes."),
    Key("POSTER_MAX_PIXELS", 40_000_000, "Largest poster in pixels, checked before decoding."),
    Key("IMPORT_MAX_BYTES", 32 * MIB, "Largest import file in bytes."),
    Key("LOGIN_IDLE_MINUTES", 120, "A log-in unused for so long is ended."),
    Key("LOGIN_HOURS", 12, "A log-in ends after so long at the latest."),
    Key("REMEMBER_DAYS", 30, "The same for “stay signed in”, which knows no idle time-out."),
    Key("PROVE_MINUTES", 10, "A password given so long ago still proves who changes staff, roles or log-in."),
    Key("LOGIN_TRIES", 10, "Wrong passwords per account within LOGIN_WINDOW_MINUTES before it has to wait."),
    Key("LOGIN_TRIES_ADDRESS", 50, "The same per network address."),
    Key("LOGIN_WINDOW_MINUTES", 15, "The window of both."),
    Key("INVITATION_DAYS", 7, "An invitation to choose a password holds for so long."),
    Key("RESET_MINUTES", 60, "A link to set a new password holds for so long."),
    Key("ARGON2", {}, "Parameters of argon2-cffi's PasswordHasher; empty means the library's."),
    Key("PAGE_SIZE", 50, "Rows on a page of a list."),
    Key("SESSION_COOKIE_NAME", "marquee", "Name of the session cookie (production: __Host-marquee)."),
    Key("SESSION_COOKIE_SECURE", False, "Cookies over HTTPS only (staging, production: true)."),
    Key(
        "BASE_URL",
        "",
        "The public address of this installation, in links that are mailed or shown; by default http://127.0.0.1:8000. "
        "Needed with MAIL_SERVER; https in staging and production then.",
    ),
    Key("MAIL_SERVER", "", "The mail server's host name; empty: no mail is sent."),
    Key("MAIL_PORT", 25, "The mail server's port."),
    Key("MAIL_USE_TLS", False, "Switch to TLS by STARTTLS; the server's certificate is checked."),
    Key("MAIL_USE_SSL", False, "TLS from the first byte, instead."),
    Key("MAIL_USERNAME", "", "Log in to the mail server by this name; empty: without."),
    Key("MAIL_PASSWORD", "", "The password of MAIL_USERNAME.", True),
    Key(
        "MAIL_DEFAULT_SENDER",
        "",
        "The sender, such as Marquee <office@example.org>. Needed with MAIL_SERVER.",
    ),
    Key("MAIL_TIMEOUT", 10, "Seconds to wait for the mail server."),
)

ALWAYS: dict[str, Any] = {
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Lax",
    "REMEMBER_COOKIE_HTTPONLY": True,
    "REMEMBER_COOKIE_SAMESITE": "Lax",
    "PREFERRED_URL_SCHEME": "https",
    # A token lives as long as the session: nobody loses typed text to an hour's pause.
    "WTF_CSRF_TIME_LIMIT": None,
    "BOOTSTRAP_SERVE_LOCAL": True,
    "BABEL_DEFAULT_LOCALE": "en",
    "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "dashboard" / "translations"),
    "DEBUG_TB_INTERCEPT_REDIRECTS": False,
    "MAIL_BACKEND": "views.mail.EmailBackend",
}

# What a value must be, by the type of the key's default.
KINDS = {
    bool: "true or false",
    int: "a whole number",
    str: "text",
    list: 'a list in JSON, such as ["one", "two"]',
    dict: 'an object in JSON, such as {"one": 1}',
}
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

_GUARDED = {"SESSION_COOKIE_SECURE": True, "SESSION_COOKIE_NAME": "__Host-marquee"}
OVERRIDES: dict[str, dict[str, Any]] = {
    "development": {"PREFERRED_URL_SCHEME": "http"},
    "testing": {
        "PREFERRED_URL_SCHEME": "http",
        "LOG_FILE": "-",
        "ARGON2": {"time_cost": 1, "memory_cost": 8, "parallelism": 1},
    },
    "staging": _GUARDED,
    "production": _GUARDED,
}


def instance_path(overrides: Mapping[str, Any] | None = None) -> Path:
    """Where the installation keeps its own files: INSTANCE_PATH given, FLASK_INSTANCE_PATH, or instance/."""
    given = (overrides or {}).get("INSTANCE_PATH") or os.environ.get("FLASK_INSTANCE_PATH")
    return Path(given).resolve() if given else ROOT / "instance"


def load(app: Flask, overrides: Mapping[str, Any] | None = None) -> None:
    """Fill `app.config`. Raises BadConfiguration."""
    name = (overrides or {}).get("CONFIG") or os.environ.get("FLASK_CONFIG") or "development"
    if name not in ENVIRONMENTS:
        raise BadConfiguration(f"FLASK_CONFIG is “{name}”; it must be one of {', '.join(ENVIRONMENTS)}.")
    app.config.from_mapping({key.name: key.default for key in KEYS if key.name != "DEBUG"})
    app.config.from_mapping(ALWAYS)
    app.config.from_mapping(OVERRIDES[name])
    app.config.from_pyfile(str(Path(app.instance_path) / "config.py"), silent=True)
    app.config.from_prefixed_env()
    # A secret of digits only is no number.
    texts = {key.name: os.environ.get(f"FLASK_{key.name}") for key in KEYS if isinstance(key.default, str)}
    app.config.from_mapping({name: text for name, text in texts.items() if text is not None})
    app.config.from_mapping(overrides or {})
    app.config["CONFIG"] = name
    _check_kinds(app)
    _check_mail(app)
    _derive(app)
    _check(app)


def _derive(app: Flask) -> None:
    instance = Path(app.instance_path)
    app.config["REMEMBER_COOKIE_SECURE"] = app.config["SESSION_COOKIE_SECURE"]
    app.config["REMEMBER_COOKIE_NAME"] = f"{app.config['SESSION_COOKIE_NAME']}-remember"
    app.config["REMEMBER_COOKIE_DURATION"] = timedelta(days=app.config["REMEMBER_DAYS"])
    app.config["SQLALCHEMY_RECORD_QUERIES"] = bool(app.debug)
    if not app.config["SQLALCHEMY_DATABASE_URI"]:
        app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{instance / 'marquee.sqlite'}"
    if not app.config["UPLOADED_POSTERS_DEST"]:
        app.config["UPLOADED_POSTERS_DEST"] = str(ROOT / "uploads" / "posters")
    if not app.config["LOG_FILE"]:
        app.config["LOG_FILE"] = str(instance / "logs" / "marquee.log")
    app.config["BASE_URL"] = (app.config["BASE_URL"] or "http://127.0.0.1:8000").rstrip("/")
    if not app.config["SECRET_KEY"] and app.config["CONFIG"] in ("development", "testing"):
        app.config["SECRET_KEY"] = _kept_secret(instance / "secret_key")


def _kept_secret(path: Path) -> str:
    """A secret of this installation, made once, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Several workers may start at once: the file gets its name when it is whole, and the first one wins.
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}-")  # mode 0600
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(draft, path)
        Path(draft).unlink()
    return path.read_text().strip()


def _check_kinds(app: Flask) -> None:
    """Raise BadConfiguration for a value of the wrong kind: better now than at some request."""
    for key in KEYS:
        value = app.config[key.name]
        if value is key.default:
            continue
        kind = list if key.default is None else type(key.default)
        fits = isinstance(value, int if kind is bool else kind)
        if not fits or (kind is int and int(value) < key.least):
            said = "•••" if key.secret else repr(value)
            least = f" of {key.least} or more" if kind is int else ""
            raise BadConfiguration(f"FLASK_{key.name} is {said}; it must be {KINDS[kind]}{least}.")
    for name, values, known in (
        ("LOG_LEVEL", [app.config["LOG_LEVEL"]], LOG_LEVELS),
        ("LANGUAGES", app.config["LANGUAGES"], tuple(language.LOCALES)),
    ):
        if not values or not set(values) <= set(known):
            raise BadConfiguration(f"FLASK_{name} is {app.config[name]!r}; known are {', '.join(known)}.")


def _check_mail(app: Flask) -> None:
    """Raise BadConfiguration for a public address that is none, and for mail that could not be sent or answered."""
    config = app.config
    parts = _address_parts(config["BASE_URL"])
    if config["BASE_URL"] and (not parts or parts.scheme not in ("http", "https") or not parts.hostname):
        raise BadConfiguration("FLASK_BASE_URL is no public address. Write it as https://office.example")
    if not config["MAIL_SERVER"]:
        return
    if not parts:
        raise BadConfiguration(
            "FLASK_MAIL_SERVER is set, but FLASK_BASE_URL is not: mails could not say where this installation is. "
            "Set it to the public address, such as https://office.example"
        )
    if config["CONFIG"] in ("staging", "production") and parts.scheme != "https":
        raise BadConfiguration("FLASK_BASE_URL must begin with https:// in staging and production.")
    sender = config["MAIL_DEFAULT_SENDER"]
    if "@" not in sender or not sender.isprintable():
        raise BadConfiguration(
            "FLASK_MAIL_SERVER is set, but FLASK_MAIL_DEFAULT_SENDER is no sender. "
            "Write it as Marquee <office@example.org>"
        )
    if config["MAIL_USE_TLS"] and config["MAIL_USE_SSL"]:
        raise BadConfiguration(
            "FLASK_MAIL_USE_TLS and FLASK_MAIL_USE_SSL exclude each other. Set one of them."
        )


def _address_parts(address: str) -> SplitResult | None:
    """The parts of a web address; None for what has others than scheme, host, port and path, or is broken."""
    if not address or not address.isprintable() or " " in address:
        return None
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return None
    return None if parts.query or parts.fragment or "@" in parts.netloc else parts


def _check(app: Flask) -> None:
    secret = str(app.config["SECRET_KEY"] or "")
    if len(secret) < SECRET_LENGTH:
        what = "is missing" if not secret else f"has only {len(secret)} characters"
        raise BadConfiguration(
            f"SECRET_KEY {what}. Set FLASK_SECRET_KEY to at least {SECRET_LENGTH} random characters, for instance "
            "the output of: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    path = _sqlite_file(app)
    if app.config["CONFIG"] not in ("staging", "production"):
        return
    if app.debug or app.config["DEBUG"]:
        raise BadConfiguration(
            f"Debug mode is on in {app.config['CONFIG']}. Unset FLASK_DEBUG and leave --debug out."
        )
    if path and path.is_file() and path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH):
        raise BadConfiguration(f"The database file {path} can be read by everybody. Run: chmod 640 {path}")


def _sqlite_file(app: Flask) -> Path | None:
    """The database's file, if it is one. Raises BadConfiguration for what is no address of a database."""
    try:
        url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
        url.get_dialect()
    except (ArgumentError, ImportError) as error:
        raise BadConfiguration(
            "FLASK_SQLALCHEMY_DATABASE_URI is no address of a database. Write sqlite:////folder/marquee.sqlite or "
            "postgresql+psycopg://user:password@host/database"
        ) from error
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    # Flask-SQLAlchemy starts from the instance folder, too.
    return Path(app.instance_path) / url.database


def shown(app: Flask) -> list[tuple[Key, str]]:
    """Every key with its value in force; secrets as dots."""
    return [
        (key, "•••" if key.secret and app.config[key.name] else repr(app.config[key.name])) for key in KEYS
    ]


def table() -> str:
    """Every key as a row of a Markdown table."""
    rows = [f"| `FLASK_{key.name}` | `{json.dumps(key.default)}` | {key.purpose} |" for key in KEYS]
    return "\n".join(["| variable | default | for |", "|---|---|---|", *rows])

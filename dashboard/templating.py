"""What templates may use: globals; an undefined name is an error."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, current_app, request, url_for
from flask_babel import format_date, gettext, ngettext
from flask_login import current_user
from jinja2 import StrictUndefined

from dashboard.menu import menu
from dashboard.security import csp_nonce
from models import Precision, clock, vocabulary
from models.vocabulary import Vocabulary
from services.screenings import HOUSE_ZONE
from views import language

VOCABULARIES: dict[str, Vocabulary] = {
    "genre": vocabulary.GENRES,
    "country": vocabulary.COUNTRIES,
    "language": vocabulary.LANGUAGES,
}
DEFAULT_ZONE = HOUSE_ZONE


@lru_cache(maxsize=256)
def _fingerprint(path: str, _changed: float) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a static file, with its fingerprint so that browsers may keep it for ever."""
    path = Path(current_app.static_folder or "") / name
    return url_for("static", filename=name, v=_fingerprint(str(path), path.stat().st_mtime))


def bootstrap_file(name: str) -> str:
    """The address of one of Bootstrap's files as Bootstrap-Flask brings them; a new version, a new address."""
    return url_for("bootstrap.static", filename=name, v=version("bootstrap-flask"))


def label(member: Any) -> str:
    """The reader's word for an enum member, or nothing for None."""
    return "" if member is None else gettext(member.label)


def term(kind: str, code: str) -> str:
    """The reader's word for a code of a vocabulary (genre, country, language); other words stay."""
    return gettext(VOCABULARIES[kind].name(code)) if code else ""


def join(words: Iterable[str]) -> str:
    """Words in a row, as the reader's language separates them."""
    return ("、" if language.current_language() == "zh" else ", ").join(words)


def terms(kind: str, codes: list[str]) -> str:
    """The reader's words for several codes."""
    return join(term(kind, code) for code in codes)


def money(fen: int | None) -> str:
    """An amount in fen as yuan, without needless decimals: ¥45, ¥45.50."""
    if fen is None:
        return ""
    return f"¥{fen // 100:,}" if fen % 100 == 0 else f"¥{fen / 100:,.2f}"


def fmt_date(day: date | None) -> str:
    """A day by the reader's language, with its weekday: 11月20日 周五, Fri 20 Nov."""
    if day is None:
        return ""
    pattern = "M月d日 EEE" if language.current_language() == "zh" else "EEE d MMM"
    return str(
        format_date(day, pattern if day.year == clock.now().year else _with_year(pattern), rebase=False)
    )


def fmt_release(day: date | None, precision: Precision) -> str:
    """A release date as far as it is known."""
    if day is None or precision is Precision.DAY:
        return "" if day is None else f"{day:%Y-%m-%d}"
    return f"{day:%Y-%m}" if precision is Precision.MONTH else f"{day:%Y}"


def _with_year(pattern: str) -> str:
    return f"y年{pattern}" if "月" in pattern else f"{pattern} y"


def fmt_time(moment: datetime, zone: ZoneInfo | None = None) -> str:
    """HH:MM, in `zone` if one is given, else as it stands."""
    return f"{moment.astimezone(zone) if zone else moment:%H:%M}"


def fmt_instant(moment: datetime | None, zone: ZoneInfo = DEFAULT_ZONE) -> str:
    """Day and time of an instant, by the clock of `zone`."""
    if moment is None:
        return ""
    local = moment.astimezone(zone)
    return f"{fmt_date(local.date())} {local:%H:%M}"


def fmt_day(moment: datetime, zone: str) -> str:
    """The day of an instant by the clock of a zone (IANA name)."""
    return fmt_date(moment.astimezone(ZoneInfo(zone)).date())


def fmt_clock(moment: datetime, zone: str) -> str:
    """HH:MM of an instant by the clock of a zone (IANA name)."""
    return fmt_time(moment, ZoneInfo(zone))


def now_line() -> str:
    """Today and its week, for the top bar."""
    today = clock.now().astimezone(DEFAULT_ZONE).date()
    return f"{fmt_date(today)} · {gettext('Week %(number)s', number=today.isocalendar().week)}"


def _frame() -> dict[str, Any]:
    """What base.html needs on every page."""
    person = current_user if current_user.is_authenticated else None
    current = language.current_language()
    return {
        "person": person,
        "looking": person.login.preview if person else None,
        "menu": menu(person.actor, request.endpoint) if person else [],
        "now_line": now_line(),
        "languages": [
            (code, language.NATIVE[code], code == current) for code in current_app.config["LANGUAGES"]
        ],
        "html_lang": "zh-CN" if current == "zh" else "en",
        # Not “theme”: Flask-Admin gives its pages something else by that name.
        "appearance": language.current_theme(),
    }


def may(permission: str, record: Any = None) -> bool:
    """Whether the reader holds a permission."""
    return current_user.is_authenticated and current_user.actor.can(permission, record)


def init_app(app: Flask) -> None:
    """Set up the template environment."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    for function in (
        asset,
        bootstrap_file,
        csp_nonce,
        fmt_clock,
        fmt_date,
        fmt_day,
        fmt_instant,
        fmt_time,
        join,
        label,
        may,
        money,
        term,
        terms,
    ):
        app.jinja_env.globals[function.__name__] = function
    app.jinja_env.tests["may"] = may
    app.context_processor(_frame)

"""Which language and theme a reader gets: their own choice (a cookie), else what the browser asks for."""

from __future__ import annotations

from typing import Any

from flask import current_app, has_request_context, request
from flask_babel import gettext

from models.text import Term
from services.errors import ServiceError

LOCALES = {"zh": "zh_Hans_CN", "en": "en"}
NATIVE = {"zh": "简体中文", "en": "English"}
THEMES = ("auto", "light", "dark")
LANGUAGE_COOKIE, THEME_COOKIE = "language", "theme"


def current_language() -> str:
    """The code of the reader's language, one of LANGUAGES."""
    offered = current_app.config["LANGUAGES"]
    if not has_request_context():
        return str(offered[-1])
    chosen = request.cookies.get(LANGUAGE_COOKIE)
    # Browsers send zh-CN; only plain codes match it, so the region is added afterwards.
    wanted = chosen if chosen in offered else request.accept_languages.best_match(offered)
    return str(wanted or offered[0])


def select_locale() -> str:
    """The Babel locale of the reader's language."""
    return LOCALES[current_language()]


def current_theme() -> str:
    """light, dark or auto."""
    chosen = request.cookies.get(THEME_COOKIE)
    return chosen if chosen in THEMES else "auto"


def say(msgid: str, params: dict[str, Any]) -> str:
    """A message of the layers below in the reader's language, with those of its parameters that are words."""
    words = {name: gettext(value) if isinstance(value, Term) else value for name, value in params.items()}
    return str(gettext(msgid, **words))


def refusal(error: ServiceError) -> str:
    """What a service's refusal says, in the reader's language."""
    return say(error.message, error.params)


def labelled(label: object, text: object) -> str:
    """A label and what it labels, joined as the language joins them."""
    return str(gettext("%(label)s: %(text)s", label=label, text=text))

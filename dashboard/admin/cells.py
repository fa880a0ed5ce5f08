"""Cells of lists: how a row's values look. Markup is made by Markup.format only, which escapes what it is given."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import Row

from dashboard import templating
from models import Format
from models.text import N_
from services.access import NOBODY
from services.permissions import RESOURCES
from views.language import labelled
from views.schedule import DOTS

Cell = Callable[[Row[Any]], Any]

LINK = Markup('<a href="{}" data-row-link>{}</a>')
MEDIA = Markup('<div class="media">{}<div>{}{}</div></div>')
SMALL = Markup(" <small>{}</small>")
THUMB = Markup('<img class="thumb" src="{}" width="30" height="45" loading="lazy" alt="">')
NO_THUMB = Markup('<span class="thumb" role="img" aria-label="{}"></span>')
STATUS = Markup('<span class="status status-{}">{}</span>')
TAG = Markup('<span class="tag">{}</span>')


def text(name: str) -> Cell:
    """The value as it is."""
    return lambda row: getattr(row, name)


def link(endpoint: str, name: str, sub: str | None = None) -> Cell:
    """The value as the row's own link to its page, with a quieter line under it."""

    def cell(row: Row[Any]) -> Markup:
        main = LINK.format(url_for(f"{endpoint}.details_view", id=row.id), getattr(row, name))
        small = getattr(row, sub) if sub else ""
        return main + (SMALL.format(small) if small else Markup(""))

    return cell


def thumb(sha256: str | None) -> Markup:
    """A small poster, or its empty frame."""
    if not sha256:
        return NO_THUMB.format(_("No poster"))
    return THUMB.format(url_for("posters.show", sha256=sha256, variant="thumb"))


def _second(original: str, title: str) -> Markup | str:
    """The original title, where it says more than the title."""
    return SMALL.format(original) if original and original != title else ""


def film(endpoint: str) -> Cell:
    """Poster, title and original title; needs `title`, `original_title` and `poster` in the row."""

    def cell(row: Row[Any]) -> Markup:
        main = LINK.format(url_for(f"{endpoint}.details_view", id=row.id), row.title)
        return MEDIA.format(thumb(row.poster), main, _second(row.original_title, row.title))

    return cell


def status(row: Row[Any]) -> Markup:
    """A screening's status: dot and word."""
    return STATUS.format(DOTS[row.status.value], _(row.status.label))


def money(name: str) -> Cell:
    """An amount in fen as yuan."""
    return lambda row: templating.money(getattr(row, name))


def day(name: str) -> Cell:
    """A date."""
    return lambda row: templating.fmt_date(getattr(row, name))


def instant(name: str, zone: str | None = None) -> Cell:
    """An instant by the clock of the row's time zone (column `zone`), else of the house."""

    def cell(row: Row[Any]) -> str:
        return templating.fmt_instant(
            getattr(row, name), ZoneInfo(getattr(row, zone)) if zone else templating.DEFAULT_ZONE
        )

    return cell


def span(row: Row[Any]) -> Markup:
    """Day, start and end of the feature, by the clock of the cinema."""
    zone = ZoneInfo(row.timezone)
    start: datetime = row.starts_at.astimezone(zone)
    return Markup('<span class="text-nowrap">{} <strong>{:%H:%M}</strong> – {:%H:%M}</span>').format(
        templating.fmt_date(start.date()), start, row.ends_at.astimezone(zone)
    )


def minutes(name: str) -> Cell:
    """A number of minutes, or a dash where none is known."""
    return lambda row: getattr(row, name) or "–"


def formats(name: str) -> Cell:
    """Versions in frames."""
    return lambda row: Markup(" ").join(TAG.format(_(Format(word).label)) for word in getattr(row, name))


def one_format(name: str) -> Cell:
    """One version in a frame."""
    return lambda row: TAG.format(_(getattr(row, name).label))


def release(row: Row[Any]) -> Markup:
    """A release date as far as it is known: day, month or year."""
    day = templating.fmt_release(row.release_date, row.release_precision)
    return Markup('<span class="text-nowrap">{}</span>').format(day)


def role(row: Row[Any]) -> Markup:
    """A role's name over its description; of those that come with the product in the reader's language."""
    name, description = row.name, row.description
    if row.key:
        name, description = _(name), _(description) if description else ""
    main = LINK.format(url_for("role.details_view", id=row.id), name)
    return main + (SMALL.format(description) if description else Markup(""))


def roles(row: Row[Any]) -> Markup:
    """The roles of a member of staff, one a line (“key:name” in the row), each once."""
    pairs = (line.split(":", 1) for line in (row.roles or "").splitlines())
    names = sorted({_(name) if key else name for key, name in pairs})
    return Markup("<br>").join(names) or Markup("–")


def terms(kind: str, name: str) -> Cell:
    """Codes of a vocabulary in the reader's words."""
    return lambda row: templating.terms(kind, getattr(row, name))


def yes(name: str, true: str, false: str) -> Cell:
    """A truth as a dot and a word (message ids)."""
    return lambda row: (
        STATUS.format("green", _(true)) if getattr(row, name) else STATUS.format("mute", _(false))
    )


def when_link(endpoint: str, name: str) -> Cell:
    """An instant as the row's own link."""
    return lambda row: LINK.format(
        url_for(f"{endpoint}.details_view", id=row.id), templating.fmt_instant(getattr(row, name))
    )


NOUNS = {**RESOURCES, "grant": N_("Grants")}
VERBS = {
    "create": N_("added"),
    "update": N_("changed"),
    "delete": N_("deleted"),
    "restore": N_("restored"),
    "login": N_("logged in"),
    "logout": N_("logged out"),
    "login_refused": N_("log-in refused"),
    "login_throttled": N_("log-in refused after too many tries"),
    "password_reset": N_("password reset"),
    "invited": N_("invited"),
    "invitation_taken": N_("invitation taken"),
    "reset_asked": N_("new password asked for"),
    "set_up": N_("installation set up"),
    "second_factor_on": N_("two-step log-in switched on"),
    "second_factor_off": N_("two-step log-in switched off"),
    "recovery_codes": N_("new recovery codes"),
    "recovery_code_used": N_("recovery code used"),
    "code_refused": N_("code of the second step refused"),
    "refused": N_("refused"),
    "export": N_("exported"),
    "reset": N_("emptied"),
    "preview": N_("preview begun"),
    "preview_end": N_("preview ended"),
    "grant": N_("role granted"),
    "revoke": N_("role taken away"),
    "archive": N_("archived"),
}
REVERT = re.compile(r"revert: (\d+)(?: · (.*))?", re.DOTALL)


WAYS_IN = {"web": N_("Office"), "cli": N_("Command line")}


def who(row: Any) -> str:
    """Who acted; what no person did, the system did, or someone who was not logged in."""
    if row.actor_id is None and row.actor_name == NOBODY.name:
        return _("Nobody logged in")
    return row.actor_name if row.actor_id else _("System")


def way_in(row: Any) -> str:
    """How they came in."""
    return _(WAYS_IN.get(row.via, row.via)) if row.via else ""


def reason(row: Any) -> str:
    """Why, in the reader's words."""
    if not (revert := REVERT.fullmatch(row.reason)):
        return str(row.reason)
    text = _("Reverts entry %(number)s", number=revert[1])
    return f"{text} · {revert[2]}" if revert[2] else text


def action(row: Any) -> str:
    """An entry's action in words: “Films: changed”."""
    resource, verb = row.action.split(".", 1)
    return labelled(_(NOUNS.get(resource, resource)), _(VERBS.get(verb, verb)))


def translate(msgid: str) -> str:
    """The reader's words for a message id."""
    return _(msgid)

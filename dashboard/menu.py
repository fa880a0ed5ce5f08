"""The menu: what stands in it, in which group, and which permission shows it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from models.text import N_
from services.access import Actor


@dataclass(frozen=True)
class Entry:
    """A place in the menu. `permission` None: for everyone who is logged in."""

    endpoint: str
    label: str
    icon: str
    permission: str | None


@dataclass(frozen=True)
class Item:
    """An entry as the page shows it."""

    label: str
    icon: str
    url: str
    active: bool
    count: int | None = None


@dataclass(frozen=True)
class Group:
    """A group of items. (`items` would shadow dict's method in a template if this were a dict.)"""

    label: str
    items: list[Item]


GROUPS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        N_("Programme"),
        (
            Entry("admin.index", N_("Home"), "house", None),
            Entry("schedule.week", N_("Week"), "calendar-week", "schedule.view"),
            Entry("film.index_view", N_("Films"), "film", "film.view"),
            Entry("screening.index_view", N_("Screenings"), "ticket-perforated", "screening.view"),
            Entry("distributor.index_view", N_("Distributors"), "truck", "distributor.view"),
        ),
    ),
    (
        N_("Houses"),
        (
            Entry("cinema.index_view", N_("Cinemas"), "building", "cinema.view"),
            Entry("hall.index_view", N_("Halls"), "grid-3x3-gap", "hall.view"),
            Entry("city.index_view", N_("Cities"), "geo-alt", "city.view"),
        ),
    ),
    (
        N_("People"),
        (
            Entry("user.index_view", N_("Staff"), "people", "user.view"),
            Entry("role.index_view", N_("Roles"), "shield-check", "role.view"),
            Entry("audit.index_view", N_("Audit trail"), "clock-history", "audit.view"),
        ),
    ),
    (N_("Data"), (Entry("imports.page", N_("Import"), "box-arrow-in-down", "*.import"),)),
)


def _shown(actor: Actor, permission: str | None) -> bool:
    if permission is None:
        return True
    if permission.startswith("*"):
        return any(name.endswith(permission[1:]) and actor.everywhere(name) for name in actor.rights)
    return actor.can(permission)


def menu(actor: Actor, endpoint: str | None) -> list[Group]:
    """The groups and items that `actor` may open; the one of the present page is active."""
    here = (endpoint or "").split(".")[0]
    groups = []
    for label, entries in GROUPS:
        items = [
            Item(_(entry.label), entry.icon, url_for(entry.endpoint), entry.endpoint.split(".")[0] == here)
            for entry in entries
            if _shown(actor, entry.permission)
        ]
        if items:
            groups.append(Group(_(label), items))
    return groups

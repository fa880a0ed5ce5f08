"""Every permission there is, declared once: `resource.action`, what it opens in plain words, who starts with it.

The tables follow this declaration at each `flask db upgrade`. Roles are rows and may be changed by staff;
the ones here only seed an empty house.
"""

from __future__ import annotations

from dataclasses import dataclass

from models.text import N_

RESOURCES = {
    "film": N_("Films"),
    "poster": N_("Posters"),
    "screening": N_("Screenings"),
    "schedule": N_("Schedule"),
    "cinema": N_("Cinemas"),
    "hall": N_("Halls"),
    "city": N_("Cities"),
    "distributor": N_("Distributors"),
    "user": N_("Staff"),
    "role": N_("Roles"),
    "audit": N_("Audit trail"),
}

PERMISSIONS = {
    "film.view": N_("See films"),
    "film.create": N_("Add films"),
    "film.edit": N_("Change and restore films"),
    "film.delete": N_("Move films to the trash"),
    "film.import": N_("Import films from files"),
    "poster.upload": N_("Upload and replace posters"),
    "poster.delete": N_("Remove posters"),
    "screening.view": N_("See screenings"),
    "screening.create": N_("Add screenings"),
    "screening.edit": N_("Change and cancel screenings"),
    "screening.delete": N_("Delete screenings that are not on sale"),
    "schedule.view": N_("See a cinema's week"),
    "schedule.export": N_("Export a cinema's week"),
    "cinema.view": N_("See cinemas"),
    "cinema.create": N_("Add cinemas"),
    "cinema.edit": N_("Change and restore cinemas"),
    "cinema.delete": N_("Move cinemas to the trash"),
    "cinema.import": N_("Import cinemas from files"),
    "hall.view": N_("See halls"),
    "hall.create": N_("Add halls"),
    "hall.edit": N_("Change and restore halls"),
    "hall.delete": N_("Move halls to the trash"),
    "city.view": N_("See cities"),
    "city.create": N_("Add cities"),
    "city.edit": N_("Change cities"),
    "city.delete": N_("Delete cities"),
    "city.import": N_("Import cities from files"),
    "distributor.view": N_("See distributors"),
    "distributor.create": N_("Add distributors"),
    "distributor.edit": N_("Change distributors"),
    "distributor.delete": N_("Delete distributors"),
    "user.view": N_("See staff"),
    "user.create": N_("Add staff"),
    "user.edit": N_("Change staff, their roles and their passwords"),
    "user.delete": N_("Move staff to the trash"),
    "role.view": N_("See roles and what they open"),
    "role.create": N_("Add roles"),
    "role.edit": N_("Change what roles open"),
    "role.delete": N_("Delete roles"),
    "role.preview": N_("See the product as a role sees it"),
    "audit.view": N_("Read the audit trail"),
    "audit.export": N_("Export the audit trail"),
}

# Asked for the cinema, or for all, as in which one wants to look.
PREVIEW = "role.preview"

# What may be read by anyone who has it for any cinema although the record belongs to the whole chain.
READING = frozenset({"view", "export"})


@dataclass(frozen=True)
class SeedRole:
    """A role that comes with the product."""

    key: str
    name: str
    description: str
    permissions: tuple[str, ...]


def _of(*resources: str) -> tuple[str, ...]:
    return tuple(name for name in PERMISSIONS if name.split(".")[0] in resources)


_VIEW = tuple(name for name in PERMISSIONS if name.endswith(".view"))
_EXPORT = tuple(name for name in PERMISSIONS if name.endswith(".export"))
_PROGRAMME = ("film.view", "cinema.view", "hall.view", "city.view", "distributor.view", "schedule.view")

SEED_ROLES = (
    SeedRole("administrator", N_("Platform administrator"), N_("The whole chain"), tuple(PERMISSIONS)),
    SeedRole(
        "programmer",
        N_("Programmer"),
        N_("Plans the week: which film, which hall, when"),
        (*_PROGRAMME, *_of("screening", "film", "distributor"), "schedule.export"),
    ),
    SeedRole(
        "manager",
        N_("Cinema manager"),
        N_("Own cinema: halls, schedule, staff"),
        (
            *_PROGRAMME,
            *_of("screening", "hall", "schedule", "user"),
            "cinema.edit",
            "role.view",
            "role.preview",
            *_of("audit"),
        ),
    ),
    SeedRole(
        "box_office",
        N_("Box office"),
        N_("Own cinema: today's screenings"),
        (*_PROGRAMME, "screening.view", "schedule.export"),
    ),
    SeedRole(
        "marketing",
        N_("Marketing"),
        N_("Film texts and posters"),
        (*_PROGRAMME, "screening.view", "film.edit", *_of("poster")),
    ),
    SeedRole("auditor", N_("Auditor"), N_("Reads everything, changes nothing"), (*_VIEW, *_EXPORT)),
    SeedRole("developer", N_("Developer"), N_("Runs and inspects the installation"), _VIEW),
)

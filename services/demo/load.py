"""Puts the demo chain into an empty house, makes a house empty again, and keeps the demo's accounts."""

from __future__ import annotations

import io
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import delete, or_, select

from models import (
    AccountLink,
    AuditEntry,
    Cinema,
    City,
    Distributor,
    Film,
    Format,
    Grant,
    Login,
    Poster,
    Rating,
    RecoveryCode,
    Role,
    SecondFactor,
    User,
    clock,
    db,
)
from models.text import N_
from models.vocabulary import COUNTRIES, GENRES, LANGUAGES
from services import audit, cinemas, cities, distributors, films, halls, posters, screenings, staff
from services.access import Actor
from services.demo import chain, poster_art
from services.demo.films import DemoFilm
from services.demo.films import load as demo_films
from services.demo.screenings import Repertoire, Site, programme
from services.errors import Conflict
from services.passwords import Passwords
from services.storage import Storage

# Masters for giant screens serve both makes of them.
FORMATS = {"2D": [Format.TWO_D], "IMAX": [Format.IMAX_2D, Format.CGS]}
# For the demo's own pictures; what staff may upload is for the installation to say.
POSTER: Final = (540, 810)
LIMITS: Final = posters.Limits(max_bytes=4_000_000, max_pixels=4_000_000)
# What a reset leaves alone: roles, and staff that are not the demo's.
KEPT: Final = frozenset(
    "permission role role_permission user grant login account_link second_factor recovery_code".split()
)
# Nobody has mail there (RFC 2606), so the address tells the demo's accounts from real ones of the same name.
MAIL: Final = "@demo.example"


@dataclass(frozen=True)
class Person:
    """A member of the demo's staff: a role's key, a log-in name, and whether the role is for one cinema only."""

    role: str
    login: str
    display_name: str
    local: bool = False

    @property
    def email(self) -> str:
        """The address that marks the account as the demo's."""
        return self.login + MAIL


PEOPLE = (
    Person("administrator", "lin", "林静"),
    Person("programmer", "zhao", "赵一鸣"),
    Person("manager", "chen", "陈思远", local=True),
    Person("box_office", "wu", "吴小雨", local=True),
    Person("marketing", "su", "苏曼"),
    Person("auditor", "han", "韩立"),
    Person("developer", "xu", "许哲"),
)


class Account(NamedTuple):
    """A demo account with its new password in clear, to be shown once. `cinema` None: for all cinemas."""

    role: str
    role_name: str
    login: str
    password: str
    cinema: str | None


@dataclass(frozen=True)
class Summary:
    """What was loaded: numbers of rows, and the accounts."""

    cities: int
    cinemas: int
    halls: int
    films: int
    screenings: int
    accounts: list[Account]


def is_empty() -> bool:
    """Whether there is neither film nor cinema, city nor distributor, the trash included."""
    return all(
        db.session.scalar(select(model.id).limit(1)) is None for model in (Film, Cinema, City, Distributor)
    )


def load(actor: Actor, store: Storage, hashing: Passwords, today: date | None = None) -> Summary:
    """Add the whole demo. `today` is the trading day that the programme is laid around, by default the present one.

    The same day gives the same data, passwords apart. Raises Conflict unless the house is empty; Forbidden.
    """
    if not is_empty():
        raise Conflict(N_("There are films or cinemas already; the demo goes into an empty house only."))
    sources = demo_films()
    with ThreadPoolExecutor(max_workers=2) as pool:
        pictures = pool.map(_picture, sources)
        sites = _add_sites(actor)
        shown = _add_films(actor, sources)
        number = _add_screenings(actor, sites, shown, today)
        for film, picture in zip(shown, pictures, strict=True):
            posters.keep(actor, film, picture, store)
    return Summary(
        cities=len({site.cinema.city_id for site in sites}),
        cinemas=len(sites),
        halls=sum(len(site.halls) for site in sites),
        films=len(shown),
        screenings=number,
        accounts=accounts(actor, hashing),
    )


def _picture(source: DemoFilm) -> posters.Prepared:
    """The film's poster, drawn and prepared like one that staff upload."""
    file = io.BytesIO()
    poster_art.draw(source, POSTER).save(file, "JPEG", quality=95)
    file.seek(0)
    return posters.prepare(file, f"{source.slug}.jpg", LIMITS)


def _add_sites(actor: Actor) -> list[Site]:
    towns = dict.fromkeys(house.town for house in chain.HOUSES)
    added = {town: cities.create(actor, dict(town.__dict__)) for town in towns}
    return [_add_site(actor, house, added[house.town]) for house in chain.HOUSES]


def _add_site(actor: Actor, house: chain.House, city: City) -> Site:
    cinema = cinemas.create(actor, {**house.values(), "city": city})
    rooms = [halls.create(actor, {**values, "cinema_id": cinema.id}) for values in chain.halls(house)]
    return Site(cinema, rooms, house.price)


def _add_films(actor: Actor, sources: Sequence[DemoFilm]) -> list[Film]:
    names = dict.fromkeys(source.distributor for source in sources)
    added = {name: distributors.create(actor, {"name": name}) for name in names}
    return [films.create(actor, _film_values(source, added[source.distributor])) for source in sources]


def _film_values(source: DemoFilm, distributor: Distributor) -> dict[str, Any]:
    return {
        "title": source.title_zh,
        "original_title": source.original_title,
        "short_title": source.short_title,
        "director": "、".join(source.director_zh),
        "cast": list(source.cast),
        "genres": GENRES.codes(source.genres),
        "countries": COUNTRIES.codes(source.countries),
        "languages": LANGUAGES.codes(source.languages),
        "runtime_min": source.runtime_min,
        "formats": [format.value for name in source.formats for format in FORMATS[name]],
        "rating": Rating(source.rating),
        "release_date": source.release_date,
        "synopsis": source.synopsis_zh,
        "distributor": distributor,
    }


def _add_screenings(actor: Actor, sites: Sequence[Site], shown: Sequence[Film], today: date | None) -> int:
    """Add the programme, one flush for each cinema; the number of its screenings."""
    repertoire, number = Repertoire(shown), 0
    for site in sites:
        actor.require("screening.create", site.cinema)
        day = today or screenings.business_date(site.cinema, clock.now())
        rows = list(programme(site, repertoire, day))
        db.session.add_all(rows)
        db.session.flush()
        number += len(rows)
    return number


def reset(actor: Actor, store: Storage, hashing: Passwords, today: date | None = None) -> Summary:
    """Empty the house, audit trail included, and load the demo anew.

    Roles stay, and staff that are not the demo's, with the roles they hold for all cinemas. Raises Forbidden.
    """
    for name in ("film", "cinema", "hall", "screening", "city", "distributor", "user"):
        actor.require(f"{name}.delete")
    for film in db.session.scalars(select(Film).join(Poster).where(Poster.position == 0)):
        # The files go when the transaction has ended, unless the new posters are the same.
        posters.remove(actor, film, store)
    _empty()
    audit.note(db.session(), "audit.reset", actor=actor, label="demo")
    return load(actor, store, hashing, today)


def _empty() -> None:
    """Delete all rows that a reset does not keep, whatever tables there are."""
    db.session.flush()
    demo = select(User.id).where(User.email.like(f"%{MAIL}"))
    db.session.execute(delete(Grant).where(or_(Grant.cinema_id.is_not(None), Grant.user_id.in_(demo))))
    audit.clear(db.session())
    for table in reversed(db.metadata.sorted_tables):
        if table.name not in KEPT | {AuditEntry.__tablename__}:
            db.session.execute(delete(table))
    for model in (Login, AccountLink, RecoveryCode, SecondFactor):
        db.session.execute(delete(model).where(model.user_id.in_(demo)))
    db.session.execute(delete(User).where(User.email.like(f"%{MAIL}")))
    # The database gives freed numbers out again: no old record may answer for a new one.
    db.session.expunge_all()


def accounts(actor: Actor, hashing: Passwords) -> list[Account]:
    """Give each demo account a new password and end its log-ins; make the accounts that are missing.

    Raises Conflict when there is no cinema yet, or when someone else has one of the log-in names.
    """
    keys = [person.role for person in PEOPLE]
    roles = {role.key: role for role in db.session.scalars(select(Role).where(Role.key.in_(keys)))}
    home = db.session.scalar(select(Cinema).where(Cinema.deleted_at.is_(None)).order_by(Cinema.id).limit(1))
    if home is None:
        raise Conflict(N_("There is no cinema yet; load the demo first."))
    # A role that the house has done away with needs nobody to show it.
    return [
        _account(actor, hashing, person, roles[person.role], home)
        for person in PEOPLE
        if person.role in roles
    ]


def _account(actor: Actor, hashing: Passwords, person: Person, role: Role, home: Cinema) -> Account:
    user = staff.find(person.login)
    if user is None:
        values = {"name": person.login, "display_name": person.display_name, "email": person.email}
        grants = [(role.id, home.id if person.local else None)]
        user, password = staff.create(actor, {**values, "grants": grants}, hashing)
    elif user.email != person.email:
        raise Conflict(N_("“%(name)s” is not an account of the demo."), name=person.login)
    else:
        _mend(actor, user, role, home if person.local else None)
        password = staff.reset_password(actor, user, hashing)
    cinema = next(grant.cinema for grant in user.grants if grant.role is role)
    return Account(person.role, role.name, person.login, password, cinema.name if cinema else None)


def _mend(actor: Actor, user: User, role: Role, home: Cinema | None) -> None:
    """Make a demo account that was deleted, closed or stripped of its role usable again."""
    if user.deleted_at is not None:
        staff.restore(actor, user)
    values: dict[str, Any] = {} if user.active else {"active": True}
    if role not in [grant.role for grant in user.grants]:
        held = [(grant.role_id, grant.cinema_id) for grant in user.grants]
        values["grants"] = [*held, (role.id, home.id if home else None)]
    if values:
        staff.update(actor, user, values)

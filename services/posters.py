"""Posters: pictures of films, kept as files beside the rows.

Rows commit or roll back, files do not. So the files follow when a transaction has ended, however it ended:
what a row now speaks of is there, what no row speaks of any more is gone.
"""

from __future__ import annotations

import hashlib
import itertools
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import IO, Any, NamedTuple

from sqlalchemy import Connection, Engine, event, exists, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, SessionTransaction

from models import Film, Poster, clock, db
from models.text import N_
from services import pictures, records
from services.access import Actor
from services.errors import NotFound, ServiceError
from services.pictures import VARIANTS, Limits
from services.storage import Storage

__all__ = [
    "VARIANTS",
    "Check",
    "Limits",
    "Prepared",
    "check",
    "file_name",
    "keep",
    "newest",
    "prepare",
    "prune",
    "remove",
    "visible",
]

ORPHAN_SECONDS = 3600
_BATCH = 50
_KEY = "posters"
_log = logging.getLogger(__name__)


def file_name(sha256: str, variant: str) -> str:
    """The name in the storage of a poster's variant: full, card or thumb."""
    return f"{sha256}-{variant}.webp"


def _file_names(shas: Iterable[str]) -> Iterator[str]:
    return (file_name(sha, variant) for sha in shas for variant in VARIANTS)


# ── What people do ──


@dataclass(frozen=True)
class Prepared:
    """A picture ready to be kept: the row's values, and the files by name."""

    values: dict[str, Any]
    files: dict[str, bytes]


def prepare(stream: IO[bytes], filename: str | None, limits: Limits) -> Prepared:
    """Judge the picture in `stream` and make its files; up to a second of work that touches no database.

    Raises Invalid (not a whole JPEG, PNG or WebP), TooLarge.
    """
    name = pictures.clean_name(filename)
    image = pictures.read(stream, name or "?", limits)
    variants = pictures.variants(image)
    full = variants["full"]
    sha256 = hashlib.sha256(full).hexdigest()
    size = {"width": image.width, "height": image.height, "bytes": len(full)}
    return Prepared(
        {"sha256": sha256, "original_name": name, **size},
        {file_name(sha256, variant): data for variant, data in variants.items()},
    )


def keep(actor: Actor, film: Film, picture: Prepared, store: Storage) -> Poster:
    """Make a prepared picture the film's main poster, instead of the one it had.

    Raises Forbidden, Conflict, StorageFull. Then nothing changed.
    """
    actor.require("poster.upload", film)
    with records.saving():
        poster = _locked(film)
        _write(store, picture)
        if poster is None:
            poster = Poster(film_id=film.id, position=0, **picture.values)
            db.session.add(poster)
        else:
            _unsettled(store).doubtful.add(poster.sha256)
            records.assign(poster, picture.values)
    db.session.expire(film, ["posters"])
    return poster


def remove(actor: Actor, film: Film, store: Storage) -> None:
    """Remove the film's main poster. Raises Forbidden, NotFound if it has none."""
    actor.require("poster.delete", film)
    poster = _locked(film)
    if poster is None:
        raise NotFound(N_("This film has no poster."))
    with records.saving():
        _unsettled(store).doubtful.add(poster.sha256)
        db.session.delete(poster)
    db.session.expire(film, ["posters"])


def _locked(film: Film) -> Poster | None:
    """The main poster as it is now; nobody else replaces it meanwhile, so no replaced file is forgotten."""
    query = select(Poster).where(Poster.film_id == film.id, Poster.position == 0).with_for_update()
    return db.session.scalar(query, execution_options={"populate_existing": True})


def newest(count: int) -> list[str]:
    """The SHA-256s of the latest main posters of films that are not in the trash."""
    query = (
        select(Poster.sha256)
        .join(Film)
        .where(Poster.position == 0, Film.deleted_at.is_(None))
        .order_by(Poster.id.desc())
        .limit(count)
    )
    return list(db.session.scalars(query))


def visible(sha256: str) -> bool:
    """Whether anybody may see the picture: it is a poster of a film that is not in the trash."""
    living = exists().where(Poster.sha256 == sha256, Poster.film_id == Film.id, Film.deleted_at.is_(None))
    return bool(db.session.scalar(select(living)))


# ── Files follow rows ──


@dataclass
class _Unsettled:
    """What a transaction may have changed about files, until it ends.

    `written` holds the files it needs, by hash: another transaction that ends at the same moment may remove
    them because it cannot see this one's row yet. Whoever commits a row looks afterwards whether its files
    are there, whoever removes files looks afterwards whether they are wanted: one of the two puts them back.
    """

    bind: Engine | Connection
    store: Storage
    written: dict[str, dict[str, bytes]] = field(default_factory=dict)
    doubtful: set[str] = field(default_factory=set)

    def settle(self) -> None:
        """Make the files agree with the rows. What fails here is an orphan for `prune` at worst."""
        try:
            used = _used(self.bind, self.doubtful | self.written.keys())
            for sha in used & self.written.keys():
                _put(self.store, self.written[sha])
            _discard(self.bind, self.store, self.doubtful - used)
        except (SQLAlchemyError, OSError, ServiceError):
            _log.exception("poster files could not be settled; see: flask uploads check")


def _unsettled(store: Storage) -> _Unsettled:
    """What this session's transaction is about to change in `store`."""
    stores = db.session().info.setdefault(_KEY, {})
    if store not in stores:
        stores[store] = _Unsettled(db.session().get_bind(), store)
    return stores[store]


def _write(store: Storage, picture: Prepared) -> None:
    """Write a poster's files, to be removed again unless a row speaks of them when the transaction has ended."""
    unsettled, sha256 = _unsettled(store), picture.values["sha256"]
    unsettled.written[sha256] = picture.files
    # Files that were there before are somebody else's: a rollback here is no reason to touch them.
    if not all(store.path(name).exists() for name in picture.files):
        unsettled.doubtful.add(sha256)
    _put(store, picture.files)


def _put(store: Storage, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        store.put(name, data)


@event.listens_for(Session, "after_transaction_end")
def _after_transaction(session: Session, transaction: SessionTransaction) -> None:
    # Not after_commit and after_rollback: both also speak of savepoints, and neither of a session that is closed.
    if transaction.parent is None:
        for unsettled in session.info.pop(_KEY, {}).values():
            unsettled.settle()


def _used(bind: Engine | Connection, shas: Iterable[str]) -> set[str]:
    """Those of `shas` that a committed row speaks of. Asked in a session of its own."""
    wanted = list(shas)
    if not wanted:
        return set()
    with Session(bind) as session:
        return set(session.scalars(select(Poster.sha256).where(Poster.sha256.in_(wanted)).distinct()))


def _discard(bind: Engine | Connection, store: Storage, shas: Iterable[str]) -> None:
    """Remove the files of posters; put back what turns out to be wanted after all."""
    taken = {name: data for name in _file_names(shas) if (data := store.take(name)) is not None}
    used = _used(bind, {name[:64] for name in taken})
    _put(store, {name: data for name, data in taken.items() if name[:64] in used})


# ── Care ──


class Check(NamedTuple):
    """Files that no row speaks of, and files that a row speaks of and are not there; by name."""

    orphans: list[str]
    missing: list[str]


def check(store: Storage) -> Check:
    """Compare all files with all rows."""
    # Files first: a poster that arrives meanwhile then looks like neither.
    names = set(store.names())
    rows = set(_file_names(db.session.scalars(select(Poster.sha256).distinct())))
    missing = [name for name in rows - names if not store.path(name).exists()]
    return Check(sorted(names - rows), sorted(missing))


def prune(store: Storage) -> int:
    """Remove files older than an hour that no row speaks of, and parts of files; return how many."""
    before = clock.now().timestamp() - ORPHAN_SECONDS
    orphans = [name for name in check(store).orphans if store.changed_at(name) < before]
    shas = iter(dict.fromkeys(name[:64] for name in orphans))
    while batch := list(itertools.islice(shas, _BATCH)):
        _discard(db.session().get_bind(), store, batch)
    return sum(not store.path(name).exists() for name in orphans) + store.sweep(before)

"""A film's poster: who may change it, and that files follow the rows however a transaction ends."""

from __future__ import annotations

import os
import time
from typing import Any

import pytest
from sqlalchemy import select

from models import AuditEntry, Film, clock, db
from services import posters
from services.access import SYSTEM, Actor
from services.errors import Forbidden, NotFound
from services.storage import Storage
from tests.support.pictures import opened
from tests.support.posters import BLUE, files, new_film, shas, upload

# ── What is kept ──


def test_a_poster_is_kept_in_three_sizes(film: Film, store: Storage) -> None:
    poster = upload(film, store)
    assert shas(store) == {poster.sha256}
    assert (poster.width, poster.height, poster.position) == (60, 90, 0)
    assert poster.original_name == "海报.jpg"
    sizes = {}
    for variant in posters.VARIANTS:
        path = store.path(posters.file_name(poster.sha256, variant))
        sizes[variant] = opened(path.read_bytes()).size
    assert sizes == {"full": (60, 90), "card": (320, 480), "thumb": (120, 180)}
    assert poster.bytes == store.path(posters.file_name(poster.sha256, "full")).stat().st_size
    assert film.posters == [poster]


def test_a_second_poster_takes_the_first_ones_place(film: Film, store: Storage) -> None:
    first = upload(film, store)
    number, old = first.id, first.sha256
    second = upload(film, store, BLUE)
    assert (second.id, film.posters) == (number, [second])
    assert second.sha256 != old


def test_the_trail_says_who_changed_a_poster(film: Film, store: Storage) -> None:
    first = upload(film, store).sha256
    second = upload(film, store, BLUE, "new.png").sha256
    posters.remove(SYSTEM, film, store)
    query = select(AuditEntry).where(AuditEntry.resource == "poster").order_by(AuditEntry.id)
    entries = db.session.scalars(query).all()
    assert [entry.action for entry in entries] == ["poster.create", "poster.update", "poster.delete"]
    assert entries[1].changes["sha256"] == [first, second]


def test_names_are_cleaned(film: Film, store: Storage) -> None:
    assert upload(film, store, name="../../\u202e海\0报.jpg").original_name == "海报.jpg"
    assert upload(film, store, name="x" * 400 + ".jpg").original_name == "x" * 196 + ".jpg"


# ── Who may ──


@pytest.mark.parametrize(
    "rights", [{}, {"film.view": None, "film.edit": None}, {"poster.upload": frozenset({1})}]
)
def test_uploading_needs_the_permission(film: Film, store: Storage, rights: dict[str, Any]) -> None:
    with pytest.raises(Forbidden):
        upload(film, store, actor=Actor(7, "someone", rights))
    assert files(store) == []


def test_removing_needs_its_own_permission(film: Film, store: Storage) -> None:
    upload(film, store)
    with pytest.raises(Forbidden):
        posters.remove(Actor(7, "someone", {"poster.upload": None}), film, store)
    posters.remove(Actor(7, "someone", {"poster.delete": None}), film, store)
    assert film.posters == []


def test_there_must_be_a_poster_to_remove(film: Film, store: Storage) -> None:
    with pytest.raises(NotFound):
        posters.remove(SYSTEM, film, store)


# ── Who sees what ──


def test_newest_first_without_the_trash(session: Any, store: Storage, count_queries: Any) -> None:
    films = [new_film(f"Film {number}") for number in range(4)]
    made = [upload(film, store, (50 * number, 0, 0)).sha256 for number, film in enumerate(films)]
    films[2].deleted_at = clock.now()
    db.session.commit()
    with count_queries() as statements:
        assert posters.newest(2) == [made[3], made[1]]
    assert len(statements) == 1
    assert posters.newest(10) == [made[3], made[1], made[0]]


def test_visible_as_long_as_one_film_outside_the_trash_has_it(film: Film, store: Storage) -> None:
    other = new_film("马路天使")
    sha = upload(film, store).sha256
    upload(other, store)
    assert posters.visible(sha)
    film.deleted_at = clock.now()
    db.session.flush()
    assert posters.visible(sha)
    other.deleted_at = clock.now()
    db.session.flush()
    assert not posters.visible(sha)
    assert not posters.visible("0" * 64)


# ── Care ──


def age(store: Storage, sha: str, seconds: float) -> None:
    moment = time.time() - seconds
    for variant in posters.VARIANTS:
        os.utime(store.path(posters.file_name(sha, variant)), (moment, moment))


def put_orphan(store: Storage, digit: str, seconds: float) -> str:
    for variant in posters.VARIANTS:
        store.put(posters.file_name(digit * 64, variant), b"orphan")
    age(store, digit * 64, seconds)
    return digit * 64


def test_check_names_what_is_missing_and_what_nobody_needs(film: Film, store: Storage) -> None:
    sha = upload(film, store).sha256
    db.session.commit()
    assert posters.check(store) == ([], [])
    store.delete(posters.file_name(sha, "card"))
    orphan = put_orphan(store, "0", 10)
    found = posters.check(store)
    assert found.missing == [posters.file_name(sha, "card")]
    assert found.orphans == sorted(posters.file_name(orphan, variant) for variant in posters.VARIANTS)


def test_prune_removes_old_orphans_only(film: Film, store: Storage) -> None:
    sha = upload(film, store).sha256
    db.session.commit()
    age(store, sha, 90_000)
    put_orphan(store, "0", 3700)
    young = put_orphan(store, "1", 3500)
    part = store.root / "00" / "left.part"
    part.write_bytes(b"half")
    os.utime(part, (1000, 1000))
    assert posters.prune(store) == 4
    assert shas(store) == {sha, young}
    assert not part.exists()
    assert posters.prune(store) == 0

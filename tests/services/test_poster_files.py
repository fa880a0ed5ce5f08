"""The files of posters follow their rows, however a transaction ends and whoever else is at it."""

from __future__ import annotations

import functools
import io
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from models import AuditEntry, Film, Poster, clock, db
from services import posters
from services.access import SYSTEM
from services.errors import Conflict, Invalid, TooLarge
from services.storage import Storage, StorageFull
from tests.support.pictures import picture
from tests.support.posters import BLUE, LIMITS, RED, files, new_film, shas, upload
from tests.support.race import Race

# ── Files follow rows ──


def test_replaced_the_old_files_go_after_the_commit(film: Film, store: Storage) -> None:
    old = upload(film, store).sha256
    db.session.commit()
    new = upload(film, store, BLUE).sha256
    assert shas(store) == {old, new}
    db.session.commit()
    assert shas(store) == {new}


def test_removed_the_files_go_after_the_commit(film: Film, store: Storage) -> None:
    sha = upload(film, store).sha256
    db.session.commit()
    posters.remove(SYSTEM, film, store)
    assert shas(store) == {sha}
    db.session.commit()
    assert files(store) == []


def end_by_rollback() -> None:
    db.session.rollback()


def end_by_close() -> None:
    db.session.close()


def end_by_remove() -> None:
    db.session.remove()


ENDS = [end_by_rollback, end_by_close, end_by_remove]


@pytest.mark.parametrize("end", ENDS)
def test_without_a_commit_the_new_files_go(film: Film, store: Storage, end: Callable[[], None]) -> None:
    upload(film, store)
    end()
    assert files(store) == []
    assert db.session.scalar(select(Poster)) is None


@pytest.mark.parametrize("end", ENDS)
def test_without_a_commit_the_replaced_files_stay(
    film: Film, store: Storage, end: Callable[[], None]
) -> None:
    old = upload(film, store).sha256
    db.session.commit()
    upload(film, store, BLUE)
    end()
    assert shas(store) == {old}


@pytest.mark.parametrize("end", ENDS)
def test_without_a_commit_the_removed_files_stay(film: Film, store: Storage, end: Callable[[], None]) -> None:
    old = upload(film, store).sha256
    db.session.commit()
    posters.remove(SYSTEM, film, store)
    end()
    assert shas(store) == {old}


def test_two_films_share_one_picture(film: Film, store: Storage) -> None:
    other = new_film("马路天使")
    sha = upload(film, store).sha256
    assert upload(other, store).sha256 == sha
    db.session.commit()
    posters.remove(SYSTEM, film, store)
    db.session.commit()
    assert shas(store) == {sha}
    posters.remove(SYSTEM, other, store)
    db.session.commit()
    assert files(store) == []


def test_a_rollback_leaves_another_films_picture_alone(film: Film, store: Storage) -> None:
    other = new_film("马路天使")
    sha = upload(film, store).sha256
    db.session.commit()
    upload(other, store)
    db.session.rollback()
    assert shas(store) == {sha}


def test_a_film_in_the_trash_keeps_its_picture(film: Film, store: Storage) -> None:
    sha = upload(film, store).sha256
    film.deleted_at = clock.now()
    other = new_film("马路天使")
    upload(other, store)
    db.session.commit()
    posters.remove(SYSTEM, other, store)
    db.session.commit()
    assert shas(store) == {sha}


def test_the_same_picture_again_changes_nothing(film: Film, store: Storage) -> None:
    sha = upload(film, store).sha256
    db.session.commit()
    upload(film, store)
    db.session.commit()
    assert shas(store) == {sha}
    assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.resource == "poster")).all()) == 1


def test_there_and_back_in_one_transaction(film: Film, store: Storage) -> None:
    red = upload(film, store).sha256
    db.session.commit()
    upload(film, store, BLUE)
    upload(film, store, RED)
    db.session.commit()
    assert shas(store) == {red}


def test_a_savepoint_that_rolls_back_takes_its_files_along(film: Film, store: Storage) -> None:
    other = new_film("马路天使")
    kept = upload(film, store).sha256
    savepoint = db.session.begin_nested()
    upload(other, store, BLUE)
    savepoint.rollback()
    db.session.commit()
    assert shas(store) == {kept}


def test_a_savepoint_that_holds_is_still_undone_by_its_transaction(film: Film, store: Storage) -> None:
    with db.session.begin_nested():
        upload(film, store)
    assert len(shas(store)) == 1
    db.session.rollback()
    assert files(store) == []


def test_a_savepoint_that_ends_removes_nothing_yet(film: Film, store: Storage) -> None:
    old = upload(film, store).sha256
    db.session.commit()
    with db.session.begin_nested():
        upload(film, store, BLUE)
    assert old in shas(store)
    db.session.rollback()
    assert shas(store) == {old}


def test_undone_in_a_savepoint_and_done_again_after_it(film: Film, store: Storage) -> None:
    savepoint = db.session.begin_nested()
    upload(film, store)
    savepoint.rollback()
    sha = upload(film, store).sha256
    db.session.commit()
    assert shas(store) == {sha}


@pytest.mark.parametrize(
    ("data", "refusal"),
    [(b"", Invalid), (b"MZ not a picture", Invalid), (picture("GIF"), Invalid), (bytes(2_000_000), TooLarge)],
)
def test_a_refused_picture_leaves_no_row_and_no_file(
    film: Film, store: Storage, data: bytes, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        posters.keep(SYSTEM, film, posters.prepare(io.BytesIO(data), "x.jpg", LIMITS), store)
    db.session.commit()
    assert files(store) == []
    assert film.posters == []


def test_a_disk_that_fills_up_leaves_no_row_and_no_file(
    film: Film, store: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = upload(film, store).sha256
    db.session.commit()
    put = Storage.put

    def filling(self: Storage, name: str, data: bytes) -> Path:
        if "thumb" in name:
            raise StorageFull("full")
        return put(self, name, data)

    with monkeypatch.context() as patch:
        patch.setattr(Storage, "put", filling)
        with pytest.raises(StorageFull):
            upload(film, store, BLUE)
    db.session.commit()
    assert shas(store) == {old}
    assert film.posters[0].sha256 == old


def test_files_removed_by_another_transaction_come_back_with_the_commit(film: Film, store: Storage) -> None:
    # Another transaction had the same picture, could not see this one's row, and has been rolled back.
    sha = upload(film, store).sha256
    for variant in posters.VARIANTS:
        store.delete(posters.file_name(sha, variant))
    db.session.commit()
    assert shas(store) == {sha}


def test_files_that_are_wanted_after_all_are_put_back(
    film: Film, store: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha = upload(film, store).sha256
    db.session.commit()
    posters.remove(SYSTEM, film, store)
    answers = iter([set(), {sha}])  # Between the two somebody has committed a row with the same picture.
    monkeypatch.setattr(posters, "_used", lambda bind, wanted: next(answers))
    db.session.commit()
    assert shas(store) == {sha}


def test_files_that_cannot_be_removed_do_not_undo_a_commit(
    film: Film, store: Storage, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    upload(film, store)
    db.session.commit()
    new = upload(film, store, BLUE).sha256

    def broken(self: Storage, name: str) -> bytes:
        raise PermissionError(name)

    monkeypatch.setattr(Storage, "take", broken)
    db.session.commit()
    assert film.posters[0].sha256 == new
    assert "could not be settled" in caplog.text
    assert len(posters.check(store).orphans) == 3


# ── Several processes ──


def _slowly(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function with time after it for others to come between."""

    @functools.wraps(function)
    def slow(*args: Any) -> Any:
        result = function(*args)
        time.sleep(random.uniform(0, 0.02))
        return result

    return slow


def _whole(store: Storage, sha: str) -> bool:
    """Whether the picture is there: now, or as soon as whoever took it has seen that it is wanted."""
    until = time.monotonic() + 1
    while time.monotonic() < until:
        if all(store.path(posters.file_name(sha, variant)).exists() for variant in posters.VARIANTS):
            return True
        time.sleep(0.01)
    return False


def _compete(task: tuple[int, str, int]) -> list[str]:
    """Upload the same pictures at the same moments as the others; in turns one commits, another goes back."""
    film_id, root, number = task
    store, fates = Storage(Path(root)), []
    # The moments in which another process could take away a file that is, or will be, wanted.
    posters._used, posters._put = _slowly(posters._used), _slowly(posters._put)
    for turn in range(20):
        time.sleep(-time.time() % 0.2)
        try:
            db.session.connection(execution_options={"sqlite_begin": "IMMEDIATE"})
            sha = upload(db.session.get(Film, film_id), store, (10 * turn, 0, 0)).sha256
            if (turn + number) % 2:
                db.session.commit()
                fates.append("kept" if number > 1 or _whole(store, sha) else "lost")
        except Conflict:
            fates.append("refused")  # Two gave the film its first poster at once.
        finally:
            db.session.rollback()
    return fates


@pytest.mark.parametrize("numbers", [(0, 1), (2, 3)], ids=["two films", "one film"])
def test_processes_that_share_pictures_lose_none(
    race: Race, store: Storage, numbers: tuple[int, int]
) -> None:
    with race.app.app_context():
        films = [new_film(f"Film {number}").id for number in range(2)]
    # Numbers above 1 share the last film, so what they committed may be replaced before they look.
    tasks = [(films[min(number, 1)], str(store.root), number) for number in numbers]
    fates = race.run(_compete, tasks)
    assert all("kept" in fate and "lost" not in fate for fate in fates), fates
    with race.app.app_context():
        used = set(db.session.scalars(select(Poster.sha256)))
        assert posters.check(store) == ([], [])
    assert shas(store) == used

"""`flask audit prune`: old entries go into a file, and only what is in the file goes."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import delete, func, insert, select
from sqlalchemy.exc import IntegrityError, OperationalError

from models import AuditEntry, db
from services import archive, doctor
from tests import factories
from tests.conftest import NOW
from tests.support.race import Race

BEFORE = "2026-10-01"


@pytest.fixture
def old(session: Any, clock: Any) -> list[int]:
    """The numbers of old entries; newer ones, one of them on the very edge, are there as well."""
    cinema = factories.cinema()
    told = [
        factories.audit_entry(
            at=factories.at(cinema, f"2026-0{month}-30 23:59"),
            record_label="旧",
            changes={"title": ["神女", None]},
        )
        for month in (7, 8, 9)
    ]
    factories.audit_entry(at=factories.at(cinema, f"{BEFORE} 00:00"), record_label="新")
    numbers = [entry.id for entry in told]
    session.commit()
    return numbers


@pytest.fixture
def prune(app: Flask, session: Any) -> Callable[..., Result]:
    """prune(path, before): run the command."""

    def run(path: Path, before: str = BEFORE) -> Result:
        session.commit()
        answer = app.test_cli_runner().invoke(
            args=["audit", "prune", "--before", before, "--archive", str(path)]
        )
        session.expire_all()
        return answer

    return run


def kept() -> list[int]:
    return list(db.session.scalars(select(AuditEntry.id).order_by(AuditEntry.id)))


@pytest.mark.parametrize("name", ["old.jsonl", "old.jsonl.gz"])
def test_what_is_old_goes_into_the_file_and_an_entry_says_so(
    old: list[int], prune: Callable[..., Result], tmp_path: Path, name: str
) -> None:
    before, path = kept(), tmp_path / name
    answer = prune(path)
    assert answer.exit_code == 0, answer.output
    assert "3 entries are in" in answer.output
    content = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
    lines = [json.loads(line) for line in content.decode().splitlines()]
    assert [line["id"] for line in lines] == old
    assert lines[0]["at"] == "2026-07-30T15:59:00+00:00"
    assert (lines[0]["record_label"], lines[0]["changes"]) == ("旧", {"title": ["神女", None]})
    assert set(lines[0]) == set(AuditEntry.__table__.columns.keys())
    *rest, told = kept()
    assert rest == [number for number in before if number not in old]
    entry = db.session.get_one(AuditEntry, told)
    assert (entry.action, entry.actor_name, entry.via) == ("audit.archive", "system", "cli")
    assert entry.changes == {"entries": [3, 0], "before": [None, BEFORE], "file": [None, name]}
    assert entry.reason == "flask audit prune"


def test_the_rule_stands_again_afterwards(
    old: list[int], prune: Callable[..., Result], tmp_path: Path, session: Any
) -> None:
    assert prune(tmp_path / "a").exit_code == 0
    assert doctor.missing_rules() == []
    with pytest.raises(IntegrityError), session.begin_nested():
        session.execute(delete(AuditEntry))


def test_the_last_month_stays(old: list[int], prune: Callable[..., Result], tmp_path: Path) -> None:
    path, before = tmp_path / "a", kept()
    for day in ("2026-10-22", "2026-11-20", "2030-01-01"):
        answer = prune(path, day)
        assert answer.exit_code == 1
        assert "Entries of the last 30 days stay" in answer.output
    assert prune(path, "yesterday").exit_code == 2
    assert (kept(), path.exists()) == (before, False)
    assert prune(path, "2026-10-21").exit_code == 0


def test_no_file_is_written_over(old: list[int], prune: Callable[..., Result], tmp_path: Path) -> None:
    path, before = tmp_path / "a", kept()
    path.write_text("mine")
    answer = prune(path)
    assert (answer.exit_code, kept(), path.read_text()) == (1, before, "mine")
    assert "is there already" in answer.output
    answer = prune(tmp_path / "no" / "folder")
    assert (answer.exit_code, kept()) == (1, before)
    assert "cannot be written" in answer.output


def test_nothing_old_makes_no_file(old: list[int], prune: Callable[..., Result], tmp_path: Path) -> None:
    before = kept()
    answer = prune(tmp_path / "a", "2020-01-01")
    assert (answer.exit_code, kept(), (tmp_path / "a").exists()) == (0, before, False)


def test_a_commit_that_fails_loses_nothing(
    old: list[int],
    prune: Callable[..., Result],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    session: Any,
) -> None:
    before = kept()
    session.commit()

    def fail() -> None:
        raise OperationalError("COMMIT", {}, Exception("disk full"))

    remove = archive.remove

    def removed(*arguments: Any) -> None:
        remove(*arguments)
        monkeypatch.setattr(db.session, "commit", fail)

    monkeypatch.setattr(archive, "remove", removed)
    answer = prune(tmp_path / "a")
    monkeypatch.undo()
    assert answer.exit_code == 1
    assert "The database refused: disk full" in answer.output
    assert (kept(), (tmp_path / "a").exists()) == (before, False)
    assert doctor.missing_rules() == []


def test_a_file_is_kept_where_nobody_knows_what_became_of_its_entries(
    old: list[int], prune: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        archive, "remove", lambda *_arguments: (_ for _ in ()).throw(OperationalError("", {}, None))
    )
    monkeypatch.setattr(archive, "still_there", lambda *_arguments: None)
    answer = prune(tmp_path / "a")
    assert answer.exit_code == 1
    assert "was kept" in answer.output
    assert (tmp_path / "a").exists()


def test_what_came_meanwhile_stops_it(
    old: list[int], prune: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, write = kept(), archive.write

    def written(edge: Any, path: Path) -> archive.Written:
        found = write(edge, path)
        return archive.Written(found.count - 1, found.last_id)

    monkeypatch.setattr(archive, "write", written)
    answer = prune(tmp_path / "a")
    assert answer.exit_code == 1
    assert "has changed while it was written out" in answer.output
    assert kept() == before


@pytest.mark.parametrize(
    "database", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)
def test_on_postgresql_it_waits_for_writers_only_so_long(
    race: Race, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clock: Any
) -> None:
    monkeypatch.setattr(archive, "LOCK_TIMEOUT", "200ms")
    with race.app.app_context():
        factories.audit_entry(at=factories.at(factories.cinema(), "2026-01-01 12:00"))
        db.session.commit()
        with db.engine.connect() as other:
            told = {"at": NOW, "actor_name": "x", "resource": "film", "action": "film.update"}
            other.execute(insert(AuditEntry).values(record_label="x", **told))
            answer = race.app.test_cli_runner().invoke(
                args=["audit", "prune", "--before", BEFORE, "--archive", str(tmp_path / "a")]
            )
            other.rollback()
        assert answer.exit_code == 1
        assert "Somebody has been writing to the trail" in answer.output
        assert not (tmp_path / "a").exists()
        assert db.session.scalar(select(func.count()).where(AuditEntry.at < NOW - timedelta(days=60))) == 1

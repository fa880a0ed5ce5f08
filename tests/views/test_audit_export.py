"""The trail as a file: what the list is narrowed down to, only what one may see, inert, and told."""

from __future__ import annotations

import csv
import io
import re
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import insert, select

from dashboard.admin import audit as page
from models import AuditEntry, db
from services import films
from services.access import SYSTEM
from services.exports import xlsx
from tests import factories
from tests.conftest import NOW
from tests.support.client import Client


def _rows(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"/admin/audit/export.csv?{query}")
    assert answer.status_code == 200, answer.text[:500]
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def _exports() -> list[AuditEntry]:
    return list(db.session.scalars(select(AuditEntry).where(AuditEntry.verb == "export")))


def test_an_entry_is_a_line_in_words(admin: Client) -> None:
    cinema = factories.cinema(name="大光明")
    film = factories.film(title="神女", genres=["drama"])
    films.update(SYSTEM, film, {"title": "The Goddess", "genres": ["war"]})
    factories.audit_entry(
        cinema_id=cinema.id,
        resource="hall",
        action="hall.update",
        record_id=7,
        address="192.0.2.7",
        reason="why",
    )
    db.session.commit()
    (line,) = _rows(admin, "resource=film&action=update")
    assert line["When"] == "2026-11-20 12:00:00+08:00"
    assert (line["Who"], line["What"], line["Record"]) == ("System", "Films: changed", "The Goddess")
    assert line["Changes"].split("\n") == ["Genres: − Drama + War", "Title: 神女 → The Goddess"]
    (line,) = _rows(admin, "resource=hall")
    assert (line["Cinema"], line["Record number"], line["Address"]) == ("大光明", "7", "192.0.2.7")
    assert line["Reason"] == "why"


def test_the_header_is_in_the_readers_language(admin: Client) -> None:
    answer = admin.get("/admin/audit/export.csv", headers={"Cookie": "", "Accept-Language": "zh"})
    assert answer.status_code == 200
    assert "When" not in answer.data.decode("utf-8-sig").split("\r\n", 1)[0]
    assert re.search(r"filename\*=UTF-8''.*_zh\.csv", answer.headers["Content-Disposition"])


def test_it_holds_what_the_list_holds_newest_first_on_all_its_pages(admin: Client) -> None:
    for number in range(120):
        factories.audit_entry(record_label=f"N-{number}")
    db.session.commit()
    found = [line["Record"] for line in _rows(admin, "search=N-")]
    assert found == [f"N-{number}" for number in reversed(range(120))]
    assert [line["Record"] for line in _rows(admin, "search=N-119&page=7&sort=-at")] == ["N-119"]
    assert _rows(admin, "search=nothing+is+called+so") == []


@pytest.mark.parametrize("evil", ["=1+1", "@SUM(A1)", "+1", "\t=1", "<r><f>1</f></r>"])
def test_no_cell_is_a_formula(admin: Client, evil: str) -> None:
    factories.audit_entry(record_label=evil, actor_id=1, actor_name=evil, address=evil, reason=evil)
    db.session.commit()
    line = next(line for line in _rows(admin) if "1" in line["Record"])
    for name in ("Record", "Who", "Address", "Reason"):
        assert line[name].startswith("'"), name
    book = admin.get("/admin/audit/export.xlsx")
    assert book.status_code == 200
    with zipfile.ZipFile(io.BytesIO(book.data)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet


def test_it_is_told_with_what_it_was_narrowed_by(admin: Client) -> None:
    factories.audit_entry(record_label="神女")
    db.session.commit()
    _rows(admin, "search=神女&resource=film&action=create&person=bad")
    (entry,) = _exports()
    assert (entry.action, entry.resource, entry.actor_name) == ("audit.export", "audit", "Lin")
    assert entry.changes == {
        "resource": [None, "film"],
        "action": [None, "create"],
        "search": [None, "神女"],
        "file": [None, "csv"],
    }
    said = admin.get(f"/admin/audit/details/?id={entry.id}").text
    assert "exported" in said
    admin.head("/admin/audit/export.csv")
    assert len(_exports()) == 1


def test_only_ones_own_cinemas_and_only_with_the_right(
    as_user: Callable[..., Client], session: Any, clock: Any
) -> None:
    own, other = factories.cinema(), factories.cinema()
    for cinema, word in ((own, "OWN"), (other, "MARKER"), (None, "CHAIN")):
        factories.audit_entry(record_label=word, cinema_id=cinema.id if cinema else None)
    both = factories.user("audit.view", "audit.export", cinema=own)
    # Who reads more than they may take along takes along what they may.
    wider = factories.user("audit.export", cinema=own)
    wider.grants.append(factories.user("audit.view").grants[0])
    readers = {name: factories.user(name, cinema=own) for name in ("audit.view", "audit.export")}
    session.commit()
    for user in (both, wider):
        assert {line["Record"] for line in _rows(as_user(user))} & {"OWN", "MARKER", "CHAIN"} == {"OWN"}
    for name, user in readers.items():
        client = as_user(user)
        assert client.get("/admin/audit/export.csv").status_code == 403, name
    links = "/admin/audit/export.csv?resource=film"
    assert links in as_user(both).get("/admin/audit/?resource=film&page=2").text
    assert "export.csv" not in as_user(readers["audit.view"]).get("/admin/audit/").text


def test_more_than_a_sheet_holds_is_refused_with_the_way_out(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _number in range(4):
        factories.audit_entry(record_label="many")
    db.session.commit()
    monkeypatch.setattr(xlsx, "ROWS_MAX", 4)
    answer = admin.get("/admin/audit/export.xlsx?search=many")
    assert answer.status_code == 413
    assert "CSV has no such limit" in answer.text
    assert _exports() == []
    assert len(_rows(admin, "search=many")) == 4


def test_memory_does_not_grow_with_the_trail(app: Flask, session: Any) -> None:
    """Ten times the entries, the same memory: they are read and put into words in parts."""
    peaks = []
    for number in (1_000, 5_000):
        row = {"at": NOW, "actor_name": "x", "resource": "film", "action": "film.update", "record_label": "x"}
        told = {**row, "changes": {"title": ["a" * 500, "b"]}}
        session.execute(insert(AuditEntry), [told] * number)
        with app.test_request_context():
            tracemalloc.start()
            query = select(*page.FILE.wanted).order_by(AuditEntry.id)
            lines = sum(1 for _line in page.FILE.lines_of(query))
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
    assert lines >= 6_000
    assert peaks[1] < peaks[0] * 1.5, peaks


def test_a_search_looks_through_the_newest_and_says_so(
    admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = factories.at(factories.cinema(), "2026-10-01 12:00")
    factories.audit_entry(record_label="needle", at=old, actor_id=1)
    for _number in range(5):
        factories.audit_entry(record_label="hay", at=NOW)
    db.session.commit()
    assert "needle" in admin.get("/admin/audit/?search=needle").text.split("<tbody>")[1]
    monkeypatch.setattr(page, "SEARCHED", 3)
    bounded = admin.get("/admin/audit/?search=needle").text
    assert "Nothing matches" in bounded
    assert "looked through the newest 3 entries" in bounded
    assert _rows(admin, "search=needle") == []
    # Narrowed down it reaches as far back as one likes.
    narrowed = admin.get("/admin/audit/?search=needle&to=2026-10-02").text
    assert "looked through" not in narrowed
    assert "needle" in narrowed.split("<tbody>")[1]

"""Lists: what is typed is text and no pattern, counting stops at a cap, and every page number leads somewhere."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from models import City, Film, db
from services import listing
from tests import factories

CITIES = select(City.id, City.name).order_by(City.id)


def _found(typed: str) -> list[str]:
    query = select(Film.title).where(listing.matching((Film.title, Film.original_title), typed))
    return sorted(db.session.scalars(query))


def _cities(number: int) -> None:
    rows = [{"name": f"City {index}", "pinyin": ""} for index in range(number)]
    if rows:
        db.session.execute(insert(City), rows)


# ── Searching ──


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ["100% Wolf", "A_B", "back\\slash", "神女"]),
        ("   ", ["100% Wolf", "A_B", "back\\slash", "神女"]),
        ("%", ["100% Wolf"]),
        ("_", ["A_B"]),
        ("\\", ["back\\slash"]),
        ("/", []),
        ("0% w", ["100% Wolf"]),
        ("WOLF", ["100% Wolf"]),
        ("wolf 100", ["100% Wolf"]),
        ("wolf bear", []),
        ("女", ["神女"]),
        ("goddess 神", ["神女"]),
        ("' OR 1=1 --", []),
        ("\0神女", ["神女"]),
    ],
)
def test_words_are_found_wherever_they_stand_and_wildcards_are_text(
    session: Any, typed: str, found: list[str]
) -> None:
    factories.film(title="神女", original_title="The Goddess")
    for title in ("100% Wolf", "A_B", "back\\slash"):
        factories.film(title=title, original_title="")
    assert _found(typed) == found


def test_only_the_beginning_of_a_long_text_counts(session: Any) -> None:
    factories.film(title="x" * 100)
    assert len(_found("x" * 100 + "y" * 10_000)) == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(max_size=40))
def test_whatever_is_typed_finds_what_holds_it_and_never_fails(session: Any, typed: str) -> None:
    with session.begin_nested() as attempt:
        word = "".join(char for char in typed if char.isprintable() and not char.isspace())
        factories.film(title=f"<{word}>", original_title="")
        assert _found(word) == [f"<{word}>"]
        _found(typed)
        attempt.rollback()


# ── Counting ──


@pytest.mark.parametrize(("rows", "cap", "told"), [(0, 5, (0, False)), (5, 5, (5, False)), (6, 5, (5, True))])
def test_counting_is_exact_up_to_the_cap(session: Any, rows: int, cap: int, told: tuple[int, bool]) -> None:
    _cities(rows)
    assert listing.count(CITIES, cap) == told


# ── Pages ──


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        (None, 1),
        ("", 1),
        ("0", 1),
        ("7", 7),
        ("-1", 1),
        ("1.5", 1),
        ("1e3", 1),
        ("٣", 1),
        ("abc", 1),
        ("999999999", 999_999_999),
        (str(10**20), listing.OFFSET_MAX),
        ("9" * 5000, listing.OFFSET_MAX),
    ],
)
def test_anything_typed_as_a_page_is_some_page(typed: str | None, number: int) -> None:
    assert listing.page_number(typed) == number


@pytest.mark.parametrize(
    ("asked", "got", "names"),
    [
        (1, 1, ["City 0", "City 1"]),
        (3, 3, ["City 4"]),
        (4, 3, ["City 4"]),
        (10**20, 3, ["City 4"]),
    ],
)
def test_beyond_the_last_page_is_the_last_page(session: Any, asked: int, got: int, names: list[str]) -> None:
    _cities(5)
    page = listing.fetch(CITIES, asked, 2)
    assert (page.number, [row.name for row in page.rows]) == (got, names)
    assert (page.first, page.last) == ((got - 1) * 2 + 1, min(got * 2, 5))
    assert page.more is (got < 3)
    assert (page.total, page.capped) == (5, False)


@pytest.mark.parametrize("asked", [1, 2, 10**20])
def test_an_empty_list_is_one_empty_page(session: Any, asked: int) -> None:
    page = listing.fetch(CITIES, asked, 50)
    assert (page.number, page.rows, page.first, page.last, page.more) == (1, [], 0, 0, False)


def test_beyond_the_cap_the_reader_may_still_go_on(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _cities(9)
    monkeypatch.setattr(listing.count, "__defaults__", (4,))
    page = listing.fetch(CITIES, 4, 2)
    assert (page.total, page.capped, page.more) == (4, True, True)
    assert [row.name for row in page.rows] == ["City 6", "City 7"]
    far = listing.fetch(CITIES, 10**20, 2)
    assert far.rows == []
    assert far.number * far.size <= listing.OFFSET_MAX + far.size

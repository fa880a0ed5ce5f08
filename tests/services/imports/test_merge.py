"""What an import may change on a record: it fills, it does not replace, unless it was asked to."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Precision
from services.imports.merge import merge

settings.register_profile("imports", deadline=None)
settings.load_profile("imports")


def test_empty_fields_are_filled() -> None:
    current = {"title": "长城", "director": "", "cast": [], "runtime_min": None, "service_fee": 0}
    found = {"title": "长城", "director": "张艺谋", "cast": ["景甜"], "runtime_min": 104, "service_fee": 120}
    values, notes = merge(current, found, overwrite=False)
    assert (values, notes) == ({key: found[key] for key in list(found)[1:]}, [])


def test_a_differing_value_stays_and_is_named() -> None:
    values, notes = merge({"runtime_min": 98}, {"runtime_min": 95}, overwrite=False)
    assert values == {}
    assert [str(note) for note in notes] == ["Runtime in minutes: “98” is kept; the file says “95”"]


def test_a_differing_value_is_replaced_when_asked() -> None:
    assert merge({"runtime_min": 98, "director": "x"}, {"runtime_min": 95}, overwrite=True) == (
        {"runtime_min": 95},
        [],
    )


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize(
    ("column", "stored", "found"),
    [
        ("director", "张三, 李四", "李四，张三"),
        ("genres", ["drama", "comedy"], ["comedy", "drama"]),
        ("name", "影城（东店）", "影城(东店)"),
        ("original_title", "WILD KIDS", "Wild Kids"),
    ],
)
def test_spellings_are_no_difference(column: str, stored: object, found: object, overwrite: bool) -> None:
    assert merge({column: stored}, {column: found}, overwrite) == ({}, [])


def release(day: date, precision: str) -> dict[str, object]:
    return {"release_date": day, "release_precision": Precision(precision)}


def test_a_more_exact_release_is_taken_and_a_coarser_one_is_no_difference() -> None:
    coarse, fine = release(date(2017, 1, 31), "month"), release(date(2017, 1, 28), "day")
    assert merge(coarse, fine, overwrite=False) == (fine, [])
    assert merge(fine, coarse, overwrite=False) == ({}, [])
    assert merge(fine, coarse, overwrite=True) == ({}, [])
    values, notes = merge(release(date(2018, 12, 31), "year"), fine, overwrite=False)
    assert values == {}
    assert [str(note) for note in notes] == ["Release date: “2018” is kept; the file says “2017-01-28”"]


def test_a_place_goes_together() -> None:
    north = {"latitude": 40.1, "longitude": 116.2}
    assert merge({"latitude": None, "longitude": None}, north, overwrite=False) == (north, [])
    assert merge({"latitude": 40.1000001, "longitude": 116.2}, north, overwrite=True) == ({}, [])
    assert [
        note.field for note in merge({"latitude": 39.0, "longitude": 116.2}, north, overwrite=False)[1]
    ] == ["latitude"]


WORDS = st.sampled_from(["", "a", "b", "（a）"])
RECORDS = st.fixed_dictionaries(
    {},
    optional={
        "title": WORDS,
        "director": WORDS,
        "cast": st.lists(WORDS.filter(bool), max_size=2),
        "runtime_min": st.sampled_from([None, 90, 95]),
        "release_date": st.sampled_from([date(2018, 12, 31), date(2018, 3, 31), date(2018, 3, 30)]),
        "release_precision": st.sampled_from(Precision),
    },
)


@given(RECORDS, st.lists(RECORDS, max_size=4), st.booleans())
def test_importing_the_same_again_changes_nothing(
    record: dict[str, object], sources: list[dict[str, object]], overwrite: bool
) -> None:
    """Fill-only: for any sources in turn, a second round is without change. Overwriting: for any one source."""
    for source in sources:
        source = {key: value for key, value in source.items() if value not in ("", None, [])}
        record |= merge(record, source, overwrite)[0]
        assert merge(record, source, overwrite)[0] == {}
    if not overwrite:
        assert all(merge(record, source, overwrite=False)[0] == {} for source in _known(sources))


def _known(sources: list[dict[str, object]]) -> list[dict[str, object]]:
    return [
        {key: value for key, value in source.items() if value not in ("", None, [])} for source in sources
    ]

"""Rows of the sources: what becomes of each cell."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Precision
from services.imports import taopiaopiao
from services.imports.detect import recognise
from services.imports.rows import Row, from_raw, raw_object

settings.register_profile("imports", deadline=None)
settings.load_profile("imports")

READERS = {"films": taopiaopiao.film, "cinemas": taopiaopiao.cinema, "cities": taopiaopiao.city}


def film(**cells: Any) -> Row:
    return from_raw(raw_object(1, {"id": "7", "showName": "长城", **cells}), taopiaopiao.film)


def cinema(**cells: Any) -> Row:
    return from_raw(raw_object(1, {"cinemaName": "影城", **cells}), taopiaopiao.cinema)


def notes(row: Row) -> list[str]:
    assert row.reason is None
    return [str(note) for note in row.notes]


def test_a_film_of_the_table() -> None:
    (raw,) = recognise(
        "insert into movies(id, showname, shownameen, director, leadingRole, type, country, language, duration,"
        ' screeningmodel, openday, backgroundpicture, flag, isdelete) values(233130,"星游记","None","佚名",'
        '"暂无","动画,动作\u3000","中国大陆 美国","汉语普通话",0,"3D IMAX",date("2020-12-31 00:00:00"),"i1/x.jpg",2,0);'
    ).rows
    row = from_raw(raw, taopiaopiao.film)
    assert (row.reason, row.notes, row.line, row.external_id) == (None, [], 1, "233130")
    assert row.values == {
        "title": "星游记",
        "genres": ["animation", "action"],
        "countries": ["CN", "US"],
        "languages": ["zh"],
        "formats": ["IMAX3D"],
        "release_date": dt.date(2020, 12, 31),
        "release_precision": Precision.YEAR,
    }


@pytest.mark.parametrize(
    ("typed", "formats"),
    [
        ("2D", ["2D"]),
        ("3D IMAX", ["IMAX3D"]),
        ("IMAX3D", ["IMAX3D"]),
        ("IMAX", ["IMAX2D"]),
        ("imax 2d", ["IMAX2D"]),
        ("2D/3D", ["2D", "3D"]),
        ("２Ｄ，３Ｄ", ["2D", "3D"]),
        ("4D", ["4D"]),
        ("4DX", ["4D"]),
        ("中国巨幕", ["CGS"]),
        ("杜比影院", ["DOLBY"]),
        (["IMAX3D", "2D"], ["IMAX3D", "2D"]),
        ("None", None),
    ],
    ids=str,
)
def test_formats(typed: object, formats: list[str] | None) -> None:
    row = film(screeningmodel=typed)
    assert (row.values.get("formats"), notes(row)) == (formats, [])


def test_an_unknown_format_is_named() -> None:
    row = film(showMark="3D,Smellovision")
    assert (row.values["formats"], notes(row)) == (["3D"], ["Formats: “Smellovision” is not a known format"])


@pytest.mark.parametrize(
    ("cells", "day", "precision", "noted"),
    [
        ({"openTime": "2017-07", "openDay": "2017-07-31 00:00:00"}, (2017, 7, 31), "month", 0),
        ({"openTime": "2016", "openDay": "2016-12-31 00:00:00"}, (2016, 12, 31), "year", 0),
        ({"openTime": "2016-12-31", "openDay": "2016-12-31 00:00:00"}, (2016, 12, 31), "day", 0),
        ({"openDay": "2018-12-31 00:00:00"}, (2018, 12, 31), "year", 0),
        ({"openDay": "2018-03-31"}, (2018, 3, 31), "month", 0),
        ({"openDay": "2018-03-30 06:00:00"}, (2018, 3, 30), "day", 1),
        ({"openTime": "2017-07-01", "openDay": "2017-08-01"}, (2017, 7, 1), "day", 1),
        ({"openTime": "soon", "openDay": "2017-08-01"}, (2017, 8, 1), "day", 1),
    ],
    ids=str,
)
def test_release(cells: dict[str, str], day: tuple[int, int, int], precision: str, noted: int) -> None:
    row = film(**cells)
    assert (row.values["release_date"], row.values["release_precision"]) == (dt.date(*day), precision)
    assert len(notes(row)) == noted


@pytest.mark.parametrize("bad", ["2018-02-30", "1066-01-01", "9999-12-31", {"x": 1}], ids=str)
def test_a_senseless_release_is_dropped_with_a_note(bad: object) -> None:
    row = film(openDay=bad)
    assert "release_date" not in row.values
    assert len(notes(row)) == 1


def test_senseless_cells_are_dropped_each_with_a_note() -> None:
    row = film(
        showNameEn=["x"],
        director={"a": 1},
        leadingRole=True,
        type=[["x"]],
        country="???",
        duration=-3,
        description="\ud800",
        screeningmodel=True,
    )
    assert row.values == {"title": "长城"}
    fields = [note.field for note in row.notes]
    assert fields == [field for field in fields if field]
    assert {
        "original_title",
        "director",
        "cast",
        "genres",
        "countries",
        "runtime_min",
        "formats",
        "synopsis",
    } <= set(fields)


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"showName": None}, "Title: is missing"),
        ({"showName": "暂无"}, "Title: is missing"),
        ({"showName": "长\ud800城"}, "not text"),
        ({"showName": "x" * 201}, "longer than 200"),
        ({"showName": ["x"]}, "not a text"),
        ({"id": 2**64}, "not a usable number"),
        ({"id": "abc"}, "not a usable number"),
        ({"id": [1]}, "not a text"),
        ({"id": 10**400}, "out of all bounds"),
        ({"isdelete": 1}, "marks it as deleted"),
    ],
    ids=lambda value: str(value)[:30].encode("ascii", "replace").decode(),
)
def test_films_that_are_refused(cells: dict[str, Any], words: str) -> None:
    row = film(**cells)
    assert row.reason is not None
    assert words in str(row.reason)


@pytest.mark.parametrize("item", [None, 5, "x", [], [{}]], ids=str)
def test_an_item_that_is_no_object_is_refused(item: object) -> None:
    row = from_raw(raw_object(3, item), taopiaopiao.film)
    assert (row.number, "is not an object" in str(row.reason)) == (3, True)


def test_an_object_that_repeats_a_key_is_refused() -> None:
    first, second = recognise(
        '[{"showName": "a", "id": 1, "id": 2}, {"showName": "b", "preview": [{"x": 1, "x": 2}]}]'
    ).rows
    assert "twice" in str(from_raw(first, taopiaopiao.film).reason)
    assert from_raw(second, taopiaopiao.film).reason is None


def test_a_cinema_of_the_table() -> None:
    (raw,) = recognise(
        "insert into cinemas(name,city,district,address,phone,score,hallnum,servicecharge,astrict,flag,isdelete)"
        ' values("期遇&middot;UUE影城 （公明店）","深圳","光明新","光明新区L3－8","0755-23311113,0755-23311112 ",'
        "9.7,9,1.2,20,1,0);"
    ).rows
    row = from_raw(raw, taopiaopiao.cinema)
    assert notes(row) == []
    assert row.values == {
        "name": "期遇·UUE影城 （公明店）",
        "city": "深圳",
        "district": "光明新区",
        "address": "光明新区L3-8",
        "phone": "0755-23311113,0755-23311112",
        "service_fee": 120,
    }


def test_a_cinema_of_a_list() -> None:
    row = cinema(
        id="4379",
        latitude="40.2235877647",
        longitude="116.233753059",
        regionName="昌平区",
        address="昌平区1号",
    )
    assert row.external_id == "4379"
    assert {**row.values} == {
        "name": "影城",
        "district": "昌平区",
        "address": "昌平区1号",
        "latitude": 40.2235878,
        "longitude": 116.2337531,
    }


def test_senseless_places_fees_and_phones_are_dropped() -> None:
    row = cinema(latitude="116.2", longitude="40.2", servicecharge="-1", phone="call us", address=7 * ["x"])
    assert row.values == {"name": "影城"}
    assert [note.field for note in row.notes] == ["address", "phone", "service_fee", "place"]


def test_cities() -> None:
    good = from_raw(
        raw_object(1, {"regionName": "北京", "cityCode": 110100, "pinYin": "BEIJING"}), taopiaopiao.city
    )
    assert good.values == {"name": "北京", "code": "110100", "pinyin": "beijing"}
    for bad in (None, 12, "x", 1_000_000, [], 1.5):
        row = from_raw(raw_object(1, {"regionName": "北京", "cityCode": bad}), taopiaopiao.city)
        assert row.reason is not None
        assert row.reason.field == "code"


CELLS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)


@settings(max_examples=300)
@given(st.sampled_from(sorted(READERS)), st.data())
def test_any_cells_make_a_row_or_a_refusal(kind: str, data: st.DataObject) -> None:
    names = st.sampled_from(sorted(taopiaopiao.KNOWN[kind]))
    named = st.fixed_dictionaries({name: st.just("a") for name in ("showname", "name", "regionname")})
    cells = {"citycode": 110100, **data.draw(named), **data.draw(st.dictionaries(names, CELLS))}
    row = from_raw(raw_object(1, cells), READERS[kind])
    for note in (*row.notes, *([row.reason] if row.reason else [])):
        str(note).encode()
    if row.reason is None:
        assert row.title
        str(row.values).encode()

"""Single values: brought to sense, or dropped with a reason; never nonsense, never another exception."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.errors import Invalid
from services.imports import clean, dates
from services.imports.clean import Drop
from services.imports.jsontext import loads
from services.imports.sql import Call

settings.register_profile("imports", deadline=None)
settings.load_profile("imports")

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([10**400, -(10**400), 2**63, Decimal("NaN"), Decimal("Infinity"), Call("now", ())])
    | st.decimals(allow_nan=True)
    | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def short(value: object) -> str:
    """The id of a parameter."""
    return getattr(value, "__name__", repr(value))[:40]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  长城 ", "长城"),
        ("ＩＭＡＸ３Ｄ　影城", "IMAX3D 影城"),
        ("L3－8", "L3-8"),
        ("橙天嘉禾（万象城店）！", "橙天嘉禾（万象城店）！"),
        ("期遇&middot;UUE", "期遇·UUE"),
        ("AT&T &amp; Co", "AT&T & Co"),
        ("a\0b\x07c\u200bd\ufeff", "abcd"),
        ("two\nlines", "two lines"),
        ("None", None),
        ("暂无", None),
        ("  ", None),
        ("--", None),
        (None, None),
        (1917, "1917"),
        (Decimal("1.50"), "1.50"),
        ("&#0;&#xD800;", "\ufffd\ufffd"),
    ],
    ids=short,
)
def test_text(typed: object, kept: str | None) -> None:
    assert clean.text(typed) == kept


@pytest.mark.parametrize(
    "bad", ["\ud800", "a" * 256, ["a"], {"a": 1}, True, 10**400, Decimal("1e9999")], ids=short
)
def test_text_that_is_none(bad: object) -> None:
    with pytest.raises(Drop):
        clean.text(bad)


def test_lines_are_kept_where_asked_for() -> None:
    assert clean.text(" a \r\n\r\n\r\n\r\n b  c ", lines=True) == "a\n\nb c"


@pytest.mark.parametrize(
    ("function", "typed", "kept"),
    [
        (clean.runtime, "0", None),
        (clean.runtime, 0, None),
        (clean.runtime, "107", 107),
        (clean.runtime, "１０７分钟", 107),
        (clean.runtime, Decimal("90.0"), 90),
        (clean.runtime, "", None),
        (clean.fen_from_yuan, Decimal("1.2"), 120),
        (clean.fen_from_yuan, "1.10", 110),
        (clean.fen_from_yuan, 2, 200),
        (clean.identifier, "00163027", "163027"),
        (clean.identifier, 2**63 - 1, str(2**63 - 1)),
        (clean.phone, " 0755-23311113,0755-23311112 ", "0755-23311113,0755-23311112"),
        (clean.phone, "010-60406018,800", "010-60406018,800"),
        (clean.phone, "０１０－８４２４０６１０", "010-84240610"),
        (clean.phone, "暂无", None),
    ],
    ids=short,
)
def test_numbers_and_phones(function: Callable[[object], object], typed: object, kept: object) -> None:
    assert function(typed) == kept


@pytest.mark.parametrize(
    ("function", "bad"),
    [
        (clean.runtime, -1),
        (clean.runtime, 901),
        (clean.runtime, "90.5"),
        (clean.runtime, "about 90"),
        (clean.runtime, "٣"),
        (clean.runtime, Decimal("1e999")),
        (clean.fen_from_yuan, "1.234"),
        (clean.fen_from_yuan, -1),
        (clean.fen_from_yuan, 101),
        (clean.identifier, 0),
        (clean.identifier, -5),
        (clean.identifier, "abc"),
        (clean.identifier, 2**63),
        (clean.identifier, 10**400),
        (clean.phone, "none of your business"),
        (clean.phone, "1234"),
    ],
    ids=short,
)
def test_senseless_numbers_and_phones(function: Callable[[object], object], bad: object) -> None:
    with pytest.raises(Drop) as drop:
        function(bad)
    assert str(drop.value.note)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2016-12-09 00:00:00", (dt.date(2016, 12, 9), "day", None)),
        ("2018-02-16 06:00:00", (dt.date(2018, 2, 16), "day", "06:00")),
        ("2018/2/6", (dt.date(2018, 2, 6), "day", None)),
        ("２０１８年２月６日", (dt.date(2018, 2, 6), "day", None)),
        ("2017-07", (dt.date(2017, 7, 31), "month", None)),
        ("2016-02", (dt.date(2016, 2, 29), "month", None)),
        ("2017-12", (dt.date(2017, 12, 31), "month", None)),
        ("2016", (dt.date(2016, 12, 31), "year", None)),
        (2016, (dt.date(2016, 12, 31), "year", None)),
        ("0000-00-00 00:00:00", None),
        ("None", None),
    ],
    ids=short,
)
def test_date(typed: object, kept: object) -> None:
    assert dates.date(typed) == kept


@pytest.mark.parametrize(
    "bad",
    ["2018-02-30", "2018-13-01", "2018-13", "1066-10-14", "9999-01-01", "soon", "1481212800"],
    ids=short,
)
def test_senseless_dates(bad: str) -> None:
    with pytest.raises(Drop):
        dates.date(bad)


@pytest.mark.parametrize(
    ("day", "precision"),
    [((2018, 12, 31), "year"), ((2018, 3, 31), "month"), ((2020, 2, 28), "day"), ((2018, 2, 28), "month")],
)
def test_ends_of_months_and_years_stand_in(day: tuple[int, int, int], precision: str) -> None:
    assert dates.stand_in(dt.date(*day)) == precision


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("中国 中国香港", ["中国", "中国香港"]),
        ("美国,匈牙利", ["美国", "匈牙利"]),
        ("奇幻,动作\u3000,科幻", ["奇幻", "动作", "科幻"]),
        ("李轩，王晖、张三/李四；王五|赵六", ["李轩", "王晖", "张三", "李四", "王五", "赵六"]),
        ("阿尔伯特·罗德里格斯, Nacho La Casa", ["阿尔伯特·罗德里格斯", "Nacho La Casa"]),
        ("李昇炫 郭碧婷  张亮", ["李昇炫", "郭碧婷", "张亮"]),
        ("马楚成, 马楚成", ["马楚成"]),
        ("佚名", []),
        ("张三,佚名,,暂无", ["张三"]),
        (["IMAX3D", "2D"], ["IMAX3D", "2D"]),
        (None, []),
    ],
    ids=short,
)
def test_words(typed: object, kept: list[str]) -> None:
    assert clean.words(typed) == (kept, [])


def test_parts_of_a_list_that_are_no_words_are_named() -> None:
    kept, notes = clean.words(["中国", "???", 5, {"a": 1}, "x" * 61])
    assert kept == ["中国", "5"]
    assert len(notes) == 3


def test_a_list_without_end_is_cut() -> None:
    kept, notes = clean.words([f"name {number}" for number in range(1000)])
    assert (len(kept), str(notes[0])) == (500, "only the first 500 of 1000 are looked at")


def test_place() -> None:
    assert clean.place("40.2235877647", "116.233753059") == (
        Decimal("40.2235878"),
        Decimal("116.2337531"),
    )
    assert clean.place(None, "") is None


@pytest.mark.parametrize(
    "bad", [("116.2", "40.2"), ("1", None), ("0", "0.0"), ("north", "1"), (91, 0), (0, -181)], ids=short
)
def test_senseless_places(bad: tuple[object, object]) -> None:
    with pytest.raises(Drop):
        clean.place(*bad)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("首都电影院（昌平店）", "首都电影院(昌平)"),
        ("CGV星聚汇影城(北京亦庄店)", "ＣＧＶ星聚汇影城（北京亦庄店）"),
        ("大地影院--北京垡头永辉", "大地影院 北京垡头永辉"),
    ],
    ids=short,
)
def test_spellings_of_one_cinema(one: str, other: str) -> None:
    assert clean.branch_key(one) == clean.branch_key(other)


def test_keys_keep_what_distinguishes() -> None:
    assert len({clean.key(name) for name in ("闺蜜", "闺蜜2", "杂货", "杂货店", "!", "?", "กา", "กี")}) == 8
    assert clean.branch_key("书店") == "书店"


FUNCTIONS: list[Callable[[Any], object]] = [
    clean.text,
    clean.runtime,
    clean.fen_from_yuan,
    clean.identifier,
    clean.phone,
    clean.words,
    dates.date,
    lambda value: clean.place(value, value),
]


@given(ANYTHING, st.sampled_from(FUNCTIONS))
def test_whatever_comes_is_taken_or_dropped(value: object, function: Callable[[Any], object]) -> None:
    try:
        function(value)
    except Drop as drop:
        str(drop.note).encode()


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_clean_text_is_storable_and_stays_as_it_is(value: str) -> None:
    once = clean.text(value, 2000)
    if once is not None:
        assert "\0" not in once
        assert once == once.strip()
        assert "  " not in once
        once.encode()
        if "&" not in once:  # an entity that stood for another entity is resolved once, as it should be
            assert clean.text(once, 2000) == once


@given(st.text(max_size=40))
def test_a_key_is_stable(name: str) -> None:
    assert clean.key(clean.key(name)) == clean.key(name)


@given(st.text(alphabet="0123456789.eE+-", min_size=1, max_size=400))
def test_any_json_number_is_read_within_bounds(digits: str) -> None:
    with suppress(Invalid, Drop):
        found = loads(f"[{digits}]")
        assert isinstance(found, list)
        clean.whole(found[0], -1000, 1000)

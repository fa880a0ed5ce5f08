"""The SQL reader: everything INSERT can say is data, nothing is executed, cut-off text is refused."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.errors import Invalid
from services.imports.sql import Call, Passed, SqlRow, statements
from services.imports.tokens import unquote

settings.register_profile("imports", deadline=None)
settings.load_profile("imports")

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


def rows(text: str) -> list[SqlRow]:
    return [item for item in statements(text) if isinstance(item, SqlRow)]


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        ('"a"', "a"),
        ("'a'", "a"),
        ('"say ""hi"""', 'say "hi"'),
        ("'it''s'", "it's"),
        (r'"say \"hi\""', 'say "hi"'),
        (r"'it\'s'", "it's"),
        ("\"it''s\"", "it''s"),
        (r'"a\\b\n\t\0\Z\%\_\q"', "a\\b\n\t\0\x1a\\%\\_q"),
        ('"two\nlines"', "two\nlines"),
        ('""', ""),
        ('");drop table film;--"', ");drop table film;--"),
        ("'/* no comment */ -- # `'", "/* no comment */ -- # `"),
        ("12", 12),
        ("-12", -12),
        ("+1.50", Decimal("1.50")),
        (".5", Decimal("0.5")),
        ("1e3", Decimal("1e3")),
        ("NULL", None),
        ("null", None),
        ("default", None),
        ("TRUE", True),
        ("false", False),
        ('date("2018-01-30 00:00:00")', Call("date", ("2018-01-30 00:00:00",))),
        ("NOW()", Call("now", ())),
        ("if(1 /* one */, upper('a'), -2)", Call("if", (1, Call("upper", ("a",)), -2))),
    ],
)
def test_a_value(literal: str, value: object) -> None:
    (row,) = rows(f"insert into t(a) values({literal})")
    assert row.problem is None
    assert row.values == (value,)


@given(TEXTS, st.sampled_from(["'", '"']))
def test_any_text_survives_quoting_by_doubling(text: str, quote: str) -> None:
    literal = quote + text.replace("\\", "\\\\").replace(quote, quote * 2) + quote
    assert unquote(literal) == text
    first, second = rows(f"INSERT INTO t(a, b) VALUES ({literal}, 1), (2, {literal});")
    assert (first.values, second.values) == ((text, 1), (2, text))


@given(TEXTS, st.sampled_from(["'", '"']))
def test_any_text_survives_quoting_by_backslash(text: str, quote: str) -> None:
    literal = quote + text.replace("\\", "\\\\").replace(quote, "\\" + quote) + quote
    (row,) = rows(f"insert t (a) value({literal})")
    assert row.values == (text,)


@given(TEXTS)
def test_any_text_is_read_or_refused(text: str) -> None:
    for prefix in ("", "insert into t(a) values(", "insert into "):
        with suppress(Invalid):
            list(statements(prefix + text))


@given(st.text(alphabet="insertvalu ()'\"\\,;-/*#`0.e\n", max_size=60))
def test_any_soup_of_signs_is_read_or_refused(text: str) -> None:
    with suppress(Invalid):
        list(statements("insert into t(a) values (" + text))


def test_columns_in_any_order_quoted_and_dotted() -> None:
    (row,) = rows("INSERT IGNORE INTO `db`.`cinemas` (`Name`, \"city\", PHONE) VALUES ('n', 'c', 'p')")
    assert (row.table, row.columns, row.values) == ("cinemas", ("name", "city", "phone"), ("n", "c", "p"))


def test_several_rows_and_statements_know_their_lines() -> None:
    text = "\ufeff-- a dump\n# of\n/* films\n*/ insert into t(a)\nvalues (1),\n\n(2);replace into t(a) values\n(3)\n"
    assert [(row.line, row.values) for row in rows(text)] == [(5, (1,)), (7, (2,)), (8, (3,))]


def test_other_statements_are_passed_over_and_named() -> None:
    text = (
        "DROP TABLE film; create table t (a int default ';');\ninsert into t(a) values(1) on duplicate key update a=2;"
        "insert into t select * from s;\nDELETE FROM film;"
    )
    found = list(statements(text))
    assert [item.word for item in found if isinstance(item, Passed)] == [
        "DROP",
        "CREATE",
        "ON",
        "INSERT",
        "DELETE",
    ]
    assert [item.line for item in found if isinstance(item, Passed)] == [1, 1, 2, 2, 3]
    assert [row.values for row in rows(text)] == [(1,)]


@pytest.mark.parametrize(
    "bad",
    [
        "(1, )",
        "(1 2)",
        "(1, x)",
        "(1, 'a' 'b')",
        "(1, (select name from user))",
        "(1, 1+1)",
        "(1)",
        "(1, 2, 3)",
        f"(1, {'9' * 41})",
        "(1, " + "f(" * 9 + ")" * 9 + ")",
        "(1, f(1 2))",
    ],
)
def test_a_senseless_row_costs_only_itself(bad: str) -> None:
    first, second, third = rows(f"insert into t(a, b) values ('x', 1), {bad}, ('y', 2);")
    assert (first.values, third.values) == (("x", 1), ("y", 2))
    assert second.problem is not None
    assert second.values == ()
    assert str(second.problem)


def test_a_statement_must_name_its_columns_once() -> None:
    assert all(row.problem for row in rows("insert into t values (1); insert into t(a, a) values (1, 2)"))


@pytest.mark.parametrize(
    "text",
    [
        'insert into t(a) values("cut off',
        "insert into t(a) values('cut off\\'",
        "insert into t(a) values(1, /* cut",
        "insert into `t",
        "insert into t(a) values(1",
        "insert into t(a) values(1,",
        "insert into t(a) values(date(",
        "insert into t(a) values",
        "insert into t(a",
        "insert into",
        "inser",
        "insert into t(a) values(1) on dupl",
    ],
)
def test_a_cut_off_file_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="cut off"):
        list(statements("insert into t(a) values(0);\n" + text))


def test_a_long_string_costs_no_stack() -> None:
    text = '""' * 40_000 + "\\\\" * 40_000
    first, second = rows(f'insert into t(a) values("{text}"), ("{text * 10}")')
    assert first.values == ('"' * 40_000 + "\\" * 40_000,)
    assert str(second.problem) == "a text of more than 200000 characters"

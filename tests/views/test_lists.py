"""Lists, look-ups and the home page at /admin, whatever the address bar holds."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from models import Cinema, Film, Hall, Poster, Screening, User, db
from services import listing
from tests import factories
from tests.support.client import Client

NOUNS = ("film", "screening", "distributor", "cinema", "hall", "city", "staff", "role", "audit")


# ── Lists ──


@pytest.mark.parametrize("noun", NOUNS)
def test_an_empty_list_says_why_and_what_next(noun: str, admin: Client) -> None:
    page = admin.get(f"/admin/{noun}/?search=nothing+is+called+so")
    assert page.status_code == 200
    assert "Nothing matches" in page.text


def test_a_list_shows_searches_and_sorts(admin: Client) -> None:
    factories.film(title="神女", original_title="The Goddess", runtime_min=73)
    factories.film(title="大都会", original_title="Metropolis", runtime_min=153)
    page = admin.get("/admin/film/?sort=-runtime_min").text
    assert page.index("大都会") < page.index("神女")
    found = admin.get("/admin/film/?search=metro").text
    assert "大都会" in found
    assert "神女" not in found


@pytest.mark.parametrize(
    "typed", ["%", "_", "\\", "'", '"', "％", "x" * 10_000, "a\0b", "\ud83c\udfac", "🎬"]
)
@pytest.mark.parametrize("noun", ["film", "screening", "cinema", "audit"])
def test_search_takes_whatever_is_typed(noun: str, typed: str, admin: Client) -> None:
    factories.film(title="100 步")
    answer = admin.get(f"/admin/{noun}/", query_string={"search": typed.encode("utf-8", "replace")})
    assert answer.status_code == 200


def test_wildcards_are_ordinary_characters(admin: Client) -> None:
    factories.film(title="100% 狼")
    factories.film(title="神女")
    page = admin.get("/admin/film/?search=%25").text
    assert "100% 狼" in page
    assert "神女" not in page


@pytest.mark.parametrize("page", ["0", "-1", "abc", "1e3", "99999999999999999999", "１", "2.5", ""])
@pytest.mark.parametrize("noun", NOUNS)
def test_any_page_number_leads_to_a_page(noun: str, page: str, admin: Client) -> None:
    assert admin.get(f"/admin/{noun}/?page={page}").status_code == 200


def test_what_the_list_does_not_know_is_said_and_passed_over(admin: Client) -> None:
    factories.film(title="神女")
    page = admin.get("/admin/film/?sort=password_hash&genre=nonsense&distributor=x")
    assert page.status_code == 200
    assert "cannot be sorted by “password_hash”" in page.text
    assert page.text.count("does not know that value") == 2
    assert "神女" in page.text


def test_films_are_narrowed_by_genre(admin: Client) -> None:
    factories.film(title="神女", genres=["drama"])
    factories.film(title="月球旅行记", genres=["science-fiction"])
    page = admin.get("/admin/film/?genre=drama").text
    assert "神女" in page
    assert "月球旅行记" not in page


def test_filters_narrow_and_stand_as_pills_that_can_be_taken_away(admin: Client) -> None:
    factories.poster(film=factories.film(title="有海报"))
    factories.film(title="没有海报")
    page = admin.get("/admin/film/?poster=no&search=海报").text
    assert "没有海报" in page
    assert page.count("Remove filter") == 2
    assert "有海报</a>" not in page.replace("没有海报</a>", "")


def test_screenings_begin_with_what_is_to_come(admin: Client) -> None:
    hall = factories.hall()
    factories.screening(
        film=factories.film(title="昨天的"), hall=hall, starts_at=datetime(2026, 11, 18, 12, tzinfo=UTC)
    )
    factories.screening(
        film=factories.film(title="明天的"), hall=hall, starts_at=datetime(2026, 11, 21, 12, tzinfo=UTC)
    )
    page = admin.get("/admin/screening/").text
    assert "明天的" in page
    assert "昨天的" not in page
    everything = admin.get("/admin/screening/?when=all").text
    assert "昨天的" in everything
    past = admin.get("/admin/screening/?when=past").text
    assert "明天的" not in past


@pytest.mark.parametrize("rows", [3, 40])
def test_no_page_costs_more_statements_with_more_rows(
    rows: int, admin: Client, count_queries: Callable[[], Any]
) -> None:
    cinema = factories.cinema()
    for number in range(rows):
        hall = factories.hall(cinema=cinema)
        film = factories.film(distributor=factories.distributor())
        factories.poster(film=film)
        factories.screening(film=film, hall=hall)
        factories.user("film.view", cinema=cinema, name=f"person{number}")
    pages = [f"/admin/{noun}/" for noun in NOUNS]
    pages += [
        "/admin/",
        f"/schedule?cinema={cinema.id}",
        f"/schedule/export.csv?cinema={cinema.id}",
        "/imports",
    ]
    for noun, model in (
        ("film", Film),
        ("screening", Screening),
        ("cinema", Cinema),
        ("hall", Hall),
        ("staff", User),
    ):
        record = db.session.scalar(select(func.max(model.id)))
        pages += [f"/admin/{noun}/{page}/?id={record}" for page in ("details", "edit", "delete")]
        pages += [f"/admin/{noun}/new/", f"/admin/{noun}/ajax/lookup/"]
    costs = {}
    for url in pages:
        with count_queries() as statements:
            assert admin.get(url).status_code == 200, url
        costs[url] = len(statements)
    assert {url: cost for url, cost in costs.items() if cost > 8} == {}


def test_a_count_beyond_the_cap_is_not_counted_out(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "COUNT_CAP", 3)
    monkeypatch.setattr(listing.count, "__defaults__", (3,))
    for number in range(5):
        factories.distributor(name=f"发行方 {number}")
    assert "3+ in all" in admin.get("/admin/distributor/").text


# ── Look-ups ──


@pytest.mark.parametrize(
    "query", ["limit=-5", "limit=abc", "limit=99999999999", "offset=-1", "offset=x", "query=%25"]
)
@pytest.mark.parametrize("noun", [noun for noun in NOUNS if noun != "audit"])
def test_look_ups_answer_whatever_is_asked(noun: str, query: str, admin: Client) -> None:
    answer = admin.get(f"/admin/{noun}/ajax/lookup/?{query}")
    assert answer.status_code == 200
    assert len(answer.get_json()) <= 50


def test_a_look_up_finds_by_any_word_and_not_in_the_trash(admin: Client) -> None:
    factories.film(title="大都会", original_title="Metropolis", runtime_min=153)
    factories.film(title="大都会（旧）", deleted_at=datetime(2026, 1, 1, tzinfo=UTC))
    rows = admin.get("/admin/film/ajax/lookup/?query=metro 大").get_json()
    assert [text for _id, text in rows] == ["大都会 / Metropolis · 153′"]


# ── Home ──


def test_home_counts_what_is_on_today_in_ones_own_cinemas(
    make_user: Callable[..., User], as_user: Callable[..., Client], clock: Any
) -> None:
    mine, other = factories.hall(), factories.hall()
    factories.screening(hall=mine, film=factories.film(title="自家的"), status="on_sale")
    factories.screening(hall=other, film=factories.film(title="别家的"), status="on_sale")
    page = as_user(make_user("box_office", cinema=mine.cinema)).get("/admin/").text
    assert "自家的" in page
    assert "别家的" not in page
    assert re.search(r'<dd class="value">1</dd>', page)


def test_home_of_someone_without_roles_shows_no_figures(
    make_user: Callable[..., User], as_user: Callable[..., Client], clock: Any
) -> None:
    factories.poster(film=factories.film(title="神女"))
    page = as_user(make_user()).get("/admin/")
    assert page.status_code == 200
    assert "神女" not in page.text
    assert "Screenings today" not in page.text


def test_a_poster_stands_beside_its_film_in_lists(admin: Client) -> None:
    poster: Poster = factories.poster()
    assert f"/posters/{poster.sha256}/thumb.webp" in admin.get("/admin/film/").text

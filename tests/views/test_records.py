"""Keeping records at /admin: forms and deletion, whatever the form holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from models import Cinema, City, Distributor, Film, Hall, Role, Screening, User, db
from tests import factories
from tests.support.client import PASSWORD, Client


def _film_fields(**more: Any) -> dict[str, Any]:
    fields = {"title": "大都会", "original_title": "Metropolis", "runtime_min": "153", "formats": "2D"}
    return {**fields, "release_precision": "day", **more}


def _cinema_fields(city: City, **more: Any) -> dict[str, Any]:
    times = {"opens_at": "09:00", "closes_at": "02:00", "business_day_start": "06:00", "film_week_start": "3"}
    minutes = {"preshow_min": "10", "cleaning_min": "15", "service_fee": "1.20"}
    return {"name": "星光影城", "city": str(city.id), "timezone": "Asia/Shanghai", **times, **minutes, **more}


def _screening_fields(film: Film, hall: Hall, **more: Any) -> dict[str, Any]:
    fields = {
        "film": str(film.id),
        "hall": str(hall.id),
        "format": "2D",
        "status": "planned",
        "price": "45.50",
    }
    return {**fields, "starts_at": "2026-11-21T19:30", "audio_language": "", "subtitle_language": "", **more}


# ── Forms ──


def test_a_film_is_added_changed_and_shown(admin: Client, send: Callable[..., Any]) -> None:
    answer = send(admin, "/admin/film/new/", **_film_fields(genres=["科幻", "Drama", "自造词"]))
    assert answer.status_code == 303
    film = db.session.scalars(select(Film)).one()
    assert (film.title, film.runtime_min, film.genres) == (
        "大都会",
        153,
        ["science-fiction", "drama", "自造词"],
    )
    url = f"/admin/film/edit/?id={film.id}"
    assert send(admin, url, **_film_fields(title="大都會", version=film.version)).status_code == 303
    assert "大都會" in admin.get(f"/admin/film/details/?id={film.id}").text


def test_every_noun_can_be_added_by_its_form(admin: Client, send: Callable[..., Any]) -> None:
    assert send(admin, "/admin/city/new/", name="上海", pinyin="shanghai", code="310100").status_code == 303
    city = db.session.scalars(select(City)).one()
    assert send(admin, "/admin/distributor/new/", name="联华影业公司").status_code == 303
    distributor = db.session.scalars(select(Distributor)).one()
    assert send(admin, "/admin/film/new/", **_film_fields(distributor=distributor.id)).status_code == 303
    assert send(admin, "/admin/cinema/new/", **_cinema_fields(city)).status_code == 303
    cinema = db.session.scalars(select(Cinema)).one()
    assert cinema.service_fee == 120
    hall_fields = {"cinema": cinema.id, "name": "1 号厅", "formats": ["2D"], "rows": 8, "places": 12}
    assert send(admin, "/admin/hall/new/", **hall_fields).status_code == 303
    hall, film = db.session.scalars(select(Hall)).one(), db.session.scalars(select(Film)).one()
    assert hall.seats == 96
    assert send(admin, "/admin/screening/new/", **_screening_fields(film, hall)).status_code == 303
    screening = db.session.scalars(select(Screening)).one()
    assert screening.starts_at == datetime(2026, 11, 21, 11, 30, tzinfo=UTC)
    assert screening.price == 4550
    role_fields = {"name": "前台", "permissions": ["film.view", "screening.view"]}
    assert send(admin, "/admin/role/new/", **role_fields).status_code == 303
    role = db.session.scalars(select(Role).where(Role.name == "前台")).one()
    grant = {"grants-0-role": role.id, "grants-0-cinema": cinema.id}
    made = send(admin, "/admin/staff/new/", display_name="吴小雨", name="wu", active="y", **grant)
    assert made.status_code == 200  # The page with the invitation.
    user = db.session.scalars(select(User).where(User.name == "wu")).one()
    assert [(g.role_id, g.cinema_id) for g in user.grants] == [(role.id, cinema.id)]


def test_a_reset_link_ends_the_log_ins_of_the_account(
    admin: Client, send: Callable[..., Any], make_user: Callable[..., User], as_user: Callable[..., Client]
) -> None:
    user = make_user("auditor", name="han")
    other = as_user(user)
    assert other.get("/admin/").status_code == 200
    assert send(admin, f"/admin/staff/link/?id={user.id}").status_code == 200
    assert other.get("/admin/").status_code == 303
    with pytest.raises(AssertionError, match="log-in refused"):
        as_user(user, PASSWORD)


def test_wrong_input_comes_back_with_everything_typed(admin: Client, send: Callable[..., Any]) -> None:
    typed = _film_fields(title="", original_title="Metropolis & Co", runtime_min="0", synopsis="一段简介")
    answer = send(admin, "/admin/film/new/", **typed)
    assert answer.status_code == 422
    assert "Error:" in answer.text
    assert 'href="#title"' in answer.text
    assert 'href="#runtime_min"' in answer.text
    for kept in ("Metropolis &amp; Co", 'value="0"', "一段简介"):
        assert kept in answer.text
    assert db.session.scalar(select(func.count()).select_from(Film)) == 0


def test_an_overlap_is_told_at_the_field_with_the_other_film(admin: Client, send: Callable[..., Any]) -> None:
    hall = factories.hall()
    factories.screening(
        film=factories.film(title="神女"), hall=hall, starts_at=factories.at(hall, "2026-11-21 19:00")
    )
    other = factories.film(title="日出")
    answer = send(admin, "/admin/screening/new/", **_screening_fields(other, hall))
    assert answer.status_code == 409
    assert "Overlaps “神女” by" in answer.text
    assert 'id="starts_at-error"' in answer.text
    assert 'value="2026-11-21T19:30"' in answer.text
    assert "日出" in answer.text


def test_a_stale_form_is_refused_and_keeps_what_was_typed(admin: Client, send: Callable[..., Any]) -> None:
    film = factories.film(title="神女")
    url = f"/admin/film/edit/?id={film.id}"
    stale = film.version
    assert send(admin, url, **_film_fields(title="先到", version=stale)).status_code == 303
    answer = send(admin, url, **_film_fields(title="后到", version=stale))
    assert answer.status_code == 409
    assert "Someone else changed this record" in answer.text
    assert 'value="后到"' in answer.text
    again = send(admin, url, **_film_fields(title="后到", version=stale))
    assert again.status_code == 409, "sending the refused form again must not overwrite either"
    db.session.refresh(film)
    assert film.title == "先到"


def test_fields_that_the_form_does_not_have_change_nothing(admin: Client, send: Callable[..., Any]) -> None:
    film = factories.film(title="神女")
    more = {"deleted_at": "2026-01-01", "id": "77", "created_at": "2000-01-01"}
    answer = send(admin, f"/admin/film/edit/?id={film.id}", **_film_fields(version=film.version, **more))
    assert answer.status_code == 303
    db.session.refresh(film)
    assert film.deleted_at is None


@pytest.mark.parametrize(
    "value", ["0", "-1", "abc", "1e9", "99999999999999999999", "１", "'; drop table film"]
)
def test_a_relation_takes_only_what_can_be_looked_up(
    value: str, admin: Client, send: Callable[..., Any]
) -> None:
    answer = send(admin, "/admin/film/new/", **_film_fields(distributor=value))
    assert answer.status_code == 422
    assert "Choose one from the list." in answer.text


@pytest.mark.parametrize("record", ["0", "abc", "1,2", "99999999999999999999", "4294967296", ""])
@pytest.mark.parametrize("page", ["details", "edit", "delete"])
def test_an_unknown_record_is_404(page: str, record: str, admin: Client) -> None:
    assert admin.get(f"/admin/film/{page}/?id={record}").status_code == 404


# ── Deleting ──


def test_deleting_asks_first_says_what_stays_and_ends_in_the_trash(
    admin: Client, send: Callable[..., Any]
) -> None:
    film = factories.film(title="神女")
    factories.screening(film=film, starts_at=datetime(2026, 11, 1, 12, tzinfo=UTC))
    asked = admin.get(f"/admin/film/delete/?id={film.id}").text
    assert "Other screenings, which stay in the books" in asked
    assert send(admin, "/admin/film/delete/", id=film.id).status_code == 303
    assert "神女</a>" not in admin.get("/admin/film/").text
    assert "神女" in admin.get("/admin/film/?trash=1").text
    assert send(admin, f"/admin/film/restore/?id={film.id}").status_code == 303
    assert "神女" in admin.get("/admin/film/").text


def test_a_film_with_screenings_to_come_cannot_be_deleted(admin: Client, send: Callable[..., Any]) -> None:
    film = factories.film(title="神女")
    factories.screening(film=film, starts_at=datetime(2026, 11, 25, 12, tzinfo=UTC))
    asked = admin.get(f"/admin/film/delete/?id={film.id}").text
    assert "This cannot be deleted" in asked
    assert "Move to the trash" not in asked
    assert send(admin, "/admin/film/delete/", id=film.id).status_code == 409
    db.session.refresh(film)
    assert film.deleted_at is None


def test_a_cinema_takes_its_halls_to_the_trash_and_back(admin: Client, send: Callable[..., Any]) -> None:
    hall = factories.hall()
    gone = factories.hall(cinema=hall.cinema, deleted_at=datetime(2026, 1, 1, tzinfo=UTC))
    cinema = hall.cinema
    assert send(admin, "/admin/cinema/delete/", id=cinema.id).status_code == 303
    db.session.refresh(hall)
    assert hall.deleted_at is not None
    assert send(admin, f"/admin/hall/restore/?id={hall.id}").status_code == 409
    assert send(admin, f"/admin/cinema/restore/?id={cinema.id}").status_code == 303
    db.session.refresh(hall)
    db.session.refresh(gone)
    assert hall.deleted_at is None
    assert gone.deleted_at is not None, "what was in the trash before stays there"


def test_ticked_rows_are_judged_one_by_one(admin: Client, send: Callable[..., Any]) -> None:
    free, needed = factories.film(title="可删"), factories.film(title="要用")
    factories.screening(film=needed, starts_at=datetime(2026, 11, 25, 12, tzinfo=UTC))
    rows = [free.id, needed.id, "77777", "x"]
    assert send(admin, "/admin/film/action/", action="delete", rowid=rows).status_code == 303
    page = admin.get("/admin/film/").text
    assert "1 record done." in page
    assert "要用: This film has screenings to come" in page
    assert "#77777: There is no such record." in page
    db.session.refresh(free)
    db.session.refresh(needed)
    assert free.deleted_at is not None
    assert needed.deleted_at is None


def test_an_unknown_action_is_refused(admin: Client, send: Callable[..., Any]) -> None:
    assert send(admin, "/admin/film/action/", action="drop", rowid=1).status_code == 400
    assert send(admin, "/admin/city/action/", action="restore", rowid=1).status_code == 400

"""Whole imports on both databases: matching, writing, refusing, undoing, accounting."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from sqlalchemy import func, select

from models import AuditEntry, Cinema, City, Film, FilmExternalId, Precision, clock
from services import audit, imports
from services.access import EVERYWHERE, SYSTEM, Actor
from services.errors import Forbidden, Invalid
from tests.services.imports.conftest import cinema_list, city_list, film_list

Importing = Callable[..., imports.Report]
BEIJING = {"regionName": "北京", "cityCode": 110100, "pinYin": "BEIJING"}
LONG = {"id": "163027", "showName": "长城", "director": "张艺谋", "duration": "104", "openTime": "2016-12-16"}


def count(session: Any, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model))


def film(session: Any, title: str = "长城") -> Film:
    return session.scalars(select(Film).where(Film.title == title)).one()


def cinemas_sql(*rows: str) -> str:
    return "".join(
        f"insert into cinemas(name, city, address, servicecharge) values({row});\n" for row in rows
    )


def test_a_film_is_made_with_its_number_and_trail(session: Any, importing: Importing) -> None:
    report = importing(film_list(LONG), "films")
    assert (report.kind, report.counts) == (
        "films",
        {"created": 1, "updated": 0, "unchanged": 0, "refused": 0},
    )
    made = film(session)
    assert (made.director, made.runtime_min, made.release_precision) == ("张艺谋", 104, Precision.DAY)
    assert [(own.source, own.value) for own in made.external_ids] == [("taopiaopiao", "163027")]
    entry = session.scalars(select(AuditEntry).where(AuditEntry.resource == "film")).one()
    assert (entry.action, entry.record_id, entry.reason) == ("film.create", made.id, "import: sample")
    assert audit.context(session()).reason == ""


@pytest.mark.parametrize("content", [film_list(LONG), city_list(BEIJING)], ids=["films", "cities"])
def test_imported_again_nothing_changes(session: Any, importing: Importing, content: Any) -> None:
    importing(content)
    before = count(session, AuditEntry)
    assert importing(content).counts == {"created": 0, "updated": 0, "unchanged": 1, "refused": 0}
    assert count(session, AuditEntry) == before


def test_a_dry_run_reports_the_same_and_keeps_nothing(session: Any, importing: Importing) -> None:
    importing(film_list({"id": 1, "showName": "长城"}))
    content = film_list({**LONG, "id": 1}, {"id": 2, "showName": "b"}, {"id": 0, "showName": "c"})
    dry = importing(content, dry_run=True)
    assert (film(session).runtime_min, count(session, Film)) == (None, 1)
    assert count(session, AuditEntry) == 1
    wet = importing(content)
    assert dry.counts == wet.counts == {"created": 1, "updated": 1, "unchanged": 0, "refused": 1}
    assert [(line.outcome, line.changes, line.reason) for line in dry.lines] == [
        (line.outcome, line.changes, line.reason) for line in wet.lines
    ]
    assert dry.dry_run
    assert not wet.dry_run


def test_two_sources_share_a_film_and_disagree(session: Any, importing: Importing) -> None:
    one = film_list(LONG)
    two = 'insert into movies(id, showname, duration, language) values(163027, "长城", 98, "英语")'
    assert importing(one).created == 1
    second = importing(two)
    assert second.updated == 1
    assert second.lines[0].changes == {"languages": ([], ["en"])}
    assert [str(note) for note in second.lines[0].notes] == [
        "Runtime in minutes: “104” is kept; the file says “98”"
    ]
    for again in (one, two, one, two):
        assert importing(again).unchanged == 1
    assert (count(session, Film), film(session).runtime_min) == (1, 104)


def test_overwrite_takes_newer_values_but_never_empty_ones(session: Any, importing: Importing) -> None:
    importing(film_list(LONG))
    newer = film_list({**LONG, "duration": "103", "director": "暂无"})
    assert importing(newer).unchanged == 1
    report = importing(newer, overwrite=True)
    assert report.lines[0].changes == {"runtime_min": (104, 103)}
    assert importing(newer, overwrite=True).unchanged == 1
    assert film(session).director == "张艺谋"


def test_what_staff_typed_stays(session: Any, importing: Importing) -> None:
    importing(film_list(LONG))
    film(session).director = "Zhang Yimou"
    film(session).runtime_min = None
    assert importing(film_list({**LONG, "duration": "0"})).unchanged == 1
    assert importing(film_list(LONG)).updated == 1
    assert (film(session).director, film(session).runtime_min) == ("Zhang Yimou", 104)


@pytest.mark.parametrize(("typed", "found"), [("2016", True), ("", True), ("2015-12-16", False)], ids=str)
def test_a_film_typed_by_hand_is_found_by_title_and_year(
    session: Any, importing: Importing, typed: str, found: bool
) -> None:
    importing(film_list({"showName": " 长 城！", "openTime": typed}))
    report = importing(film_list(LONG))
    assert (report.updated, report.created) == ((1, 0) if found else (0, 1))
    assert count(session, Film) == (1 if found else 2)
    if found:
        assert report.lines[0].changes["external_id"] == (None, "163027")
    assert importing(film_list(LONG)).unchanged == 1


def test_films_with_other_numbers_are_other_films(session: Any, importing: Importing) -> None:
    assert importing(film_list(LONG, {**LONG, "id": 2})).created == 2
    assert count(session, FilmExternalId) == 2
    nameless = importing(film_list({key: LONG[key] for key in LONG if key != "id"}))
    assert str(nameless.lines[0].reason) == "several films have this title and year"


def test_a_film_twice_in_a_file_is_one(session: Any, importing: Importing) -> None:
    report = importing(
        film_list({"id": 1, "showName": "a"}, {"id": 1, "showName": "a", "duration": 90}, {"showName": "a"})
    )
    assert [line.outcome for line in report.lines] == ["created", "updated", "unchanged"]
    assert str(report.lines[2].notes[0]) == "the same as in row 1"
    assert film(session, "a").runtime_min == 90


def test_what_is_in_the_trash_is_refused(session: Any, importing: Importing) -> None:
    importing(film_list(LONG))
    film(session).deleted_at = clock.now()
    report = importing(film_list(LONG))
    assert (report.refused, count(session, Film)) == (1, 1)
    assert "in the trash" in str(report.lines[0].reason)


def test_cinemas_make_their_city_and_cities_complete_it(session: Any, importing: Importing) -> None:
    report = importing(cinemas_sql("'影城', '北京市', '东路1号', 1.2"))
    assert "added by its name" in " ".join(map(str, report.notes))
    assert report.lines[0].changes["city"] == (None, "北京市")
    again = importing(city_list(BEIJING))
    assert again.lines[0].changes == {"code": (None, "110100"), "pinyin": ("", "beijing")}
    cinema = session.scalars(select(Cinema)).one()
    assert (cinema.city.code, cinema.service_fee, cinema.timezone) == ("110100", 120, "Asia/Shanghai")
    assert importing(cinemas_sql("'影城', '北京', '东路1号', 1.2")).unchanged == 1
    assert count(session, City) == 1


def test_a_list_without_a_city_is_placed_by_its_names(session: Any, importing: Importing) -> None:
    listed = cinema_list(
        东城区=[{"cinemaName": "北京一号影城", "id": 1}, {"cinemaName": "二号影城", "id": 2}]
    )
    report = importing(listed)
    assert "“北京” stands in the names of 1 of 2 cinemas" in str(report.notes[0])
    assert [cinema.city.name for cinema in session.scalars(select(Cinema))] == ["北京", "北京"]
    with pytest.raises(Invalid, match="does not say which city"):
        importing(cinema_list(a=[{"cinemaName": "某影城", "id": 3}]))
    importing(city_list({"regionName": "某", "cityCode": 999999}))
    assert importing(cinema_list(a=[{"cinemaName": "某影城", "id": 3}])).created == 1


def test_sources_share_a_cinema_by_name_and_by_address(session: Any, importing: Importing) -> None:
    importing(
        cinemas_sql("'首都电影院（昌平店）', '北京', '东路1号五层', 1", "'旧影城', '北京', '西路2号3楼', 2")
    )
    listed = cinema_list(
        昌平区=[
            {
                "cinemaName": "北京新影城",
                "id": 2,
                "address": "西路2号3楼",
                "latitude": "40.1",
                "longitude": "116.2",
            },
            {"cinemaName": "首都电影院 (昌平)", "id": 1, "address": "东路1号"},
            {"cinemaName": "北京三号影城", "id": 3, "address": "西路2号3楼"},
        ]
    )
    for report in (importing(listed, dry_run=True), importing(listed)):
        assert [line.outcome for line in report.lines] == ["updated", "updated", "created"]
    assert [str(note) for note in report.lines[0].notes] == [
        "Name: “旧影城” is kept; the file says “北京新影城”"
    ]
    assert importing(listed).unchanged == 3
    stored = {cinema.name: cinema for cinema in session.scalars(select(Cinema))}
    assert sorted(stored) == ["北京三号影城", "旧影城", "首都电影院（昌平店）"]
    assert stored["旧影城"].latitude == pytest.approx(40.1)
    assert [own.value for own in stored["旧影城"].external_ids] == ["2"]


def test_an_address_without_a_house_number_is_no_match(session: Any, importing: Importing) -> None:
    importing(cinemas_sql("'东影城', '北京', '昌平区', 1"))
    assert importing(cinemas_sql("'西影城', '北京', '昌平区', 1")).created == 1


def test_what_the_database_refuses_is_refused_by_row(session: Any, importing: Importing) -> None:
    """Two cinemas of one name with two numbers: the second cannot stand beside the first."""
    report = importing(
        cinema_list(a=[{"cinemaName": "北京影城", "id": 1}, {"cinemaName": "北京影城", "id": 2}])
    )
    assert [line.outcome for line in report.lines] == ["created", "refused"]
    assert report.lines[1].reason is not None
    assert "already has a cinema of that name" in str(report.lines[1].reason)
    assert count(session, Cinema) == 1


def test_sql_in_a_string_is_text(session: Any, importing: Importing) -> None:
    title = "x'); DROP TABLE film; --"
    report = importing(
        f'insert into movies(id, showname) values(1, "{title}"); drop table film; delete from film;'
    )
    assert (report.created, film(session, title).title) == (1, title)
    assert [str(note) for note in report.notes] == [
        "Passed over, nothing is executed: DROP on line 1",
        "Passed over, nothing is executed: DELETE on line 1",
    ]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (film_list(LONG), "cities"),
        (city_list(BEIJING), "cinemas"),
        (cinema_list(a=[{"cinemaName": "x"}]), "films"),
    ],
    ids=["films", "cities", "cinemas"],
)
def test_a_file_of_another_kind_is_refused(
    session: Any, importing: Importing, content: Any, kind: str
) -> None:
    with pytest.raises(Invalid, match=f"The file holds .*; {kind} were asked for"):
        importing(content, kind)
    with pytest.raises(Invalid, match="no such kind"):
        importing(content, "halls")


def test_a_cut_off_file_changes_nothing(session: Any, importing: Importing) -> None:
    for content in (
        'insert into movies(id, showname) values(1, "a"),(2, "b',
        b'[{"showName": "a"}, {"showNa',
    ):
        with pytest.raises(Invalid, match="cut off"):
            importing(content)
    assert count(session, Film) == 0


def test_rights(session: Any, importing: Importing) -> None:
    nobody = Actor(1, "nobody", {"film.view": EVERYWHERE})
    house = Actor(1, "one house", {"film.import": frozenset({1}), "film.create": frozenset({1})})
    reader = Actor(1, "imports only", {"film.import": EVERYWHERE})
    programmer = Actor(1, "all", {"film.import": EVERYWHERE, "film.create": EVERYWHERE})
    for actor in (nobody, house, reader):
        with pytest.raises(Forbidden):
            importing(film_list(LONG), actor=actor)
        with pytest.raises(Forbidden):
            importing(film_list(LONG), "films", actor=actor)
    with pytest.raises(Forbidden, match=r"city\.import"):
        importing(city_list(BEIJING), actor=programmer)
    assert count(session, Film) == 0
    assert importing(film_list(LONG), actor=programmer).created == 1


def test_an_error_on_the_way_leaves_nothing(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = imports.films.write
    written: list[object] = []

    def write(actor: Actor, target: Any) -> None:
        if written:
            raise RuntimeError("the power fails")
        written.append(target)
        real(actor, target)

    monkeypatch.setitem(imports._KINDS, "films", imports._KINDS["films"]._replace(write=write))
    text = 'insert into movies(id, showname) values(1, "a"), (2, "b")'
    with pytest.raises(RuntimeError):
        imports.run(SYSTEM, None, io.BytesIO(text.encode()), "sample")
    assert (len(written), count(session, Film)) == (1, 0)
    assert audit.context(session()).reason == ""


def test_selects_do_not_grow_with_the_rows(
    session: Any, importing: Importing, count_queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    def selects(rows: int) -> int:
        content = film_list(*({"id": number, "showName": f"film {number}"} for number in range(1, rows + 1)))
        importing(content)
        session.expire_all()
        with count_queries() as statements:
            assert importing(content).unchanged == rows
        return sum(statement.lstrip().upper().startswith("SELECT") for statement in statements)

    assert selects(3) == selects(60) <= 5


def test_the_report_names_a_long_file_safely(session: Any) -> None:
    data = io.BytesIO(b'[{"showName": "a"}]')
    report = imports.run(SYSTEM, "films", data, "films\n\0" + "x" * 500)
    assert report.filename.isprintable()
    assert len(report.filename) <= 60

"""A record's history: what happened to it, in words; for whoever may see both the record and the trail."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from models import AuditEntry, db
from services import films, halls, roles, screenings
from services.access import SYSTEM
from tests import factories
from tests.support.client import Client


def _history(client: Client, noun: str, record: Any, **more: Any) -> str:
    path = {"user": "staff"}.get(noun, noun)
    answer = client.get(f"/admin/{path}/history/", query_string={"id": record.id, **more})
    assert answer.status_code == 200, answer.text[:500]
    return str(answer.text)


def _words(page: str) -> str:
    """What a page's main part says, on one line."""
    main = page.split("<main")[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


def test_changes_are_told_in_words(admin: Client) -> None:
    show = factories.screening(price=3990)
    other = factories.hall(cinema=show.cinema, name="杜比厅")
    old = show.hall.name
    screenings.update(
        SYSTEM, show, {"hall": other, "price": 4550, "status": "on_sale", "audio_language": "en"}
    )
    db.session.commit()
    said = _words(_history(admin, "screening", show))
    assert f"Hall {old} 杜比厅" in said
    assert "Price (yuan) ¥39.90 ¥45.50" in said
    assert "Status Planned On sale" in said
    assert "Spoken language – English" in said
    # By the clock of the cinema, eight hours from where it is kept.
    assert "Feature starts at – Fri 20 Nov 19:30" in said
    assert said.index("Screenings: changed") < said.index("Screenings: added")


def test_of_a_list_it_is_told_what_came_and_went(admin: Client) -> None:
    film = factories.film(genres=["drama", "comedy"], formats=["2D"])
    films.update(SYSTEM, film, {"genres": ["drama", "war"], "formats": ["2D", "IMAX2D"]})
    db.session.commit()
    said = _words(_history(admin, "film", film))
    assert "Genres Taken out: Comedy Added: War" in said
    assert "Formats – Added: IMAX 2D" in said


def test_rights_are_told_in_plain_words_in_old_entries_too(admin: Client) -> None:
    role = factories.role("film.view", "hall.view")
    roles.update(SYSTEM, role, {"permissions": ["film.view", "film.edit"]})
    # As entries were written once: [taken away, added].
    told = {"permissions": [["city.view"], ["city.edit"]]}
    factories.audit_entry(resource="role", record_id=role.id, action="role.update", changes=told)
    db.session.commit()
    said = _words(_history(admin, "role", role))
    assert "Permissions Taken out: See halls Added: Change and restore films" in said
    assert "Permissions Taken out: See cities Added: Change cities" in said


def test_the_trash_a_plan_and_what_nobody_knows_any_more(admin: Client) -> None:
    hall = factories.hall()
    halls.update(SYSTEM, hall, {"layout": ["ssw", "cc_"]})
    halls.delete(SYSTEM, hall)
    odd = {"gone_column": [1, 2], "formats": [["8D"], []], "cinema_id": [None, 999_999], "odd": "no pair"}
    factories.audit_entry(resource="hall", record_id=hall.id, action="hall.update", changes=odd)
    db.session.commit()
    said = _words(_history(admin, "hall", hall))
    assert "2 rows: 4 seats, 2 of them couple seats, 1 wheelchair places" in said
    assert "In the trash since – Fri 20 Nov 12:00" in said
    assert "Halls: deleted" in said
    for text in ("gone_column 1 2", "Taken out: 8D", "Cinema – #999999", "odd – no pair"):
        assert text in said, text


def test_a_number_given_out_again_has_no_old_history(admin: Client) -> None:
    """SQLite gives the number of a deleted row to the next one."""
    city = factories.city(name="新城")
    created = db.session.scalars(
        select(AuditEntry.id).where(AuditEntry.resource == "city", AuditEntry.record_id == city.id)
    ).one()
    factories.audit_entry(
        id=created - 1_000, resource="city", record_id=city.id, action="city.delete", record_label="旧城"
    )
    db.session.commit()
    said = _words(_history(admin, "city", city))
    assert "Cities: added" in said
    assert "Cities: deleted" not in said


def test_fifty_on_a_page_newest_first(admin: Client) -> None:
    film = factories.film()
    for number in range(60):
        told = {"title": [f"T{number}.", f"T{number + 1}."]}
        factories.audit_entry(resource="film", record_id=film.id, action="film.update", changes=told)
    db.session.commit()
    first, second = _history(admin, "film", film), _history(admin, "film", film, page=2)
    assert ("T60." in first, "T1." in first) == (True, False)
    assert ("T60." in second, "T1." in second) == (False, True)
    assert "1–50 of 61" in first


def test_text_of_the_trail_is_no_markup(admin: Client) -> None:
    film = factories.film(title="<script>x</script>")
    db.session.commit()
    assert "<script>x" not in _history(admin, "film", film)


# ── Who may read it ──


def test_it_takes_both_rights_and_the_record(
    as_user: Callable[..., Client], session: Any, clock: Any
) -> None:
    own, other = factories.hall(), factories.hall()
    film = factories.film()
    readers = {
        "both": factories.user("hall.view", "audit.view", "film.view", cinema=own.cinema),
        "no trail": factories.user("hall.view", cinema=own.cinema),
        "no record": factories.user("audit.view", cinema=own.cinema),
    }
    session.commit()
    urls = [f"/admin/hall/history/?id={hall.id}" for hall in (own, other)]
    found = {name: [as_user(user).get(url).status_code for url in urls] for name, user in readers.items()}
    assert found == {"both": [200, 404], "no trail": [403, 403], "no record": [403, 403]}
    both = as_user(readers["both"])
    assert both.get(f"/admin/film/history/?id={film.id}").status_code == 200
    link = f'href="/admin/hall/history/?id={own.id}"'
    details = f"/admin/hall/details/?id={own.id}"
    assert link in both.get(details).text
    assert link not in as_user(readers["no trail"]).get(details).text


def test_the_trail_of_one_cinema_is_not_read_with_a_right_for_another(
    as_user: Callable[..., Client], session: Any, clock: Any
) -> None:
    own, other = factories.cinema(), factories.cinema()
    user = factories.user("cinema.view", "audit.view", cinema=own)
    user.grants.append(factories.user("cinema.view", cinema=other).grants[0])
    session.commit()
    reader = as_user(user)
    assert reader.get(f"/admin/cinema/history/?id={own.id}").status_code == 200
    assert reader.get(f"/admin/cinema/history/?id={other.id}").status_code == 403
    assert (
        f"/admin/cinema/history/?id={other.id}"
        not in reader.get(f"/admin/cinema/details/?id={other.id}").text
    )


def test_names_of_other_cinemas_do_not_show(as_user: Callable[..., Client], session: Any, clock: Any) -> None:
    """A hall that moved here from another cinema does not say from which."""
    foreign = factories.cinema(name="MARKER")
    hall = factories.hall()
    told = {"cinema_id": [foreign.id, hall.cinema_id]}
    factories.audit_entry(resource="hall", record_id=hall.id, action="hall.update", changes=told)
    user = factories.user("hall.view", "cinema.view", "audit.view", cinema=hall.cinema)
    session.commit()
    page = _history(as_user(user), "hall", hall)
    assert "MARKER" not in page
    assert hall.cinema.name in page


@pytest.mark.parametrize("noun", ["film", "screening", "hall", "user", "role"])
def test_a_history_takes_few_statements(
    admin: Client, chain: dict[str, int], count_queries: Callable[[], Any], noun: str
) -> None:
    path = {"user": "staff"}.get(noun, noun)
    db.session.commit()
    with count_queries() as statements:
        answer = admin.get(f"/admin/{path}/history/?id={chain[noun]}")
    assert answer.status_code == 200
    assert len(statements) <= 8, "\n".join(statements)


# ── The list of the trail ──


def test_the_list_of_the_trail_is_narrowed(admin: Client) -> None:
    lin, film = factories.user(display_name="林静"), factories.film()
    mine = {"actor_id": lin.id, "actor_name": "林静"}
    factories.audit_entry(record_label="A-1", resource="film", record_id=film.id, **mine)
    factories.audit_entry(record_label="B-2", action="hall.delete", resource="hall", record_id=77)
    factories.audit_entry(record_label="C-3", at=factories.at(factories.cinema(), "2026-11-18 23:59"))
    factories.audit_entry(
        record_label="D-4", action="film.refused", at=factories.at(factories.cinema(), "2026-11-19 00:00")
    )
    db.session.commit()
    for query, shown in {
        f"person={lin.id}": "A",
        "action=delete": "B",
        "action=refused": "D",
        "resource=hall": "B",
        "record=77": "B",
        f"record={film.id}&resource=film": "A",
        "to=2026-11-18": "C",
        "from=2026-11-19&to=2026-11-19": "D",
        "from=2026-11-19&to=2026-11-20&search=B-2": "B",
    }.items():
        page = admin.get(f"/admin/audit/?{query}").text
        found = [label[0] for label in ("A-1", "B-2", "C-3", "D-4") if f"{label}<" in page]
        assert found == [shown], query
    for bad in ("action=fly", "person=x", "record=-1", "from=yesterday", "to=9999-12-31"):
        assert "does not know that value" in admin.get(f"/admin/audit/?{bad}").text, bad

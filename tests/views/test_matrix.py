"""The table of roles and permissions as a browser without JavaScript uses it: tick, look, save; and by a file."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from sqlalchemy import func, select

from models import AuditEntry, Grant, Role, db
from services import role_files, roles
from services.access import SYSTEM
from tests import factories
from tests.conftest import NOW
from tests.support.client import Client
from tests.support.client import post as send

URL = "/admin/role/matrix/"
FILE = f"{URL}file/"


class Sheet(HTMLParser):
    """What the form of a page sends (`fields`), and how its boxes look (`boxes` by value)."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.boxes: dict[str, dict[str, Any]] = {}
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = values.get("action") == URL
        if tag != "input" or not self.inside:
            return
        if values["type"] == "checkbox":
            self.boxes[values["value"]] = values
        if values["type"] != "checkbox" or ("checked" in values and "disabled" not in values):
            self.fields.setdefault(values["name"], []).append(values.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "form"

    def tick(self, role: Role, name: str) -> None:
        """Tick the box of a role and a permission, or untick it."""
        ticks, value = self.fields.setdefault("tick", []), f"{role.id}:{name}"
        (ticks.remove if value in ticks else ticks.append)(value)


def submit(client: Client, sheet: Sheet, step: str = "") -> Any:
    return client.post(URL, data={**sheet.fields, **({"step": [step]} if step else {})})


def held(role: Role) -> set[str]:
    db.session.expire_all()
    return {item.name for item in role.permissions}


def changes() -> int:
    return db.session.scalar(select(func.count()).where(AuditEntry.action == "role.update")) or 0


@pytest.fixture
def usher(admin: Client, session: Any) -> Role:
    return factories.role("film.view", "hall.view", name="Usher")


@pytest.fixture
def later(clock: Any) -> Callable[[], None]:
    """later(): the clock goes on by a second."""
    return lambda: clock(NOW + timedelta(seconds=1))


# ── Reading ──


def test_the_table_shows_every_role_and_permission_in_plain_words(admin: Client, usher: Role) -> None:
    page = admin.get(URL).text
    sheet = Sheet(page)
    assert sheet.boxes[f"{usher.id}:film.view"]["aria-label"] == "Usher: See films"
    assert "checked" in sheet.boxes[f"{usher.id}:film.view"]
    assert "checked" not in sheet.boxes[f"{usher.id}:film.edit"]
    assert page.count('<th scope="row"') * len(role_files.everyone()) == len(sheet.boxes)
    assert URL in admin.get("/admin/role/").text
    assert 'href="/admin/role/"' in page
    assert URL in admin.get(f"/admin/role/details/?id={usher.id}").text


def test_who_may_only_look_can_only_look(member: Callable[[str], Client], usher: Role) -> None:
    client = member("auditor")
    page = client.get(URL).text
    assert all("disabled" in box for box in Sheet(page).boxes.values())
    assert "data-save-main" not in page
    assert "only" in page
    assert send(client, URL, {"role": f"{usher.id}:1:Usher", "offered": "film.view"}).status_code == 403


def test_what_one_lacks_is_locked(usher: Role, as_user: Callable[..., Client]) -> None:
    cinema = factories.cinema()
    person = factories.user("role.view", "role.edit", "film.view")
    grant = Grant(role=factories.role("hall.view"), cinema=cinema)
    person.grants.append(grant)
    sheet = Sheet(as_user(person).get(URL).text)
    locked = {value.split(":")[1] for value, box in sheet.boxes.items() if "disabled" in box}
    assert "film.view" not in locked
    assert {"hall.view", "film.edit"} <= locked
    assert set(sheet.fields["offered"]) == {"role.view", "role.edit", "film.view"}


# ── Saving ──


def test_changes_are_shown_before_they_are_saved(admin: Client, usher: Role) -> None:
    factories.user(grants=[Grant(role=usher)])
    sheet = Sheet(admin.get(URL).text)
    sheet.tick(usher, "film.edit")
    sheet.tick(usher, "hall.view")
    review = submit(admin, sheet)
    assert review.status_code == 200
    for words in ("Usher", "Change and restore films", "See halls", "1 member of staff"):
        assert words in review.text
    assert review.text.count("<section") == 1
    assert (held(usher), changes()) == ({"film.view", "hall.view"}, 0)
    answer = submit(admin, Sheet(review.text), "save")
    assert (answer.status_code, answer.location) == (303, URL)
    assert (held(usher), changes()) == ({"film.view", "film.edit"}, 1)


def test_back_in_the_table_the_ticks_are_as_they_were(admin: Client, usher: Role) -> None:
    sheet = Sheet(admin.get(URL).text)
    sheet.tick(usher, "film.edit")
    sheet.tick(usher, "hall.view")
    back = submit(admin, Sheet(submit(admin, sheet).text), "back")
    boxes = Sheet(back.text).boxes
    assert back.status_code == 200
    assert "checked" in boxes[f"{usher.id}:film.edit"]
    assert "data-held" not in boxes[f"{usher.id}:film.edit"]
    assert "checked" not in boxes[f"{usher.id}:hall.view"]
    assert "data-starts-dirty" in back.text
    assert changes() == 0


def test_nothing_ticked_differently_changes_nothing(admin: Client, usher: Role) -> None:
    answer = submit(admin, Sheet(admin.get(URL).text))
    assert (answer.status_code, changes()) == (303, 0)
    assert "There is nothing to change." in admin.get(URL).text


@pytest.mark.parametrize("step", ["", "save"])
@pytest.mark.parametrize("forgery", ["added", "taken away"])
def test_a_forged_change_is_refused(
    usher: Role, as_user: Callable[..., Client], step: str, forgery: str
) -> None:
    client = as_user(factories.user("role.view", "role.edit", "film.view"))
    sheet = Sheet(client.get(URL).text)
    sheet.tick(usher, "film.view")
    if forgery == "added":
        sheet.tick(usher, "film.edit")
    else:
        sheet.fields["offered"].append("hall.view")
    assert submit(client, sheet, step).status_code == 403
    assert (held(usher), changes()) == ({"film.view", "hall.view"}, 0)


def test_the_last_key_of_the_house_stays(admin: Client, usher: Role) -> None:
    sheet = Sheet(admin.get(URL).text)
    keyholder = roles.find("administrator")
    assert keyholder is not None
    sheet.tick(keyholder, "role.edit")
    for step in ("", "save"):
        answer = submit(admin, sheet, step)
        assert answer.status_code == 409
        assert "Nobody would be left" in answer.text
        assert "checked" not in Sheet(answer.text).boxes[f"{keyholder.id}:role.edit"]
    assert "role.edit" in held(keyholder)


# ── Somebody else was faster ──


@pytest.mark.parametrize("step", ["", "save"])
def test_a_role_that_changed_meanwhile_is_named_and_nothing_is_saved(
    admin: Client, usher: Role, later: Any, step: str
) -> None:
    other = factories.role("film.view", name="Other")
    sheet = Sheet(admin.get(URL).text)
    sheet.tick(usher, "film.edit")
    sheet.tick(other, "film.edit")
    later()
    roles.update(SYSTEM, usher, {"permissions": ["city.view"]})
    answer = submit(admin, sheet, step)
    assert answer.status_code == 409
    assert "“Usher” was changed by somebody else" in answer.text
    assert "“Other” was changed" not in answer.text
    boxes = Sheet(answer.text).boxes
    assert "checked" in boxes[f"{usher.id}:city.view"]
    assert "checked" not in boxes[f"{usher.id}:film.edit"]
    assert answer.text.count("you: yes") == 3
    assert answer.text.count("you: no") == 1
    assert "checked" in boxes[f"{other.id}:film.edit"]
    assert (held(usher), held(other)) == ({"city.view"}, {"film.view"})
    # From there it goes on: what is shown now is what is saved.
    assert submit(admin, Sheet(answer.text), "save").status_code == 303
    assert (held(usher), held(other)) == ({"city.view"}, {"film.view", "film.edit"})


def test_a_role_that_was_deleted_meanwhile_is_named(admin: Client, usher: Role) -> None:
    sheet = Sheet(admin.get(URL).text)
    sheet.tick(usher, "film.edit")
    roles.delete(SYSTEM, usher)
    answer = submit(admin, sheet, "save")
    assert answer.status_code == 409
    assert "“Usher” was deleted by somebody else" in answer.text
    assert (
        "Change and restore films" in answer.text.split("was deleted by somebody else")[1].split("</div>")[0]
    )
    assert changes() == 0


def test_a_role_added_meanwhile_stays_as_it_is(admin: Client, usher: Role) -> None:
    sheet = Sheet(admin.get(URL).text)
    sheet.tick(usher, "film.edit")
    other = factories.role("city.view")
    assert submit(admin, sheet, "save").status_code == 303
    assert held(other) == {"city.view"}


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("role", "x", 400),
        ("role", "1:x:y", 400),
        ("tick", "x:film.view", 400),
        ("tick", "1:no.such", 422),
        ("offered", "no.such", 422),
        ("document", "{", 422),
        ("document", "[]", 422),
    ],
)
def test_what_makes_no_sense_is_refused(
    admin: Client, usher: Role, field: str, value: str, status: int
) -> None:
    assert send(admin, URL, {field: value}).status_code == status
    assert changes() == 0


# ── Files ──


def upload(client: Client, content: Any) -> Any:
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    return send(client, FILE, {"file": (io.BytesIO(data), "roles.json")})


def document(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"format": "marquee-roles", "version": 1, "roles": list(entries)}


def test_the_table_can_be_taken_along_which_the_trail_tells(admin: Client, usher: Role) -> None:
    assert admin.head(f"{URL}export/").status_code == 200
    answer = admin.get(f"{URL}export/")
    assert answer.mimetype == "application/json"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.json == role_files.export()
    assert [db.session.scalar(select(func.count()).where(AuditEntry.action == "role.export"))] == [1]


def test_a_file_is_shown_and_then_taken_over(admin: Client, usher: Role) -> None:
    sent = document(
        {"name": "Usher", "description": "At the door", "permissions": ["film.view"]},
        {"name": "Guest", "permissions": ["hall.view"]},
    )
    review = upload(admin, sent)
    assert review.status_code == 200
    for words in ("Usher", "At the door", "See halls", "Guest", "a new role"):
        assert words in review.text
    assert (held(usher), roles.find("Guest")) == ({"film.view", "hall.view"}, None)
    assert submit(admin, Sheet(review.text), "save").status_code == 303
    assert (held(usher), usher.description) == ({"film.view"}, "At the door")
    assert roles.find("Guest") is not None


def test_a_file_is_shown_again_when_roles_changed_meanwhile(admin: Client, usher: Role, later: Any) -> None:
    review = upload(admin, document({"name": "Usher", "permissions": ["film.view"]}))
    later()
    roles.update(SYSTEM, usher, {"permissions": ["film.view", "city.view"]})
    again = submit(admin, Sheet(review.text), "save")
    assert again.status_code == 409
    assert "See cities" in again.text
    assert held(usher) == {"film.view", "city.view"}
    assert submit(admin, Sheet(again.text), "save").status_code == 303
    assert held(usher) == {"film.view"}


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 422),
        (b"{", 422),
        (b"\xff\xfe", 422),
        (b" " * 200_001, 413),
        (document({"name": "Usher", "permissions": ["no.such"]}), 422),
        (document(*[{"name": "Usher", "permissions": []}] * 2), 409),
        ({"format": "other"}, 422),
    ],
)
def test_a_file_that_cannot_be_taken_over_says_why(
    admin: Client, usher: Role, content: Any, status: int
) -> None:
    answer = upload(admin, content)
    assert answer.status_code == status
    assert "Nothing was saved" in answer.text
    assert "matrix-upload" in answer.text


def test_a_file_hands_out_no_more_than_ticks_do(usher: Role, as_user: Callable[..., Client]) -> None:
    client = as_user(factories.user("role.view", "role.edit", "film.view"))
    sent = document({"name": "Usher", "permissions": ["film.view", "hall.view", "film.edit"]})
    assert upload(client, sent).status_code == 403
    added = document({"name": "Guest", "permissions": ["film.view"]})
    assert upload(client, added).status_code == 403
    fields = {"document": json.dumps(sent), "role": f"{usher.id}:{usher.version}:Usher", "step": "save"}
    assert send(client, URL, fields).status_code == 403
    assert (held(usher), roles.find("Guest")) == ({"film.view", "hall.view"}, None)


def test_the_address_of_a_files_review_leads_back(admin: Client) -> None:
    assert admin.get(FILE).location == URL

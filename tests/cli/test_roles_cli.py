"""`flask role` and `flask user why`: what they print, what they refuse, how they end."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select

from models import AuditEntry, Role, db
from services import role_files, roles
from tests import factories


@pytest.fixture
def flask(app: Flask, session: Any) -> Callable[..., Result]:
    """flask("role", "list"): run a command."""
    factories.user("user.edit", "role.edit")
    session.commit()
    return lambda *arguments, **options: app.test_cli_runner().invoke(args=list(arguments), **options)


@pytest.fixture
def written(tmp_path: Path) -> Callable[[Any], str]:
    """written(document or bytes): the name of a file that holds it."""

    def write(content: Any) -> str:
        path = tmp_path / "roles.json"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        return str(path)

    return write


NIGHT = {"name": "Night", "description": "Late", "permissions": ["film.view", "hall.view"]}


def file_of(*entries: dict[str, Any]) -> dict[str, Any]:
    return {"format": "marquee-roles", "version": 1, "roles": list(entries)}


def test_the_list_shows_roles_and_permissions(flask: Callable[..., Result]) -> None:
    answer = flask("role", "list")
    assert answer.exit_code == 0
    assert "box_office      Box office\n" in answer.output
    assert " schedule.export" in answer.output


def test_what_is_written_out_is_taken_over_without_a_change(
    flask: Callable[..., Result], tmp_path: Path
) -> None:
    path = tmp_path / "out.json"
    assert flask("role", "export", str(path)).exit_code == 0
    shown = flask("role", "export").output
    assert json.loads(shown) == json.loads(path.read_text(encoding="utf-8")) == role_files.export()
    again = flask("role", "import", str(path))
    assert (again.exit_code, again.output) == (0, "No changes.\n")
    # As Windows' editors save it, and from a pipe.
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert flask("role", "import", str(path)).output == "No changes.\n"
    assert flask("role", "import", "-", input=shown).output == "No changes.\n"


def test_an_import_shows_first_and_then_does(
    flask: Callable[..., Result], written: Callable[[Any], str]
) -> None:
    role = factories.role("film.view", "city.view", name="Night")
    path = written(file_of(NIGHT, {"name": "Day", "permissions": ["film.view"]}))
    told = flask("role", "import", "--dry-run", path)
    assert told.exit_code == 0
    for line in (
        "~ Night\n",
        "    description: “” → “Late”\n",
        "    + hall.view            See halls\n",
        "    - city.view            See cities\n",
        "+ Day, a new role\n",
        "Roles with changes: 2.\n",
    ):
        assert line in told.output
    assert ({item.name for item in role.permissions}, roles.find("Day")) == ({"film.view", "city.view"}, None)
    done = flask("role", "import", path)
    assert (done.exit_code, done.output) == (0, told.output)
    db.session.expire_all()
    assert {item.name for item in role.permissions} == {"film.view", "hall.view"}
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.record_label == "Day")).one()
    assert (entry.via, entry.reason) == ("cli", "flask role import")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is no JSON"),
        (b"{'a': 1}", "is no JSON"),
        (b"[" * 200_000, "is no JSON"),
        (b"\xff\xfe", "is not UTF-8"),
        (b" " * (4 * 1024 * 1024 + 1), "is larger than 4 MB"),
        (b"{}", "This is no file of roles"),
        (file_of({**NIGHT, "permissions": ["film.veiw"]}), "Night: there is no permission “film.veiw”."),
    ],
)
def test_what_is_no_file_of_roles_is_refused_in_one_line(
    flask: Callable[..., Result], written: Callable[[Any], str], content: Any, reason: str
) -> None:
    path = written(content)
    for options in ((), ("--dry-run",)):
        answer = flask("role", "import", *options, path)
        assert answer.exit_code == 1
        assert reason in answer.output
        assert answer.output.startswith("Error: ")
        assert "Traceback" not in answer.output
    assert flask("role", "import", "no-such-file.json").exit_code == 2


def test_an_import_that_would_lock_everybody_out_writes_nothing(
    flask: Callable[..., Result], written: Callable[[Any], str]
) -> None:
    keys = db.session.scalars(select(Role).where(Role.key.is_(None))).one()
    path = written(file_of(NIGHT, {"name": keys.name, "permissions": []}))
    answer = flask("role", "import", path)
    assert answer.exit_code == 1
    assert "Nobody would be left" in answer.output
    db.session.expire_all()
    assert roles.find("Night") is None
    assert {item.name for item in keys.permissions} == {"user.edit", "role.edit"}


def test_reset_asks_first(flask: Callable[..., Result]) -> None:
    role = roles.find("auditor")
    assert role is not None
    role.name, role.permissions = "Nosy", []
    db.session.commit()
    refused = flask("role", "reset", input="n\n")
    assert refused.exit_code == 1
    assert "name: “Nosy” → “Auditor”" in refused.output
    db.session.expire_all()
    assert role.name == "Nosy"
    done = flask("role", "reset", "--yes")
    assert done.exit_code == 0, done.output
    db.session.expire_all()
    assert role.name == "Auditor"
    assert role_files.plan_import(role_files.seeds()) == []
    assert flask("role", "reset").output == "No changes.\n"


def test_copy(flask: Callable[..., Result]) -> None:
    answer = flask("role", "copy", "box_office", "Night desk")
    assert answer.exit_code == 0, answer.output
    made, original = roles.find("Night desk"), roles.find("Box office")
    assert made is not None
    assert original is not None
    assert (made.key, made.permissions) == (None, original.permissions)
    assert "There is no role “nobody”" in flask("role", "copy", "nobody", "X").output
    taken = flask("role", "copy", "box_office", "Night desk")
    assert taken.exit_code == 1
    assert "already a role of that name" in taken.output


# ── flask user why ──


def test_why_says_yes_from_where_and_no_for_what_lack(flask: Callable[..., Result]) -> None:
    here, there = factories.hall(), factories.hall()
    user = factories.user("hall.edit", cinema=here.cinema, name="chen")
    db.session.commit()
    yes = flask("user", "why", "chen", "hall.edit", "--record", f"hall:{here.id}")
    assert (yes.exit_code, yes.output.splitlines()) == (
        0,
        [
            f"Yes: chen, hall.edit on hall:{here.id} ({here}): Change and restore halls.",
            "It comes from:",
            f"  {user.grants[0].role} @ {here.cinema}",
        ],
    )
    no = flask("user", "why", "chen", "hall.edit", "--record", f"hall:{there.id}")
    assert no.exit_code == 0
    assert no.output.startswith("No: ")
    assert "It is held for other cinemas only.\nWhat they hold, and where:\n" in no.output
    none = flask("user", "why", "chen", "cinema.import").output
    assert "Roles that would give it: Platform administrator" in none


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("nobody", "hall.edit"), "Nobody logs in as “nobody”."),
        (("chen", "hall.veiw"), "There is no permission “hall.veiw”."),
        (("chen", "hall.edit", "--record", "hall"), "names no record"),
        (("chen", "hall.edit", "--record", "seat:1"), "names no record"),
        (("chen", "hall.edit", "--record", "hall:-1"), "names no record"),
        (("chen", "hall.edit", "--record", "hall:99999999"), "There is no hall number 99999999."),
        (("chen", "hall.edit", "--record", f"hall:{10**30}"), "There is no hall number"),
    ],
)
def test_why_refuses_what_makes_no_sense(
    flask: Callable[..., Result], arguments: tuple[str, ...], reason: str
) -> None:
    factories.user(name="chen")
    db.session.commit()
    answer = flask("user", "why", *arguments)
    assert answer.exit_code == 1
    assert reason in answer.output

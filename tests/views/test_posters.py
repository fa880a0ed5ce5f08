"""Uploading, removing and serving posters over HTTP."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from models import Film, Grant, Poster, Role, User, db
from services import posters
from services.passwords import Passwords
from services.storage import Storage
from tests.support.client import PASSWORD, Client, login, token
from tests.support.client import post as post_form
from tests.support.forms import forms
from tests.support.pictures import JPEG_MARKER, picture, png_bomb, png_large
from tests.support.posters import files, given
from tests.support.race import Race

JSON = {"Accept": "application/json"}
Post = Callable[..., Any]


def sent(data: bytes, name: str = "海报.jpg", kind: str = "image/jpeg") -> dict[str, Any]:
    return {"poster": (io.BytesIO(data), name, kind)}


def post_heavy(client: Client, url: str, data: bytes, **options: Any) -> Any:
    """As `post`, for megabytes: Werkzeug's client would leave its temporary file open."""
    fields = {"csrf_token": token(client), "poster": FileStorage(io.BytesIO(data), "海报.png")}
    boundary, body = encode_multipart(fields)
    return client.post(url, data=body, content_type=f"multipart/form-data; boundary={boundary}", **options)


def upload_to(film: Film) -> str:
    return f"/films/{film.id}/poster"


# ── Uploading ──


def test_a_form_without_javascript(marketing: Client, post: Post, film: Film) -> None:
    answer = post(marketing, upload_to(film), sent(picture()))
    assert answer.status_code == 303
    assert answer.location == f"/admin/film/edit/?id={film.id}"
    assert film.posters[0].original_name == "海报.jpg"
    shown = marketing.get(answer.location)
    assert shown.status_code == 200
    assert film.posters[0].sha256 in shown.text


def test_a_script_gets_json(marketing: Client, post: Post, film: Film) -> None:
    answer = post(marketing, upload_to(film), sent(picture(size=(300, 450))), headers=JSON)
    assert answer.status_code == 201
    sha = film.posters[0].sha256
    assert answer.json == {
        "url": f"/posters/{sha}/full.webp",
        "thumb": f"/posters/{sha}/thumb.webp",
        "width": 300,
        "height": 450,
        "location": f"/admin/film/edit/?id={film.id}",
    }
    assert marketing.get(answer.json["url"]).status_code == 200


REFUSED = {
    "nothing": ({}, 422),
    "no file chosen": (lambda: sent(b"", ""), 422),
    "an empty file": (lambda: sent(b""), 422),
    "a program": (lambda: sent(b"MZ" + bytes(100)), 422),
    "a page": (lambda: sent(b"<html><script>alert(1)</script>"), 422),
    "SVG": (lambda: sent(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"), 422),
    "PHP": (lambda: sent(JPEG_MARKER + b"<?php system($_GET['c']); ?>"), 422),
    "GIF": (lambda: sent(picture("GIF"), "a.gif", "image/gif"), 422),
    "a bomb": (lambda: sent(png_bomb(13_000)), 413),
    "text instead of a file": ({"poster": "海报.jpg"}, 422),
}


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.parametrize("headers", [{}, JSON], ids=["page", "json"])
def test_refused_with_the_right_status_and_nothing_kept(
    marketing: Client, post: Post, film: Film, store: Storage, what: str, headers: dict[str, str]
) -> None:
    old = given(film, store)
    data, status = REFUSED[what]
    answer = post(marketing, upload_to(film), data() if callable(data) else data, headers=headers)
    assert answer.status_code == status
    if headers:
        assert answer.mimetype == "application/problem+json"
        assert answer.json["status"] == status
        assert answer.json["detail"]
    else:
        again = [form for form in forms(answer.text) if form.action == upload_to(film)]
        assert again[0].kinds["poster"] == "file"
        assert f'href="/admin/film/edit/?id={film.id}"' in answer.text
    assert film.posters[0].sha256 == old
    assert {path.name[:64] for path in files(store)} == {old}


def test_a_refusal_names_the_file_and_is_escaped(marketing: Client, post: Post, film: Film) -> None:
    answer = post(marketing, upload_to(film), sent(b"no picture", "<b>海报</b>.jpg"))
    assert "&lt;b&gt;" not in answer.text  # Slashes make folders: only the last part is a name.
    answer = post(marketing, upload_to(film), sent(b"no picture", "<img src=x>.jpg"))
    assert "&lt;img src=x&gt;.jpg" in answer.text
    assert "<img src=x>" not in answer.text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("海报.jpg", "海报.jpg"),
        ("../../../etc/cron.d/x.jpg", "x.jpg"),
        ("gpj.\u202eexe.jpg", "gpj.exe.jpg"),
        ("a" * 300 + ".jpg", "a" * 196 + ".jpg"),
        ("CON.jpg", "CON.jpg"),
    ],
)
def test_names_are_only_shown_never_used(
    marketing: Client, post: Post, film: Film, store: Storage, name: str, shown: str
) -> None:
    assert post(marketing, upload_to(film), sent(picture(), name)).status_code == 303
    assert film.posters[0].original_name == shown
    names = {posters.file_name(film.posters[0].sha256, variant) for variant in posters.VARIANTS}
    assert {path.name for path in files(store)} == names


def test_a_poster_may_be_larger_than_other_requests(marketing: Client, film: Film) -> None:
    heavy = png_large(5)
    assert post_heavy(marketing, upload_to(film), heavy).status_code == 303
    for url in ("/preferences", "/admin/film/new/", f"/films/{film.id}/poster/delete"):
        assert post_heavy(marketing, url, heavy).status_code == 413, url


def test_too_many_bytes(
    app: Flask, marketing: Client, film: Film, monkeypatch: pytest.MonkeyPatch, store: Storage
) -> None:
    monkeypatch.setitem(app.config, "POSTER_MAX_BYTES", 3 * 1024 * 1024)
    # Just above: the form is read, the file is refused. Far above: nothing is read.
    for data in (png_large(3), png_large(4)):
        answer = post_heavy(marketing, upload_to(film), data, headers=JSON)
        assert answer.status_code == 413
        assert "3 MB" in answer.json["detail"]
    assert files(store) == []


def test_who_may_upload(
    client: Client, member: Callable[[str], Client], post: Post, film: Film, store: Storage
) -> None:
    assert client.post(upload_to(film), data=sent(picture())).status_code == 400  # no token
    assert "/login" in post(client, upload_to(film), sent(picture())).location
    assert post(member("auditor"), upload_to(film), sent(picture())).status_code == 403
    assert files(store) == []
    assert db.session.scalar(select(Poster)) is None


def test_an_unknown_film(marketing: Client, post: Post, store: Storage) -> None:
    assert post(marketing, "/films/999999/poster", sent(picture())).status_code == 404
    assert post(marketing, "/films/999999/poster/delete").status_code == 404
    assert post(marketing, "/films/99999999999999999999999/poster", sent(picture())).status_code == 404
    assert files(store) == []


def test_others_may_write_while_a_picture_is_decoded(race: Race, monkeypatch: pytest.MonkeyPatch) -> None:
    with race.app.app_context():
        role = db.session.scalar(select(Role).where(Role.key == "marketing"))
        hashed = Passwords(race.app.config["ARGON2"]).hash(PASSWORD)
        db.session.add(User(name="mia", display_name="Mia", password_hash=hashed, grants=[Grant(role=role)]))
        db.session.add(film := Film(title="马路天使"))
        db.session.commit()
        read, number = posters.pictures.read, film.id

        def interrupted(*args: Any) -> Any:
            with db.engine.connect().execution_options(sqlite_begin="IMMEDIATE") as other, other.begin():
                if other.dialect.name == "sqlite":
                    other.exec_driver_sql("PRAGMA busy_timeout = 200")
                other.execute(update(Film).where(Film.id == number).values(director="袁牧之"))
            return read(*args)

        client = Client(race.app, race.app.response_class, use_cookies=True)
        login(client, "mia")
        monkeypatch.setattr(posters.pictures, "read", interrupted)
        assert post_form(client, upload_to(film), sent(picture())).status_code == 303
        assert (film.director, len(film.posters)) == ("袁牧之", 1)


def test_without_a_token_nothing_is_kept(marketing: Client, film: Film, store: Storage) -> None:
    assert marketing.post(upload_to(film), data=sent(picture())).status_code == 400
    assert files(store) == []


def test_get_changes_nothing(marketing: Client, film: Film) -> None:
    assert marketing.get(upload_to(film)).status_code == 405
    assert marketing.get(f"{upload_to(film)}/delete").status_code == 405


@pytest.mark.parametrize(("role", "forms_shown"), [("marketing", 2), ("auditor", 0)])
def test_the_page_offers_what_the_reader_may_do(
    member: Callable[[str], Client], film: Film, store: Storage, role: str, forms_shown: int
) -> None:
    sha = given(film, store)
    page = member(role).get(f"/admin/film/details/?id={film.id}").text
    assert f"/posters/{sha}/card.webp" in page
    assert sum(form.action.startswith("/films/") for form in forms(page)) == forms_shown


# ── Removing ──


def test_remove(marketing: Client, post: Post, film: Film, store: Storage) -> None:
    given(film, store)
    answer = post(marketing, f"{upload_to(film)}/delete")
    assert (answer.status_code, answer.location) == (303, f"/admin/film/edit/?id={film.id}")
    assert film.posters == []
    assert files(store) == []
    assert post(marketing, f"{upload_to(film)}/delete").status_code == 404


def test_who_may_remove(
    client: Client, member: Callable[[str], Client], post: Post, film: Film, store: Storage
) -> None:
    sha = given(film, store)
    assert "/login" in post(client, f"{upload_to(film)}/delete").location
    assert post(member("programmer"), f"{upload_to(film)}/delete").status_code == 403
    assert film.posters[0].sha256 == sha


# ── The command line ──


def test_uploads_check_and_prune(app: Flask, session: Any, film: Film, store: Storage) -> None:
    run = app.test_cli_runner().invoke
    sha = given(film, store)
    assert run(args=["uploads", "check"]).output == "0 missing, 0 orphans.\n"
    assert run(args=["uploads", "prune"]).output == "0 files removed.\n"
    store.delete(posters.file_name(sha, "card"))
    found = run(args=["uploads", "check"])
    assert found.exit_code == 1
    assert f"missing: {sha}-card.webp" in found.output

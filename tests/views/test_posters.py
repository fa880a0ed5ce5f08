"""Uploading, removing and serving posters over HTTP."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from models import Film, Grant, Poster, Role, User, clock, db
from services import posters
from services.access import SYSTEM
from services.passwords import Passwords
from services.storage import Storage
from tests.support.client import PASSWORD, Client, login, token
from tests.support.client import post as post_form
from tests.support.forms import forms
from tests.support.pictures import JPEG_MARKER, picture, png_bomb, png_large
from tests.support.race import Race

JSON = {"Accept": "application/json"}
Post = Callable[..., Any]


@pytest.fixture
def film(session: Any) -> Film:
    film = Film(title="马路天使")
    session.add(film)
    session.commit()
    return film


@pytest.fixture
def member(app: Flask, session: Any, as_user: Callable[..., Client]) -> Callable[[str], Client]:
    """Call with a role's key for a client logged in with that role, for the whole chain."""

    def logged_in(key: str) -> Client:
        role = session.scalar(select(Role).where(Role.key == key))
        hashed = Passwords(app.config["ARGON2"]).hash(PASSWORD)
        user = User(name=key, display_name=key, password_hash=hashed, grants=[Grant(role=role)])
        session.add(user)
        session.commit()
        return as_user(user)

    return logged_in


@pytest.fixture
def marketing(member: Callable[[str], Client]) -> Client:
    return member("marketing")


@pytest.fixture
def store(app: Flask) -> Storage:
    return Storage(Path(app.config["UPLOADED_POSTERS_DEST"]))


def sent(data: bytes, name: str = "海报.jpg", kind: str = "image/jpeg") -> dict[str, Any]:
    return {"poster": (io.BytesIO(data), name, kind)}


def post_heavy(client: Client, url: str, data: bytes, **options: Any) -> Any:
    """As `post`, for megabytes: Werkzeug's client would leave its temporary file open."""
    fields = {"csrf_token": token(client), "poster": FileStorage(io.BytesIO(data), "海报.png")}
    boundary, body = encode_multipart(fields)
    return client.post(url, data=body, content_type=f"multipart/form-data; boundary={boundary}", **options)


def upload_to(film: Film) -> str:
    return f"/films/{film.id}/poster"


def given(film: Film, store: Storage, colour: Any = (200, 0, 0), actor: Any = SYSTEM) -> str:
    """Give the film a poster; its hash."""
    limits = posters.Limits(10_000_000, 10_000_000)
    poster = posters.keep(
        actor, film, posters.prepare(io.BytesIO(picture("PNG", colour=colour)), "a.png", limits), store
    )
    db.session.commit()
    return poster.sha256


def files(store: Storage) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file()]


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


# ── Serving ──


@pytest.mark.parametrize("variant", posters.VARIANTS)
def test_anybody_sees_a_poster_and_may_keep_it(
    client: Client, film: Film, store: Storage, variant: str
) -> None:
    sha = given(film, store)
    answer = client.get(f"/posters/{sha}/{variant}.webp")
    assert answer.status_code == 200
    assert answer.data == store.path(posters.file_name(sha, variant)).read_bytes()
    assert answer.mimetype == "image/webp"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'"
    assert {part.strip() for part in answer.headers["Cache-Control"].split(",")} == {
        "public",
        "max-age=31536000",
        "immutable",
    }
    assert not {"Set-Cookie", "Vary"} & set(answer.headers.keys())
    assert "attachment" not in answer.headers.get("Content-Disposition", "")


def test_a_kept_poster_is_not_sent_again(client: Client, film: Film, store: Storage) -> None:
    address = f"/posters/{given(film, store)}/card.webp"
    first = client.get(address)
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "immutable" in again.headers["Cache-Control"]
    other = client.get(address.replace("card", "full"), headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


def test_part_of_a_poster(client: Client, film: Film, store: Storage) -> None:
    address = f"/posters/{given(film, store)}/full.webp"
    whole = client.get(address).data
    part = client.get(address, headers={"Range": "bytes=4-11"})
    assert (part.status_code, part.data) == (206, whole[4:12])
    assert client.get(address, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
    head = client.head(address)
    assert (head.status_code, head.data, head.content_length) == (200, b"", len(whole))


@pytest.mark.parametrize(
    "address",
    [
        "/posters/" + "0" * 64 + "/full.webp",
        "/posters/{upper}/full.webp",
        "/posters/{sha}/original.webp",
        "/posters/{sha}/full.png",
        "/posters/{sha}/../full.webp",
        "/posters/{short}/full.webp",
        "/posters/..%2f..%2fetc%2fpasswd/full.webp",
        "/posters/{sha}%00/full.webp",
        "/posters/{sha}%0a/full.webp",
    ],
)
def test_anything_else_is_not_there(client: Client, film: Film, store: Storage, address: str) -> None:
    sha = given(film, store)
    answer = client.get(address.format(sha=sha, upper=sha.upper(), short=sha[1:]))
    assert answer.status_code == 404
    assert "immutable" not in answer.headers.get("Cache-Control", "")


def test_posters_of_the_trash_are_not_there(client: Client, film: Film, store: Storage) -> None:
    sha = given(film, store)
    film.deleted_at = clock.now()
    assert client.get(f"/posters/{sha}/full.webp").status_code == 404
    film.deleted_at = None
    assert client.get(f"/posters/{sha}/full.webp").status_code == 200


def test_a_file_that_is_missing_is_not_there(client: Client, film: Film, store: Storage) -> None:
    sha = given(film, store)
    store.delete(posters.file_name(sha, "card"))
    assert client.get(f"/posters/{sha}/card.webp").status_code == 404
    assert client.get(f"/posters/{sha}/thumb.webp").status_code == 200


def test_serving_asks_the_database_once(
    client: Client, marketing: Client, film: Film, store: Storage, count_queries: Any
) -> None:
    sha = given(film, store)
    for reader in (client, marketing):
        with count_queries() as statements:
            assert reader.get(f"/posters/{sha}/card.webp").status_code == 200
        assert len(statements) == 1, statements


def test_the_log_in_page_shows_the_newest(client: Client, film: Film, store: Storage) -> None:
    sha = given(film, store)
    assert f"/posters/{sha}/card.webp" in client.get("/login").text


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

"""Serving posters: to whom, how long they may be kept, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models import Film, clock
from services import posters
from services.storage import Storage
from tests.support.client import Client
from tests.support.posters import given

JSON = {"Accept": "application/json"}
Post = Callable[..., Any]


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

"""What every answer carries, and what no request can do: the product as a hostile browser sees it."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from models import AuditEntry, db
from tests import factories
from tests.support.client import Client, post, token
from tests.support.pictures import picture

JSON = {"Accept": "application/json"}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def addresses(app: Flask, chain: dict[str, int], method: str) -> list[str]:
    """An address for every endpoint that takes `method`, with the numbers of records that exist."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if method not in (rule.methods or ()):
                continue
            noun = rule.endpoint.split(".")[0]
            values: dict[str, Any] = {
                "static": {"filename": "css/marquee.css"},
                "bootstrap.static": {"filename": "css/bootstrap.min.css"},
                "exports.schedule": {"kind": "csv", "cinema": chain["cinema"]},
                "audit.export_view": {"kind": "csv"},
                "schedule.week": {"cinema": chain["cinema"]},
                "posters.show": {"sha256": "0" * 64, "variant": "thumb"},
                "preview.choose": {"role": chain["role"], "cinema": chain["cinema"]},
                "posters.upload": {"film_id": chain["film"]},
                "posters.delete": {"film_id": chain["film"]},
                "account.end": {"login_id": 1},
                "account_links.page": {"token": "x" * 43},
                "account_links.set_up": {"token": "x" * 43},
            }.get(rule.endpoint, {"id": chain[noun]} if noun in chain else {})
            if rule.endpoint.endswith("revert_view"):
                values["entry"] = factories.told_change(noun, chain[noun]).id
            found.append(app.url_for(rule.endpoint, **values))
    return found


def tables() -> dict[str, list[Any]]:
    """All rows of all tables, but for what the trail tells of reading: refusals, and files taken along."""
    queries = {name: select(table) for name, table in db.metadata.tables.items()}
    reading = AuditEntry.verb.in_(["refused", "export"])
    queries["audit_entry"] = queries["audit_entry"].where(~reading)
    return {name: sorted(map(repr, db.session.execute(query))) for name, query in queries.items()}


def policy(answer: Any) -> dict[str, str]:
    """The directives of the Content-Security-Policy."""
    pairs = (item.strip().partition(" ") for item in answer.headers["Content-Security-Policy"].split(";"))
    return {name: values for name, _, values in pairs}


# ── Headers ──


def test_every_answer_carries_the_headers(app: Flask, client: Client, inside: Client, chain: Any) -> None:
    store = Path(app.config["UPLOADED_POSTERS_DEST"])
    post(inside, f"/films/{chain['film']}/poster", {"poster": (_picture(), "x.png")})
    stored = next(store.rglob("*-thumb.webp")).name
    kinds = {
        "page": inside.get("/admin/film/"),
        "log-in": client.get("/login"),
        "redirect": client.get("/admin/film/"),
        "JSON": inside.get("/admin/film/ajax/lookup/"),
        "health": client.get("/healthz/live"),
        "static": client.get("/static/css/marquee.css"),
        "error": client.get("/nowhere"),
        "problem": client.get("/nowhere", headers=JSON),
        "refused": client.post("/login"),
        "CSV": inside.get(f"/schedule/export.csv?cinema={chain['cinema']}"),
        "XLSX": inside.get(f"/schedule/export.xlsx?cinema={chain['cinema']}"),
        "picture": client.get(f"/posters/{stored[:64]}/thumb.webp"),
    }
    for kind, answer in kinds.items():
        missing = {name for name, value in ALWAYS.items() if answer.headers.get(name) != value}
        assert not missing, (kind, missing)
        assert answer.headers["X-Request-ID"], kind
        assert answer.headers["Content-Security-Policy"], kind
        assert "unsafe" not in answer.headers["Content-Security-Policy"], kind
        assert "Server" not in answer.headers or "Python" not in answer.headers["Server"], kind
    assert kinds["picture"].status_code == 200
    for kind in ("page", "log-in", "JSON", "CSV", "error"):
        assert kinds[kind].headers["Cache-Control"] == "no-store", kind
    assert policy(kinds["picture"])["default-src"] == "'none'"


def _picture() -> Any:
    return io.BytesIO(picture("PNG"))


def test_every_failed_request_can_be_found_in_the_log_by_its_number(client: Client) -> None:
    for answer in (client.post("/login"), client.get("/nowhere"), client.get("/admin/")):
        assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["X-Request-ID"])


def test_scripts_need_the_nonce_of_their_own_answer(client: Client, inside: Client) -> None:
    pages = [inside.get("/admin/film/"), inside.get("/admin/film/"), client.get("/login")]
    nonces = set()
    for page in pages:
        rules = policy(page)
        nonce = re.fullmatch(r"'self' 'nonce-([\w-]{20,})'", rules["script-src"])
        assert nonce
        nonces.add(nonce[1])
        assert rules["style-src"] == "'self'"
        assert (rules["object-src"], rules["base-uri"], rules["frame-ancestors"]) == ("'none'",) * 3
        for script in re.findall(r"<script\b[^>]*>", page.text):
            assert f'nonce="{nonce[1]}"' in script or re.search(r'src="/', script), script
        assert not re.findall(r"<[^>]+\son\w+=", page.text)
        assert not re.findall(r"""<[^>]+\sstyle=""", page.text)
        assert "javascript:" not in page.text
    assert len(nonces) == len(pages)


# ── Forgery and GET ──


def test_no_post_works_without_the_token(app: Flask, inside: Client, chain: Any) -> None:
    urls = addresses(app, chain, "POST")
    before = tables()
    accepted = {
        url: status
        for url in urls
        if (status := inside.post(url, data={"id": "1", "action": "delete", "rowid": "1"}).status_code) != 400
    }
    assert accepted == {}
    assert tables() == before


@pytest.mark.parametrize("forged", ["", "x", "another session's"])
def test_a_token_of_another_session_is_none(app: Flask, client: Client, inside: Client, forged: str) -> None:
    value = token(client) if forged == "another session's" else forged
    assert inside.post("/logout", data={"csrf_token": value}).status_code == 400
    assert inside.get("/admin/").status_code == 200


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_everything_changes_nothing(app: Flask, inside: Client, chain: Any, method: str) -> None:
    urls = addresses(app, chain, "GET")
    before = tables()
    urls += [f"{url}{'&' if '?' in url else '?'}action=delete&rowid=1&id=1" for url in urls]
    broken = {
        url: answer.status for url in urls if (answer := getattr(inside, method)(url)).status_code >= 500
    }
    assert broken == {}
    assert tables() == before


@pytest.mark.parametrize(
    "query",
    [
        f"page={10**20}",
        "page=-1&sort=-nothing",
        "search=%25%00%27&page=٣",
        "id=1,2",
        f"id={10**30}",
        "id=-1",
        "id[]=1&id=2",
        "sort=" + "x" * 3000,
        "cinema=abc&film=99999999999&day=2026-13-45&status=x&when=x&genre=%22&week=2026-W99",
        "limit=999999999999&offset=99999999999999999999&query=%25",
        "url=//evil.example&next=//evil.example",
    ],
)
def test_whatever_stands_in_the_address_bar_is_no_error_of_ours(
    app: Flask, inside: Client, chain: Any, query: str
) -> None:
    broken = {}
    for url in addresses(app, chain, "GET"):
        address = f"{url.partition('?')[0]}?{query}"
        answer = inside.get(address)
        if answer.status_code >= 500 or "evil.example" in answer.headers.get("Location", ""):
            broken[address[:100]] = answer.status
    assert broken == {}

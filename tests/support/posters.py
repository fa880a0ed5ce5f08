"""What tests of posters share: pictures uploaded without the web, and what then lies on disk."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from models import Film, Poster, db
from services import posters
from services.access import SYSTEM, Actor
from services.posters import Limits
from services.storage import Storage
from tests.support.pictures import picture

LIMITS = Limits(max_bytes=1024 * 1024, max_pixels=1_000_000)
RED, GREEN, BLUE = (200, 0, 0), (0, 200, 0), (0, 0, 200)


def new_film(title: str, **values: Any) -> Film:
    """A film that is committed."""
    film = Film(title=title, **values)
    db.session.add(film)
    db.session.commit()
    return film


def upload(
    film: Film, store: Storage, colour: Any = RED, name: str = "海报.jpg", actor: Actor = SYSTEM
) -> Poster:
    """Give the film a poster of one colour; nothing is committed."""
    made = posters.prepare(io.BytesIO(picture("PNG", colour=colour)), name, LIMITS)
    return posters.keep(actor, film, made, store)


def shas(store: Storage) -> set[str]:
    """The pictures on disk; each must be there in all variants."""
    names = list(store.names())
    found = {name[:64] for name in names}
    assert names == sorted(posters.file_name(sha, variant) for sha in found for variant in posters.VARIANTS)
    return found


def files(store: Storage) -> list[Path]:
    """Everything on disk, parts of files included."""
    return [path for path in store.root.rglob("*") if path.is_file()]


def given(film: Film, store: Storage, colour: Any = RED, actor: Actor = SYSTEM) -> str:
    """Give the film a poster and commit; its hash."""
    poster = upload(film, store, colour, "a.png", actor)
    db.session.commit()
    return poster.sha256

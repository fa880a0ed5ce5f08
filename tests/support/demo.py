"""The demo chain for browser tests: loaded once in a run by the real command, then copied."""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

from sqlalchemy import update

import models.clock
from models import User, db
from services.passwords import Passwords
from tests.support import databases, run
from tests.support.application import close, make_app
from tests.support.client import PASSWORD


def _load(now: datetime) -> str:
    """Load the demo chain as of `now`; every account's password becomes PASSWORD."""
    uri, files = databases.migrated("sqlite"), run.folder() / "files-demo"
    app = make_app(uri, files)
    source, models.clock.source = models.clock.source, lambda: now
    try:
        answer = app.test_cli_runner().invoke(args=["demo", "load"])
        if answer.exit_code:
            raise RuntimeError(f"flask demo load failed: {answer.output}") from answer.exception
        with app.app_context():
            hashed = Passwords(app.config["ARGON2"]).hash(PASSWORD)
            db.session.execute(update(User).values(password_hash=hashed))
            db.session.commit()
    finally:
        models.clock.source = source
        close(app)
    return uri


def copy(now: datetime) -> tuple[str, Path]:
    """A copy of the demo chain: the address of its database, and the folder of its files."""
    original = run.once("demo", lambda: _load(now))
    uri = databases.copy(Path(original.removeprefix("sqlite:///")))
    files = run.folder() / f"files-{Path(uri).stem}"
    if (run.folder() / "files-demo").exists():
        shutil.copytree(run.folder() / "files-demo", files)
    return uri, files

"""Health: whether the process lives, and whether it can do its work."""

from __future__ import annotations

import os
from pathlib import Path
from typing import ClassVar

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from models import db
from views.base import PUBLIC, DashboardView

blueprint = Blueprint("health", __name__, url_prefix="/healthz")


def _database() -> bool:
    try:
        context = MigrationContext.configure(db.session.connection())
        script = ScriptDirectory(current_app.extensions["migrate"].directory)
        return set(context.get_current_heads()) == set(script.get_heads())
    except SQLAlchemyError:
        db.session.rollback()
        return False


def _uploads() -> bool:
    path = Path(current_app.config["UPLOADED_POSTERS_DEST"]).resolve()
    # The folder is made by the first upload; until then its nearest parent has to allow that.
    nearest = next(folder for folder in (path, *path.parents) if folder.exists())
    return os.access(nearest, os.W_OK)


class LiveView(DashboardView):
    """The process answers. Touches nothing else."""

    permissions: ClassVar = {"get": PUBLIC}

    def get(self) -> ResponseReturnValue:
        return {"status": "live"}


class ReadyView(DashboardView):
    """The database answers at the newest migration and uploads can be written; else 503."""

    permissions: ClassVar = {"get": PUBLIC}

    def get(self) -> ResponseReturnValue:
        checks = {"database": _database(), "uploads": _uploads()}
        ready = all(checks.values())
        return {"status": "ready" if ready else "not ready", "checks": checks}, 200 if ready else 503


blueprint.add_url_rule("/live", view_func=LiveView.as_view("live"))
blueprint.add_url_rule("/ready", view_func=ReadyView.as_view("ready"))

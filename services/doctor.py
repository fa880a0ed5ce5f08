"""Whether the database still has the rules that no model check can replace."""

from __future__ import annotations

from sqlalchemy import text

from models import db
from models.audit import APPEND_ONLY
from models.screening import OVERLAP, SPAN_AT_MOST_A_DAY

RULES = {
    "sqlite": (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        {f"{OVERLAP}_insert", f"{OVERLAP}_update"}
        | {f"{APPEND_ONLY}_{moment}" for moment in ("update", "delete", "replace")},
    ),
    # A trigger that is switched off ('D') is as good as none.
    "postgresql": (
        "SELECT conname FROM pg_constraint UNION ALL SELECT tgname FROM pg_trigger WHERE tgenabled <> 'D'",
        {OVERLAP, SPAN_AT_MOST_A_DAY, APPEND_ONLY},
    ),
}


def missing_rules() -> list[str]:
    """The names of rules that should be in the database and are not."""
    statement, wanted = RULES[db.session.get_bind().dialect.name]
    return sorted(wanted - set(db.session.scalars(text(statement))))

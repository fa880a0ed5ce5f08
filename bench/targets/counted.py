"""Marquee inside a wrapper that counts the SQL statements of each request; served beside the one that is measured.

Every answer bears X-Statements; PLANS answers with the last request's statements and their plans.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.test import run_wsgi_app

from dashboard import create_app
from models import db

PLANS = "/bench/plans"
HEADER = "X-Statements"
# Sent for the sake of transactions.
BRACKETS = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA")
EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN (ANALYZE, BUFFERS) "}


class Counted:
    """A WSGI application around Marquee's."""

    def __init__(self, app: Flask) -> None:
        self.app, self.wsgi = app, app.wsgi_app
        self.statements: list[tuple[str, Any]] = []
        with app.app_context():
            event.listen(db.engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(BRACKETS):
            self.statements.append((statement, parameters))

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == PLANS:
            start_response("200 OK", [("Content-Type", "application/json")])
            return [json.dumps(self._plans()).encode()]
        self.statements = []
        # Read to the end, so that what a streamed answer asks for is counted as well.
        body, status, headers = run_wsgi_app(self.wsgi, environ, buffered=True)
        start_response(status, [*headers, (HEADER, str(len(self.statements)))])
        return body

    def _plans(self) -> list[dict[str, str]]:
        last, answers = list(self.statements), []
        with self.app.app_context(), db.engine.connect() as connection:
            for statement, parameters in last:
                answers.append(
                    {"statement": statement, "plan": self._plan(connection, statement, parameters)}
                )
                connection.rollback()
        return answers

    def _plan(self, connection: Any, statement: str, parameters: Any) -> str:
        dialect = connection.dialect.name
        if not statement.lstrip().upper().startswith(("SELECT", "WITH")):
            return "(not a SELECT)"
        try:
            rows = connection.exec_driver_sql(EXPLAIN[dialect] + statement, parameters).fetchall()
        except SQLAlchemyError as error:
            return f"(no plan: {error})"
        return "\n".join(str(row[-1]) for row in rows)


def _make() -> Flask:
    app = create_app()
    app.wsgi_app = Counted(app)  # type: ignore[method-assign]
    return app


app = _make()

"""Every error becomes a page, or problem+json (RFC 9457) for what asks for JSON; in one place."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Flask, current_app, g, jsonify, render_template, request
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError

from models import db
from models.text import N_
from services import audit, records
from services.errors import ServiceError
from services.permissions import PERMISSIONS
from views import language
from views.base import tell_trail

TITLES = {
    400: N_("The request makes no sense"),
    401: N_("Please log in"),
    403: N_("You may not do this"),
    404: N_("There is nothing here"),
    405: N_("This cannot be done here"),
    409: N_("Someone or something stands in the way"),
    410: N_("This is not here any more"),
    413: N_("That is too large"),
    422: N_("Something is not right yet"),
    429: N_("Too many tries"),
    500: N_("Something went wrong"),
    503: N_("Not available just now"),
    507: N_("The disk is full"),
}
TEXTS = {
    400: N_("Part of the address or of the form could not be understood. Go back and try again."),
    401: N_("Log in to go on."),
    403: N_("Your roles do not include this. Ask whoever keeps staff and roles in your house."),
    404: N_("The page or the record does not exist, or not for you."),
    405: N_("The page does not take this kind of request."),
    413: N_("The request is larger than allowed."),
    500: N_(
        "It has been written down. Nothing was changed; try again, and tell us the number below if it stays."
    ),
    503: N_("The database does not answer, or is busy. Nothing was changed; try again in a moment."),
}
CSRF_TEXT = N_(
    "The page was open for too long, or you logged in or out meanwhile. Go back, reload it and try again."
)


def wants_json() -> bool:
    """Whether the client asked for JSON rather than a page."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json", "application/problem+json"])
    return best is not None and best != "text/html"


def answer(status: int, text: str | None = None, field: str | None = None) -> Any:
    """The page, or the problem document, of an error."""
    known = status if status in TITLES else 400 if status < 500 else 500
    title = _(TITLES[known])
    text = text or _(TEXTS.get(known, TEXTS[400]))
    if wants_json():
        body = {"type": "about:blank", "title": title, "status": status, "detail": text, "field": field}
        response = jsonify({**body, "request_id": g.get("request_id", "-")})
        response.mimetype = "application/problem+json"
        return response, status
    return _page(status=status, title=title, text=text, request_id=g.get("request_id", "-")), status


def _page(**details: Any) -> str:
    """The error in the frame of all pages; the bare words where the frame cannot be drawn."""
    # A host that is not ours has no addresses, so no links.
    if not isinstance(request.routing_exception, SecurityError):
        try:
            return render_template("errors/error.html", **details)
        except SQLAlchemyError:
            # The frame asks the database who is logged in. Without a database the words still have to arrive.
            db.session.rollback()
    # Not by render_template, which would ask for the frame's values again.
    return current_app.jinja_env.get_template("errors/bare.html").render(details)


def _note_refusal(error: ServiceError) -> None:
    """Tell the trail that somebody reached for what is not theirs. It must never break the answer."""
    if error.status not in (403, 404) or not request.endpoint or not current_user.is_authenticated:
        return
    named = str(error.params.get("permission", ""))
    try:
        records.begin_writing()
        tell_trail()
        permission = named if named in PERMISSIONS else ""
        audit.note_refusal(db.session(), request.endpoint, permission, error.status)
        db.session.commit()
    except SQLAlchemyError:
        db.session.rollback()
        current_app.logger.warning("could not note a refusal of %s", request.endpoint)


def _path() -> str:
    """The path asked for; a link's token in it is a secret, and stays out of the log."""
    token = (request.view_args or {}).get("token")
    return request.path.replace(token, "•••") if token else request.path


def _refused(error: ServiceError) -> Any:
    db.session.rollback()
    current_app.logger.info("refused %s %s: %s", error.status, _path(), type(error).__name__)
    _note_refusal(error)
    return answer(error.status, language.refusal(error), error.field)


def _http(error: HTTPException) -> Any:
    db.session.rollback()
    status = error.code or 500
    if status < 400:
        return error
    is_csrf = type(error).__name__ == "CSRFError"
    response = current_app.make_response(answer(status, _(CSRF_TEXT) if is_csrf else None))
    if status == HTTPStatus.METHOD_NOT_ALLOWED and getattr(error, "valid_methods", None):
        response.headers["Allow"] = ", ".join(error.valid_methods)  # type: ignore[attr-defined]
    return response


def _stale(_error: StaleDataError) -> Any:
    db.session.rollback()
    return answer(409, _("Someone else changed this record in the meantime."))


def _database(error: SQLAlchemyError) -> Any:
    db.session.rollback()
    # The exception's text holds statement and values; only its kind and the driver's words are written down.
    current_app.logger.error("database: %s: %s", type(error).__name__, getattr(error, "orig", ""))
    return answer(503 if isinstance(error, OperationalError) else 500)


def _unexpected(error: Exception) -> Any:
    db.session.rollback()
    current_app.logger.error("unexpected %s", type(error).__name__, exc_info=error)
    return answer(500)


def init_app(app: Flask) -> None:
    """Register the handlers. In debug mode and tests an unexpected exception is raised as it is."""
    app.register_error_handler(ServiceError, _refused)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(StaleDataError, _stale)
    app.register_error_handler(SQLAlchemyError, _database)
    if not app.debug and not app.testing:
        app.register_error_handler(Exception, _unexpected)

"""The page that asks for the password again, and goes on with all that was typed (see views.proof)."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask, current_app, render_template, request, url_for
from flask_babel import gettext as _

from dashboard.errors import answer, wants_json
from models import db
from services.errors import Throttled
from views.base import own_path
from views.language import refusal
from views.proof import FIELD, ProofNeeded

# What the page puts into its form itself.
NOT_CARRIED: Final = frozenset({FIELD, "csrf_token"})


def _way_back() -> str:
    """Where the page leads whoever gives up: to the page before, if that can be asked for, else to the home page."""
    before, home = urlsplit(request.referrer or ""), url_for("admin.index")
    pages = current_app.url_map.bind(request.host)
    if before.netloc != request.host or not pages.test(before.path, "GET"):
        return home
    return own_path(f"{before.path}?{before.query}".rstrip("?"), home)


def _asked(error: ProofNeeded) -> Any:
    """403: what was asked for is not allowed yet. 422 for a wrong password, 429 after too many."""
    db.session.rollback()
    refused = error.refusal
    status = refused.status if refused else 403
    text = refusal(refused) if refused else _("Give your password again to go on.")
    if wants_json():
        return answer(status, text, FIELD)
    page = render_template(
        "auth/prove.html",
        address=request.full_path.rstrip("?"),
        back_here=_way_back(),
        field=FIELD,
        error=text if refused else None,
        carried=[pair for pair in request.form.items(multi=True) if pair[0] not in NOT_CARRIED],
        files=any(file.filename for file in request.files.values()),
    )
    wait = {"Retry-After": str(60 * refused.params["minutes"])} if isinstance(refused, Throttled) else {}
    return page, status, wait


def init_app(app: Flask) -> None:
    """Register the answer."""
    app.register_error_handler(ProofNeeded, _asked)

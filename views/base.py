"""What every page of ours shares: a permission per verb, one commit, the one who asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from flask import Blueprint, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask.views import MethodView
from flask_login import current_user
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.wrappers import Response

from models import db
from models.text import N_
from services import audit, records
from services.access import NOBODY, Actor
from services.errors import Forbidden
from services.permissions import PERMISSIONS
from views import proof

# Instead of a permission: what anybody may ask for, and what anybody may who is logged in.
PUBLIC: Final = "public"
SIGNED_IN: Final = "signed in"
# Where those may go who have to set up two-step log-in first: their own account, and out.
BEFORE_SET_UP: Final = ("account.", "second_factor.", "auth.logout")
# What a multipart form puts around a file.
WRAPPING: Final = 64 * 1024


def current_actor() -> Actor:
    """Who asks; someone without any right if nobody is logged in."""
    return current_user.actor if current_user.is_authenticated else NOBODY


def tell_trail() -> None:
    """Tell the trail who asks, and from where. What writes is told so before it begins (dashboard.unit_of_work)."""
    address = (request.remote_addr or "")[:64]
    preview = current_user.login.preview if current_user.is_authenticated else None
    # Whoever looks as a role is named as themselves, with what they look as.
    reason = f"preview: {preview}" if preview else ""
    context = audit.Context(current_actor(), "web", address, g.get("request_id", ""), reason)
    db.session().info["audit"] = context


def typed_reason() -> str:
    """Why something is done, as the form says; it need not say."""
    return records.UNKEEPABLE.sub("", request.form.get("reason", "")).strip()


def tell_reason() -> None:
    """Tell the trail why, if the form says so."""
    audit.context(db.session()).reason = typed_reason()


def own_path(target: str | None, default: str) -> str:
    """`target` if it is a path of this product, else `default`: nothing leads to another host."""
    if not target or not target.startswith("/") or "\\" in target or any(ord(char) < 33 for char in target):
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc or target.startswith("//") else target


def _wants_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def ask_to_log_in() -> Response:
    """To the log-in page, and back here afterwards; 401 for what asked for JSON and could not show it."""
    if _wants_json():
        abort(401)
    here = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("auth.login", next=here), code=303)


def gate() -> Response | None:
    """The way in to whatever is not public: None for those who may pass, else where they are led.

    Raises Forbidden for what cannot be led elsewhere, while a role demands two-step log-in that is not set up.
    """
    if not current_user.is_authenticated:
        return ask_to_log_in()
    if not current_user.login.must_set_up or (request.endpoint or "").startswith(BEFORE_SET_UP):
        return None
    if request.method not in ("GET", "HEAD") or _wants_json():
        raise Forbidden(
            N_("A role of yours demands two-step log-in. Set it up first, on the page of your account.")
        )
    return redirect(url_for("second_factor.page"), code=303)


def commit() -> None:
    """Commit the request's work. Raises Conflict or Invalid if the database refuses at the last moment."""
    try:
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise records.explain(error) from error
    except StaleDataError:
        db.session.rollback()
        raise


def let_in(blueprint: Blueprint, endpoint: str, limit: str) -> None:
    """Let a request to `endpoint` carry a file of as many bytes as the configuration key `limit` says."""

    @blueprint.url_value_preprocessor
    def _allow(asked: str | None, _values: dict[str, Any] | None) -> None:
        # Not in before_request: the protection against forgery runs there first, and reads the form.
        if asked == endpoint:
            request.max_content_length = current_app.config[limit] + WRAPPING


class DashboardView(MethodView):
    """A page. `permissions` names one for each verb (GET serves HEAD); a class that forgets fails at import."""

    permissions: ClassVar[Mapping[str, str]]
    # For a page that takes one of several permissions, held for all cinemas; it checks them itself.
    any_of: ClassVar[tuple[str, ...]] = ()
    # Verbs that need a password given lately (views.proof).
    proven: ClassVar[frozenset[str]] = frozenset()
    # True: the view works long before it writes, and calls records.begin_writing() when it is ready to.
    writes_late: ClassVar[bool] = False
    # True: may be sent also while looking as a role, when nothing else may that could change something.
    while_previewing: ClassVar[bool] = False
    init_every_request = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        named = getattr(cls, "permissions", {})
        verbs = {method.lower() for method in cls.methods or ()}
        if missing := verbs - set(named):
            raise TypeError(f"{cls.__name__} names no permission for {', '.join(sorted(missing))}")
        if missing := set(cls.proven) - verbs:
            raise TypeError(f"{cls.__name__} has no {', '.join(sorted(missing))} to be proven")
        if unknown := {name for name in named.values() if name not in (*PERMISSIONS, PUBLIC, SIGNED_IN)}:
            raise TypeError(f"{cls.__name__} names unknown permissions: {', '.join(sorted(unknown))}")

    def asker(self) -> Actor:
        """Whose rights decide."""
        return current_actor()

    def dispatch_request(self, **kwargs: Any) -> ResponseReturnValue:
        """Check the right, answer, commit. A refusal (an exception) rolls everything back."""
        verb = "get" if request.method in ("HEAD", "OPTIONS") else request.method.lower()
        permission = self.permissions.get(verb, SIGNED_IN)
        if permission != PUBLIC:
            if (elsewhere := gate()) is not None:
                return elsewhere
            if permission != SIGNED_IN:
                self.asker().require(permission)
        if verb in self.proven:
            proof.require()
        response = current_app.ensure_sync(super().dispatch_request)(**kwargs)
        commit()
        return response

"""Logging in and out."""

from __future__ import annotations

from typing import ClassVar, Final

from flask import (
    Blueprint,
    Response,
    current_app,
    g,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.exc import OperationalError

from models import db
from services import logins, posters
from services.errors import Invalid, ServiceError, Throttled
from views.base import PUBLIC, SIGNED_IN, DashboardView, ask_to_log_in, own_path
from views.forms.auth import LoginForm
from views.language import refusal
from views.rules import hashing, policy

blueprint = Blueprint("auth", __name__)
# Where the session keeps the token of a log-in that waits for its code.
SECOND_STEP: Final = "second_step"


class Person(UserMixin):
    """Whoever a living log-in belongs to. Flask-Login keeps the log-in's token, never the account's number."""

    def __init__(self, login: logins.Session, token: str) -> None:
        self.login, self.token, self.actor = login, token, login.actor
        self.display_name = login.display_name

    def get_id(self) -> str:
        return self.token


def init_login(manager: LoginManager) -> None:
    """Teach Flask-Login to ask the server-side record at every request."""
    manager.session_protection = None  # The record, not the address, decides: phones change networks.

    @manager.user_loader
    def _load(token: str) -> Person | None:
        found = logins.resume(policy(), token)
        return Person(found, token) if found else None

    manager.unauthorized_handler(ask_to_log_in)


@blueprint.after_app_request
def _touch(response: Response) -> Response:
    """Note that the log-in is in use. It must never break a page that is ready."""
    if "_login_user" not in g or not current_user.is_authenticated:
        return response
    try:
        if logins.touch(current_user.login):
            db.session.commit()
    except OperationalError:
        db.session.rollback()
        current_app.logger.warning("could not note the use of log-in %s", current_user.login.login_id)
    return response


def enter(token: str, remember: bool) -> bool:
    """Let the browser in by a log-in's token. False: the log-in still waits for the code of its second step."""
    session.clear()  # Nothing that was known before the log-in stays, the CSRF token included.
    login = logins.resume(policy(), token)
    if login is None:
        session[SECOND_STEP] = token
        return False
    return bool(login_user(Person(login, token), remember=remember))


def wall() -> list[str]:
    """The addresses of the posters beside the door."""
    return [url_for("posters.show", sha256=sha, variant="card") for sha in posters.newest(16)]


class LoginView(DashboardView):
    """The log-in page."""

    permissions: ClassVar = {"get": PUBLIC, "post": PUBLIC}
    writes_late = True

    def get(self) -> ResponseReturnValue:
        if current_user.is_authenticated:
            return redirect(own_path(request.args.get("next"), url_for("admin.index")), code=303)
        return self._page(LoginForm())

    def post(self) -> ResponseReturnValue:
        form = LoginForm(request.form)
        if not form.validate():
            return self._page(form, status=422)
        try:
            token, _user = logins.log_in(
                policy(),
                hashing(),
                typed=form.login.data,
                password=form.password.data,
                remember=form.remember.data,
                address=request.remote_addr or "",
                device=request.user_agent.string,
            )
        except (Invalid, Throttled) as error:
            # Not the name: people type their password there by mistake.
            current_app.logger.warning(
                "log-in refused from %s: %s", request.remote_addr, type(error).__name__
            )
            return self._page(form, error)
        if not enter(token, form.remember.data):
            target = own_path(request.args.get("next"), "") or None
            return redirect(url_for("second_step.code", next=target), code=303)
        return redirect(own_path(request.args.get("next"), url_for("admin.index")), code=303)

    def _page(
        self, form: LoginForm, error: ServiceError | None = None, status: int = 200
    ) -> ResponseReturnValue:
        if error is not None:
            status = 401 if isinstance(error, Invalid) else error.status
        text = refusal(error) if error else None
        page = render_template("auth/login.html", form=form, error=text, posters=wall())
        wait = {"Retry-After": str(60 * error.params["minutes"])} if isinstance(error, Throttled) else {}
        return page, status, wait


class LogoutView(DashboardView):
    """Logging out ends the server-side record first."""

    permissions: ClassVar = {"post": SIGNED_IN}
    while_previewing = True

    def post(self) -> ResponseReturnValue:
        logins.log_out(current_user.token)
        logout_user()
        session.clear()
        return redirect(url_for("auth.login"), code=303)


class RootView(DashboardView):
    """The bare address leads to the office."""

    permissions: ClassVar = {"get": PUBLIC}

    def get(self) -> ResponseReturnValue:
        return redirect(url_for("admin.index"), code=303)


blueprint.add_url_rule("/", view_func=RootView.as_view("root"))
blueprint.add_url_rule("/login", view_func=LoginView.as_view("login"))
blueprint.add_url_rule("/logout", view_func=LogoutView.as_view("logout"))

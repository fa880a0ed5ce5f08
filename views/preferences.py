"""Language and theme: kept in cookies of the reader's device, so they hold before and after logging in."""

from __future__ import annotations

from typing import ClassVar

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from services import account
from views import language
from views.base import PUBLIC, DashboardView, own_path

blueprint = Blueprint("preferences", __name__)
YEAR = 365 * 24 * 3600


class PreferencesView(DashboardView):
    """Sets what is given and leads back."""

    permissions: ClassVar = {"post": PUBLIC}
    while_previewing = True

    def post(self) -> ResponseReturnValue:
        offered = {
            language.LANGUAGE_COOKIE: current_app.config["LANGUAGES"],
            language.THEME_COOKIE: language.THEMES,
        }
        response = redirect(own_path(request.form.get("next"), url_for("admin.index")), code=303)
        for name, values in offered.items():
            if (value := request.form.get(name)) is None:
                continue
            if value not in values:
                abort(400)
            secure = current_app.config["SESSION_COOKIE_SECURE"]
            # Readable by theme.js, which applies the theme before the first paint.
            response.set_cookie(name, value, max_age=YEAR, secure=secure, samesite="Lax")
        self._remember(request.form.get(language.LANGUAGE_COOKIE))
        return response

    def _remember(self, code: str | None) -> None:
        """The language also beyond this device, for mails; not while somebody only looks as a role."""
        if code and current_user.is_authenticated and not current_user.login.preview:
            account.keep_language(current_user.login.user_id, code)


blueprint.add_url_rule("/preferences", view_func=PreferencesView.as_view("save"))

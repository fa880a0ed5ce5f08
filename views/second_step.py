"""The second step of a log-in: a code of one's app, or a recovery code."""

from __future__ import annotations

from typing import ClassVar

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from services import second_step
from services.errors import Invalid, NotFound, ServiceError, Throttled
from views.auth import SECOND_STEP, enter, wall
from views.base import PUBLIC, DashboardView, own_path
from views.forms.second_factor import CodeForm
from views.rules import policy

blueprint = Blueprint("second_step", __name__)


class CodeView(DashboardView):
    """Asks whoever has given the right password for the code. Until then they are nobody."""

    permissions: ClassVar = {"get": PUBLIC, "post": PUBLIC}

    def get(self) -> ResponseReturnValue:
        if second_step.waiting(session.get(SECOND_STEP, "")) is None:
            return self._to_password()
        return self._page(CodeForm())

    def post(self) -> ResponseReturnValue:
        form = CodeForm(request.form)
        if not form.validate():
            return self._page(form), form.refused_with
        waiting, address = session.get(SECOND_STEP, ""), request.remote_addr or ""
        try:
            token, remember = second_step.finish(policy(), waiting, form.typed, address)
        except NotFound:
            flash(_("That took too long. Log in again."), "warning")
            return self._to_password()
        except (Invalid, Throttled) as error:
            return self._refused(form, error)
        enter(token, remember)
        return redirect(own_path(request.args.get("next"), url_for("admin.index")), code=303)

    def _refused(self, form: CodeForm, error: ServiceError) -> ResponseReturnValue:
        current_app.logger.warning("code refused from %s: %s", request.remote_addr, type(error).__name__)
        error.field = "code" if form.code.data or not form.recovery.data else "recovery"
        form.refuse(error)
        wait = {"Retry-After": str(60 * error.params["minutes"])} if isinstance(error, Throttled) else {}
        return self._page(form), form.refused_with, wait

    def _page(self, form: CodeForm) -> str:
        return render_template(
            "auth/code.html", form=form, error=None, posters=wall(), to_password=_password_page()
        )

    def _to_password(self) -> ResponseReturnValue:
        return redirect(_password_page(), code=303)


def _password_page() -> str:
    return url_for("auth.login", next=own_path(request.args.get("next"), "") or None)


blueprint.add_url_rule("/login/code", view_func=CodeView.as_view("code"))

"""One's own account: who one is here, another password, the log-ins that live."""

from __future__ import annotations

from typing import ClassVar

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from services import account, second_factor
from services.errors import Conflict, Invalid, ServiceError, Throttled
from views.auth import enter
from views.base import SIGNED_IN, DashboardView
from views.devices import device
from views.forms.account import PasswordForm
from views.forms.people import role_name
from views.rules import hashing, policy

blueprint = Blueprint("account", __name__)


def _page(form: PasswordForm) -> str:
    login = current_user.login
    user = account.person(login.user_id)
    roles = sorted((role_name(grant.role), str(grant.cinema or _("all cinemas"))) for grant in user.grants)
    rows = account.log_ins(policy(), login.user_id, login.login_id)
    log_ins = [(row, device(row.device)) for row in rows]
    state = second_factor.state(user.id)
    return render_template(
        "account/page.html", form=form, user=user, roles=roles, log_ins=log_ins, state=state
    )


def _back() -> ResponseReturnValue:
    return redirect(url_for("account.page"), code=303)


class PageView(DashboardView):
    """The page."""

    permissions: ClassVar = {"get": SIGNED_IN}

    def get(self) -> ResponseReturnValue:
        return _page(PasswordForm())


class PasswordView(DashboardView):
    """Takes another password. All other log-ins end, and this one goes on by a new token."""

    # A page that shows a refusal has this address; switching the language there asks for it.
    permissions: ClassVar = {"get": SIGNED_IN, "post": SIGNED_IN}
    writes_late = True

    def get(self) -> ResponseReturnValue:
        return _back()

    def post(self) -> ResponseReturnValue:
        form = PasswordForm(request.form)
        if not form.validate():
            return _page(form), form.refused_with
        try:
            token, remember = self._change(form)
        except (Invalid, Conflict, Throttled) as error:
            return self._refused(form, error)
        enter(token, remember)
        flash(_("Your password was changed. All your other log-ins have ended."), "success")
        return _back()

    def _change(self, form: PasswordForm) -> tuple[str, bool]:
        login = current_user.login
        return account.change_password(
            policy(),
            hashing(),
            account.person(login.user_id),
            old=form.old.data,
            new=form.password.data,
            login_id=login.login_id,
            address=request.remote_addr or "",
        )

    def _refused(self, form: PasswordForm, error: ServiceError) -> ResponseReturnValue:
        current_app.logger.warning(
            "new password of account %s refused from %s: %s",
            current_user.login.user_id,
            request.remote_addr,
            type(error).__name__,
        )
        form.refuse(error)
        wait = {"Retry-After": str(60 * error.params["minutes"])} if isinstance(error, Throttled) else {}
        return _page(form), form.refused_with, wait


class EndView(DashboardView):
    """Ends one of one's own log-ins."""

    permissions: ClassVar = {"post": SIGNED_IN}

    def post(self, login_id: int) -> ResponseReturnValue:
        account.end_log_in(policy(), current_user.login.user_id, login_id)
        flash(_("The log-in has ended."), "success")
        return _back()


class EndOthersView(DashboardView):
    """Ends all of one's own log-ins but this one."""

    permissions: ClassVar = {"post": SIGNED_IN}

    def post(self) -> ResponseReturnValue:
        login = current_user.login
        count = account.end_others(policy(), login.user_id, login.login_id)
        flash(
            ngettext("%(num)s other log-in has ended.", "%(num)s other log-ins have ended.", count), "success"
        )
        return _back()


blueprint.add_url_rule("/account", view_func=PageView.as_view("page"))
blueprint.add_url_rule("/account/password", view_func=PasswordView.as_view("password"))
blueprint.add_url_rule(
    "/account/log-ins/<int(max=2147483647):login_id>/end", view_func=EndView.as_view("end")
)
blueprint.add_url_rule("/account/log-ins/end-others", view_func=EndOthersView.as_view("end_others"))

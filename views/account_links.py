"""The pages behind account links, and “Forgot your password?”. Looking at one changes nothing: mail scanners do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar

from flask import Blueprint, Response, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from models import db
from services import audit, entry, logins, records
from services.access import NOBODY
from services.account_links import Terms
from services.errors import Conflict, Gone, Invalid
from views import mail
from views.base import PUBLIC, DashboardView, commit
from views.forms.links import ChosenPasswordForm, ForgotForm, SetUpForm
from views.language import refusal
from views.later import do_later
from views.rules import hashing, policy

blueprint = Blueprint("account_links", __name__)
# What tries of tokens count as.
LINK = "account link"


def terms() -> Terms:
    """How long the installation's links hold."""
    config = current_app.config
    return Terms(timedelta(days=config["INVITATION_DAYS"]), timedelta(minutes=config["RESET_MINUTES"]))


def _here() -> str:
    return request.remote_addr or ""


def _dead(error: Gone) -> ResponseReturnValue:
    text = refusal(error)
    return render_template("account_links/gone.html", text=text, mails=mail.is_configured()), error.status


class LinkView(DashboardView):
    """What the pages of links share: a dead one is told as such and, when something is sent, counted as a try."""

    permissions: ClassVar = {"get": PUBLIC, "post": PUBLIC}
    writes_late = True

    def dispatch_request(self, **kwargs: Any) -> ResponseReturnValue:
        logins.hold_back(policy(), LINK + request.path, _here())
        try:
            answer = current_app.make_response(super().dispatch_request(**kwargs))
        except Gone as error:
            db.session.rollback()
            if request.method == "POST":
                records.begin_writing()
                logins.count_try(LINK + request.path, _here())
                commit()
            answer = current_app.make_response(_dead(error))
        return self._discreet(answer)

    def _discreet(self, answer: Response) -> Response:
        """Nobody is told this address. (“no-referrer” would hide the host, too, which the protection against forgery
        asks for over HTTPS.)"""
        answer.headers["Referrer-Policy"] = "strict-origin"
        return answer


class PasswordView(LinkView):
    """Takes the password that an invited or forgetful person chooses. Nobody is logged in by it."""

    def get(self, token: str) -> ResponseReturnValue:
        return self._page(ChosenPasswordForm(), token)

    def post(self, token: str) -> ResponseReturnValue:
        form = ChosenPasswordForm(request.form)
        if not form.validate():
            return self._page(form, token), form.refused_with
        try:
            user = entry.take(hashing(), token, form.password.data)
        except (Invalid, Conflict) as error:
            form.refuse(error)
            return self._page(form, token), form.refused_with
        flash(_("The password of %(name)s is set. Log in with it.", name=user.name), "success")
        return redirect(url_for("auth.login"), code=303)

    def _page(self, form: ChosenPasswordForm, token: str) -> str:
        return render_template("account_links/page.html", form=form, user=entry.person(token))


class SetUpView(LinkView):
    """Makes the first account of an installation."""

    def get(self, token: str) -> ResponseReturnValue:
        entry.expect_first(token)
        return self._page(SetUpForm())

    def post(self, token: str) -> ResponseReturnValue:
        entry.expect_first(token)
        form = SetUpForm(request.form)
        if not form.validate():
            return self._page(form), form.refused_with
        try:
            user = entry.set_up(hashing(), token, form.values(), form.password.data)
        except (Invalid, Conflict) as error:
            form.refuse(error)
            return self._page(form), form.refused_with
        flash(
            _("The account %(name)s may do everything, everywhere. Log in with it.", name=user.name),
            "success",
        )
        return redirect(url_for("auth.login"), code=303)

    def _page(self, form: SetUpForm) -> str:
        return render_template("account_links/set_up.html", form=form)


class ForgotView(DashboardView):
    """Asks who forgot their password. The answer is the same for everybody, and comes before anybody is looked for."""

    permissions: ClassVar = {"get": PUBLIC, "post": PUBLIC}

    def get(self) -> ResponseReturnValue:
        return self._page(ForgotForm())

    def post(self) -> ResponseReturnValue:
        if not mail.is_configured():
            return redirect(url_for("account_links.forgot"), code=303)
        form = ForgotForm(request.form)
        if not form.validate():
            return self._page(form), form.refused_with
        entry.knock(policy(), form.login.data, _here())
        commit()
        # Whether there is such an account shows in the time that this takes, so nobody waits for it.
        do_later(mail_forgotten, form.login.data, _here(), g.request_id)
        flash(
            _(
                "If there is such an account, and it has an e-mail address, a mail is on its way there. "
                "Its link holds for %(minutes)s minutes.",
                minutes=current_app.config["RESET_MINUTES"],
            ),
            "success",
        )
        return redirect(url_for("auth.login"), code=303)

    def _page(self, form: ForgotForm) -> str:
        return render_template("account_links/forgot.html", form=form, mails=mail.is_configured())


def mail_forgotten(typed: str, here: str, request_id: str) -> None:
    """Mail a link to whoever logs in by what was typed, if anybody does."""
    records.begin_writing()
    db.session().info["audit"] = audit.Context(NOBODY, "web", here[:64], request_id)
    link = entry.forgotten(policy(), terms(), typed)
    commit()
    if link is not None:
        mail.send(link)


blueprint.add_url_rule("/account-link/<token>", view_func=PasswordView.as_view("page"))
blueprint.add_url_rule("/set-up/<token>", view_func=SetUpView.as_view("set_up"))
blueprint.add_url_rule("/forgot-password", view_func=ForgotView.as_view("forgot"))

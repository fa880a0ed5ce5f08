"""Two-step log-in of one's own account: setting up, recovery codes, switching off."""

from __future__ import annotations

from typing import ClassVar

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from models import User, db
from services import second_factor
from services.errors import Invalid
from views.base import SIGNED_IN, DashboardView
from views.forms.second_factor import ConfirmForm

blueprint = Blueprint("second_factor", __name__, url_prefix="/account/second-factor")


def _user() -> User:
    return db.session.get_one(User, current_user.login.user_id)


def _picture(text: str) -> Markup:
    """A QR code as an SVG element: black on white whatever the theme, as cameras want it."""
    drawn = segno.make_qr(text, error="m").svg_inline(scale=5, dark="#000", light="#fff", svgclass="qr-code")
    return Markup(drawn)  # noqa: S704 - segno draws paths only; nothing of the text stands in them


def _set_up_page(user: User, secret: str, form: ConfirmForm) -> str:
    spelt = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    picture = _picture(second_factor.address(user, secret))
    here = url_for("second_factor.page")
    return render_template(
        "account/set_up.html",
        form=form,
        picture=picture,
        secret=spelt,
        issuer=second_factor.ISSUER,
        back_here=here,
    )


def _codes_page(codes: list[str]) -> str:
    """The codes are in this answer and nowhere else."""
    return render_template(
        "account/recovery_codes.html", codes=codes, back_here=url_for("second_factor.page")
    )


class PageView(DashboardView):
    """Whether it is on, and what can be done; POST begins to set it up."""

    permissions: ClassVar = {"get": SIGNED_IN, "post": SIGNED_IN}
    proven = frozenset({"post"})

    def get(self) -> ResponseReturnValue:
        state = second_factor.state(current_user.login.user_id)
        return render_template("account/second_factor.html", state=state)

    def post(self) -> ResponseReturnValue:
        user = _user()
        return _set_up_page(user, second_factor.begin(user), ConfirmForm())


class ConfirmView(DashboardView):
    """Switches it on by a first code, and shows the recovery codes."""

    permissions: ClassVar = {"post": SIGNED_IN}
    proven = frozenset({"post"})

    def post(self) -> ResponseReturnValue:
        form, user = ConfirmForm(request.form), _user()
        secret = second_factor.pending(user)
        if form.validate():
            try:
                return _codes_page(second_factor.confirm(user, form.code.data))
            except Invalid as error:
                form.refuse(error)
        return _set_up_page(user, secret, form), form.refused_with


class CodesView(DashboardView):
    """Makes new recovery codes; the old ones are worth nothing."""

    permissions: ClassVar = {"post": SIGNED_IN}
    proven = frozenset({"post"})

    def post(self) -> ResponseReturnValue:
        return _codes_page(second_factor.renew_codes(_user()))


class OffView(DashboardView):
    """Lets the password alone do again."""

    permissions: ClassVar = {"post": SIGNED_IN}
    proven = frozenset({"post"})

    def post(self) -> ResponseReturnValue:
        second_factor.switch_off(_user())
        flash(_("Two-step log-in is off."), "success")
        return redirect(url_for("account.page"), code=303)


blueprint.add_url_rule("", view_func=PageView.as_view("page"))
blueprint.add_url_rule("/confirm", view_func=ConfirmView.as_view("confirm"))
blueprint.add_url_rule("/codes", view_func=CodesView.as_view("codes"))
blueprint.add_url_rule("/off", view_func=OffView.as_view("off"))

"""Looking at the product as a role in a cinema sees it: chosen, begun and ended here."""

from __future__ import annotations

from typing import Any, ClassVar

from flask import Blueprint, Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from models import Cinema, Role
from models.text import N_, Term
from services import previews
from services.access import Actor
from services.errors import Forbidden, Invalid, NotFound
from services.permissions import PREVIEW
from views.base import SIGNED_IN, DashboardView, current_actor
from views.forms.people import role_name

blueprint = Blueprint("preview", __name__)


def _number(name: str) -> int | None:
    """The number of a record that was sent, None if none was. Raises NotFound for what is no number."""
    typed = request.values.get(name, "").strip()
    if typed and not (typed.isascii() and typed.isdigit() and len(typed) < 10):
        raise NotFound(N_("There is no such record."))
    return int(typed) if typed else None


def _chosen(model: type[Any], name: str) -> Any:
    number = _number(name)
    return None if number is None else previews.record(current_actor(), model, number)


class PreviewView(DashboardView):
    """Chooses role and cinema, and begins. Whoever looks already may begin anew, by the rights of their own."""

    permissions: ClassVar = {"get": PREVIEW, "post": PREVIEW}
    while_previewing = True

    def asker(self) -> Actor:
        return current_user.login.own if request.method == "POST" else current_actor()

    def get(self) -> ResponseReturnValue:
        role, cinema = _chosen(Role, "role"), _chosen(Cinema, "cinema")
        if cinema is not None:
            previews.require(current_actor(), cinema)
        everywhere = current_actor().everywhere(PREVIEW)
        called = role_name(role) if role else ""
        return render_template(
            "previews/page.html", role=role, called=called, cinema=cinema, everywhere=everywhere
        )

    def post(self) -> ResponseReturnValue:
        role_id = _number("role")
        if role_id is None:
            raise Invalid(N_("Choose a role."), "role")
        previews.start(current_user.login.own, current_user.login.login_id, role_id, _number("cinema"))
        return redirect(url_for("admin.index"), code=303)


class EndView(DashboardView):
    """Ends the preview of the log-in that asks."""

    permissions: ClassVar = {"post": SIGNED_IN}
    while_previewing = True

    def post(self) -> ResponseReturnValue:
        login = current_user.login
        previews.end(login.own, login.login_id)
        flash(_("The preview has ended. You see the product with your own rights again."), "success")
        return redirect(url_for("admin.index"), code=303)


def only_look(app: Flask) -> None:
    """Refuse whatever could change something while the one who asks looks as somebody else.

    Pages open as the role would see them, forms included; a view that says `while_previewing` is let through.
    """
    view = getattr(app.view_functions.get(request.endpoint or ""), "view_class", None)
    if getattr(view, "while_previewing", False):
        return
    if current_user.is_authenticated and (preview := current_user.login.preview):
        name = Term(preview.role_name) if preview.role_key else preview.role_name
        raise Forbidden(
            N_("You are looking as “%(role)s”; nothing can be changed. End the preview first."), role=name
        )


blueprint.add_url_rule("/preview", view_func=PreviewView.as_view("choose"))
blueprint.add_url_rule("/preview/end", view_func=EndView.as_view("end"))

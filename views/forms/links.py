"""The forms behind account links: a password of one's own, the first account, a forgotten password."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import EmailField, StringField
from wtforms.validators import Length

from views.forms.account import new_password, new_password_again
from views.forms.base import BaseForm, needed, text_options

LOGIN = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}


class ChosenPasswordForm(BaseForm):
    """A password, twice."""

    password = new_password()
    again = new_password_again()


class SetUpForm(BaseForm):
    """The first account."""

    display_name = StringField(_l("Your name"), needed(), **text_options(render_kw={"autocomplete": "name"}))
    name = StringField(
        _l("Log-in name"),
        needed(80),
        description=_l("2 to 80 of the characters a-z, 0-9, dot, dash and underline."),
        **text_options(render_kw=LOGIN),
    )
    email = EmailField(
        _l("E-mail (may be left empty)"),
        [Length(max=254)],
        **text_options(render_kw={"autocomplete": "email"}),
    )
    password = new_password()
    again = new_password_again()

    def values(self) -> dict[str, Any]:
        """What was typed about the person, for the service."""
        return {name: self[name].data for name in ("display_name", "name", "email")}


class ForgotForm(BaseForm):
    """Who."""

    login = StringField(_l("Name or e-mail"), needed(254), **text_options(render_kw=LOGIN))

"""The log-in form."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, PasswordField, StringField, SubmitField
from wtforms.validators import DataRequired, Length

from views.forms.base import BaseForm, strip


class LoginForm(BaseForm):
    """Who and with which password."""

    login = StringField(
        _l("Name or e-mail"),
        [DataRequired(), Length(max=254)],
        filters=[strip],
        render_kw={
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
            "autofocus": True,
        },
    )
    password = PasswordField(
        _l("Password"), [DataRequired(), Length(max=1024)], render_kw={"autocomplete": "current-password"}
    )
    remember = BooleanField(_l("Stay signed in"))
    submit = SubmitField(_l("Log in"))

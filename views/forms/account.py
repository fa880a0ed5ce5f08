"""The form of one's own account."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from views.forms.base import BaseForm

# Far more than a password may have: the service says what is too long, in its own words.
TYPED_MAX = 1024
NEW = {"autocomplete": "new-password"}


def new_password() -> Any:
    """The field of a password that somebody thinks of."""
    return PasswordField(
        _l("Your new password"),
        [InputRequired(), Length(max=TYPED_MAX)],
        description=_l(
            "8 to 128 characters. Three or four words that have nothing to do with each other are good."
        ),
        render_kw=NEW,
    )


def new_password_again() -> Any:
    """The same again, as the field beside “password”."""
    return PasswordField(
        _l("Your new password again"),
        [InputRequired(), EqualTo("password", _l("This is not the same as above."))],
        render_kw=NEW,
    )


class PasswordForm(BaseForm):
    """Another password. Nothing is stripped, nothing is shown again."""

    old = PasswordField(
        _l("Your password now"),
        [InputRequired(), Length(max=TYPED_MAX)],
        render_kw={"autocomplete": "current-password"},
    )
    password = new_password()
    again = new_password_again()

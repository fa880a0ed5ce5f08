"""The form of one's own account."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField
from wtforms.validators import EqualTo, InputRequired, Length

from views.forms.base import BaseForm

# Far more than a password may have: the service says what is too long, in its own words.
TYPED_MAX = 1024
NEW = {"autocomplete": "new-password"}


class PasswordForm(BaseForm):
    """Another password. Nothing is stripped, nothing is shown again."""

    old = PasswordField(
        _l("Your password now"),
        [InputRequired(), Length(max=TYPED_MAX)],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        _l("Your new password"),
        [InputRequired(), Length(max=TYPED_MAX)],
        description=_l(
            "8 to 128 characters. Three or four words that have nothing to do with each other are good."
        ),
        render_kw=NEW,
    )
    again = PasswordField(
        _l("Your new password again"),
        [InputRequired(), EqualTo("password", _l("This is not the same as above."))],
        render_kw=NEW,
    )

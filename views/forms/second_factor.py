"""The forms of two-step log-in."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import DataRequired, Length

from views.forms.base import BaseForm, strip

# Far more than a code has: the service says what is wrong with it.
TYPED_MAX = 100
NUMBER = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false", "autofocus": True}
WORDS = {"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}


class ConfirmForm(BaseForm):
    """The first code of an app."""

    code = StringField(
        _l("Code that the app shows now"), [DataRequired(), Length(max=TYPED_MAX)], [strip], render_kw=NUMBER
    )


class CodeForm(BaseForm):
    """A code of the app, or one of the recovery codes."""

    code = StringField(_l("Code of your app"), [Length(max=TYPED_MAX)], [strip], render_kw=NUMBER)
    recovery = StringField(_l("Recovery code"), [Length(max=TYPED_MAX)], [strip], render_kw=WORDS)

    @property
    def typed(self) -> str:
        """Whichever was given."""
        return self.code.data or self.recovery.data or ""

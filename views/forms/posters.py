"""The upload of a poster."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from views.forms.base import BaseForm


class PosterForm(BaseForm):
    """One picture; what is in it the service judges."""

    poster = FileField(
        _l("Picture file"),
        [FileRequired(_l("Choose a picture first."))],
        id="poster-file",
    )

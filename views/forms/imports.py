"""The form of an import."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FileField, SelectField, ValidationError
from wtforms.fields.choices import SelectChoice

from models.text import N_
from services import imports
from views.forms.base import BaseForm

KIND_NAMES = {"cities": N_("Cities"), "films": N_("Films"), "cinemas": N_("Cinemas")}


class ImportForm(BaseForm):
    """A file, what it should hold, and whether only to look."""

    file = FileField(_l("File"))
    kind = SelectField(
        _l("What it holds"),
        choices=[
            SelectChoice("", _l("Tell by the content")),
            *(SelectChoice(kind, _l(KIND_NAMES[kind])) for kind in imports.KINDS),
        ],
    )
    dry_run = BooleanField(_l("Only show what would happen"), default=True)

    overwrite = BooleanField(_l("Replace stored values that differ"))

    def validate_file(self, field: FileField) -> None:
        if not getattr(field.data, "filename", ""):
            raise ValidationError(_l("Choose a file."))

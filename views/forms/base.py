"""What all record forms share: language, refusals shown beside their cause, the stale-write check."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _l
from wtforms import Form, HiddenField, StringField
from wtforms.meta import DefaultMeta
from wtforms.validators import InputRequired, Length

from models.text import N_
from services.errors import Conflict, ServiceError
from views.language import current_language, refusal


class Translated(DefaultMeta):
    """WTForms' own messages in the reader's language."""

    @property
    def locales(self) -> list[str]:
        return [current_language()]


class BaseForm(Form):
    """A form whose service may refuse."""

    class Meta(Translated):
        pass

    # The HTTP status of a page that shows this form after a refusal.
    refused_with = 422

    def refuse(self, error: ServiceError) -> None:
        """Show a service's refusal at the field that caused it, or above the form."""
        self.refused_with = error.status
        text = refusal(error)
        field = self._fields.get(error.field or "")
        if field is None:
            self.form_errors.append(text)
        else:
            field.errors = [*field.errors, text]


# Fields that say something of the change and nothing of the record.
ABOUT_THE_CHANGE = frozenset({"version", "reason"})


class RecordForm(BaseForm):
    """The form of a record. `cards` lays it out: (title, names of fields) in order."""

    cards: ClassVar[tuple[tuple[str, tuple[str, ...]], ...]] = ()
    version = HiddenField()
    # Told to the trail, not to the service.
    reason = StringField(
        _l("Reason"), [Length(max=200)], description=_l("For the change history; may stay empty.")
    )

    @classmethod
    def of(cls, record: Any, formdata: Any = None) -> RecordForm:
        """The form filled from a record and, over that, from what was sent."""
        return cls(formdata, obj=record)

    def values(self) -> dict[str, Any]:
        """What was typed, as values for the service."""
        return {name: field.data for name, field in self._fields.items() if name not in ABOUT_THE_CHANGE}

    def require_fresh(self, record: Any) -> None:
        """Raise Conflict when the record has changed since the form was shown."""
        if hasattr(record, "version") and self.version.data != str(record.version):
            raise Conflict(
                N_("Someone else changed this record in the meantime. Open it again to see what it is now.")
            )

    # Fields that help to type and say nothing of a record.
    helpers: ClassVar[tuple[str, ...]] = ()

    def shown(self) -> list[tuple[str, list[Any]]]:
        """The cards with their fields."""
        return [(title, [self._fields[name] for name in names]) for title, names in self.cards]


def needed(most: int = 200) -> list[Any]:
    """The validators of a text that must be there, of `most` characters at most."""
    return [InputRequired(), Length(max=most)]


def strip(value: Any) -> Any:
    """A filter: text without spaces around it; browsers send lines that end in two characters, kept is one."""
    return value.strip().replace("\r\n", "\n") if isinstance(value, str) else value


def text_options(**more: Any) -> Mapping[str, Any]:
    """Keyword arguments of an ordinary text field: stripped, never None."""
    return {"filters": [strip, lambda value: value or ""], **more}

"""Fields that know the trade: relations looked up in scope, money, words of a vocabulary, seats."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from wtforms import DecimalField, SelectField, SelectMultipleField, TextAreaField, ValidationError
from wtforms.fields.choices import Choice, SelectFieldBase
from wtforms.widgets import CheckboxInput, ListWidget, Select

from models.vocabulary import Vocabulary
from services import access
from services.errors import ServiceError
from views.base import current_actor


class LookupField(SelectFieldBase):
    """One record of another kind, found by typing. Only what the reader may see can be chosen.

    `data` is the record or None; `text` says how a chosen record is called.
    """

    widget = Select()

    def __init__(
        self,
        label: Any,
        model: type[Any],
        required: bool = False,
        text: Callable[[Any], str] = str,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, **kwargs)
        self.model = model
        self.flags.required = required
        self.noun = model.__tablename__
        self.text = text
        self.render_kw = {
            "data-lookup-url": url_for(f"{self.noun}.ajax_lookup"),
            "data-text-none": _("Nothing found"),
            "data-text-clear": _("Clear"),
        }

    def iter_choices(self) -> Iterator[Choice]:
        """The chosen record only: the others are looked up."""
        yield Choice("", "", self.data is None, {})
        if self.data is not None:
            yield Choice(self.data.id, self.text(self.data), True, {})

    def has_groups(self) -> bool:
        return False

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = valuelist[0].strip() if valuelist else ""
        if not typed:
            self.data = None
            return
        kept: Any = self.data
        self.data = None
        if not (typed.isascii() and typed.isdigit() and len(typed) < 10):
            raise ValueError(_("Choose one from the list."))
        if kept is not None and kept.id == int(typed):
            self.data = kept
            return
        try:
            self.data = access.get(current_actor(), f"{self.noun}.view", self.model, int(typed))
        except ServiceError as error:
            raise ValueError(_("Choose one from the list.")) from error

    def pre_validate(self, form: Any) -> None:
        if self.flags.required and self.data is None and not self.process_errors:
            raise ValidationError(self.gettext("This field is required."))


class TagsField(SelectMultipleField):
    """Words, known ones of a vocabulary by their code, others as typed. `data` is a list."""

    def __init__(
        self, label: Any, vocabulary: Vocabulary | None = None, limit: int = 40, **kwargs: Any
    ) -> None:
        self.vocabulary, self.limit = vocabulary, limit
        super().__init__(label, choices=[], validate_choice=False, **kwargs)
        texts = {
            "data-text-remove": _("Remove"),
            "data-text-create": _("Add"),
            "data-text-none": _("Nothing found"),
        }
        self.render_kw = {"data-tags": "", **texts}

    def iter_choices(self) -> Iterator[Choice]:
        chosen = self.data or []
        known = self.vocabulary.names if self.vocabulary else {}
        for code in chosen:
            yield Choice(code, _(known[code]) if code in known else code, True, {})
        for code, name in known.items():
            if code not in chosen:
                yield Choice(code, _(name), False, {})

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = [word.strip() for word in valuelist if word.strip()]
        self.data = self.vocabulary.codes(typed) if self.vocabulary else list(dict.fromkeys(typed))
        if len(self.data) > self.limit or any(len(word) > 100 for word in self.data):
            raise ValueError(_("At most %(limit)s words of 100 characters.", limit=self.limit))


class EnumField(SelectField):
    """One member of an enum; an empty choice where `blank` names one. `data` is the member or None."""

    def __init__(self, label: Any, enum: type[StrEnum], blank: Any = None, **kwargs: Any) -> None:
        self.enum, self.blank = enum, blank
        super().__init__(label, choices=[], coerce=lambda value: enum(value) if value else None, **kwargs)

    def _pairs(self) -> Iterable[tuple[str, str]]:
        if self.blank is not None:
            yield ("", str(self.blank))
        for member in self.enum:
            yield (member.value, _(member.label))  # type: ignore[attr-defined]

    def iter_choices(self) -> Iterator[Choice]:
        for value, label in self._pairs():
            yield Choice(value, label, value == (self.data.value if self.data else ""), {})

    def process_data(self, value: Any) -> None:
        self.data = self.enum(value) if value else None

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return
        try:
            self.data = self.enum(valuelist[0]) if valuelist[0] else None
        except ValueError as error:
            raise ValueError(_("Choose one from the list.")) from error

    def pre_validate(self, form: Any) -> None:
        if self.data is None and self.blank is None and not self.process_errors:
            raise ValidationError(_("Choose one from the list."))


class ChoicesField(SelectMultipleField):
    """Several of the choices, as boxes to tick. `data` is a list of values."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def pre_validate(self, form: Any) -> None:
        if not {choice.value for choice in self.iter_choices()} >= set(self.data or []):
            raise ValidationError(_("Choose from the list."))


class EnumsField(ChoicesField):
    """Several members of an enum, as boxes to tick. `data` is a list of values."""

    def __init__(self, label: Any, enum: type[StrEnum], **kwargs: Any) -> None:
        self.enum = enum
        super().__init__(label, choices=[member.value for member in enum], **kwargs)

    def iter_choices(self) -> Iterator[Choice]:
        for member in self.enum:
            yield Choice(member.value, _(member.label), member.value in (self.data or []), {})  # type: ignore[attr-defined]


class MoneyField(DecimalField):
    """An amount typed in yuan. `data` is integer fen or None; at most `most` fen."""

    def __init__(self, label: Any, most: int, **kwargs: Any) -> None:
        self.most = most
        super().__init__(label, places=2, **kwargs)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{Decimal(self.data) / 100:.2f}"

    def process_formdata(self, valuelist: list[str]) -> None:
        typed = (valuelist[0] if valuelist else "").strip().removeprefix("¥").removeprefix("￥").strip()
        self.data = None
        if not typed:
            return
        try:
            amount = Decimal(typed)
            if not amount.is_finite():
                raise InvalidOperation
        except InvalidOperation as error:
            raise ValueError(_("Type an amount in yuan, such as 45 or 45.50.")) from error
        if not 0 <= amount * 100 <= self.most:
            raise ValueError(_("At least 0 and at most %(most)s yuan.", most=self.most // 100))
        self.data = int((amount * 100).to_integral_value(ROUND_HALF_UP))


class LayoutField(TextAreaField):
    """Seats, a line per row from the screen backwards. `data` is a list of rows."""

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else "\n".join(self.data or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        rows = (valuelist[0] if valuelist else "").splitlines()
        self.data = [row.strip().lower() for row in rows if row.strip()]

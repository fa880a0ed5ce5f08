"""The forms of staff and roles."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, EmailField, FieldList, Form, FormField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from models import Cinema, Role
from models.text import N_
from services.permissions import PERMISSIONS
from views.forms.base import RecordForm, Translated, needed, text_options
from views.forms.fields import ChoicesField, LookupField


def role_name(role: Role) -> str:
    """A role's name; those that come with the product in the reader's language."""
    return _(role.name) if role.key else role.name


def role_description(role: Role) -> str:
    """A role's description; of those that come with the product in the reader's language."""
    return _(role.description) if role.key and role.description else role.description


class GrantForm(Form):
    """One role, in one cinema or in all."""

    class Meta(Translated):
        pass

    role = LookupField(_l("Role"), Role, required=True, text=role_name)
    cinema = LookupField(_l("Cinema (empty: all)"), Cinema)


class UserForm(RecordForm):
    cards = (
        (N_("Person"), ("display_name", "name", "email", "active")),
        (N_("Roles"), ("grants",)),
    )

    display_name = StringField(_l("Display name"), needed(), **text_options())
    name = StringField(_l("Log-in name"), needed(80), render_kw={"autocomplete": "off"}, **text_options())
    email = EmailField(_l("E-mail"), [Length(max=254)], **text_options())
    active = BooleanField(_l("May log in"), default=True)
    grants = FieldList(FormField(GrantForm), _l("Roles"), max_entries=50)

    def values(self) -> dict[str, Any]:
        values = super().values()
        values["grants"] = [
            (entry.form.role.data.id, entry.form.cinema.data.id if entry.form.cinema.data else None)
            for entry in self.grants
        ]
        return values


class RoleForm(RecordForm):
    """A role. The texts of one that comes with the product are shown in the reader's language, and kept as they
    are unless they are changed."""

    cards = (
        (N_("Role"), ("name", "description", "demands_second_factor")),
        (N_("Permissions"), ("permissions",)),
    )

    name = StringField(_l("Name"), needed(), **text_options())
    description = StringField(_l("Description"), [Length(max=200)], **text_options())
    demands_second_factor = BooleanField(_l("Whoever holds it must use two-step log-in"))
    permissions = ChoicesField(
        _l("Permissions"), choices=[SelectChoice(name, _l(text)) for name, text in PERMISSIONS.items()]
    )

    seeded: Role | None = None

    @classmethod
    def of(cls, record: Any, formdata: Any = None) -> RecordForm:
        form = cls(formdata, obj=record)
        form.seeded = record if record.key else None
        if form.seeded and not formdata:
            form.name.data, form.description.data = _(record.name), _(record.description)
        return form

    def values(self) -> dict[str, Any]:
        values = super().values()
        for name in ("name", "description") if self.seeded else ():
            stored = getattr(self.seeded, name)
            values[name] = stored if values[name] == _(stored) else values[name]
        return values

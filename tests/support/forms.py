"""Reads the forms of a page, so that tests fill in what a person would."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """One form: where it goes, and its fields with the values they have now."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    def named(self, *kinds: str) -> str:
        """The name of the first field of one of these kinds ('text', 'password', …); KeyError without one."""
        for name, kind in self.kinds.items():
            if kind in kinds:
                return name
        raise KeyError(f"no {' or '.join(kinds)} field")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.open: Form | None = None
        self.select = ""
        self.textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = Form(values.get("action", ""), values.get("method", "get").lower())
            self.forms.append(self.open)
        elif self.open is not None:
            self._field(self.open, tag, values)

    def _field(self, form: Form, tag: str, values: dict[str, str]) -> None:
        name = values.get("name", "")
        kind = values.get("type", "text") if tag == "input" else tag
        if tag in ("input", "select", "textarea") and name:
            form.kinds[name] = kind
            if kind not in ("checkbox", "radio") or "checked" in values:
                form.fields[name] = values.get("value", "on" if kind == "checkbox" else "")
            self.select = name if tag == "select" else self.select
            self.textarea = name if tag == "textarea" else ""
        elif tag == "option" and self.select and ("selected" in values or not form.fields[self.select]):
            form.fields[self.select] = values.get("value", "")

    def handle_data(self, data: str) -> None:
        if self.open is not None and self.textarea:
            self.open.fields[self.textarea] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.textarea = ""


def forms(page: str) -> list[Form]:
    """The forms of a page, in its order."""
    reader = _Reader()
    reader.feed(page)
    return reader.forms


def login_form(page: str) -> Form:
    """The form with a password field; LookupError when the page has none."""
    for form in forms(page):
        if "password" in form.kinds.values():
            return form
    raise LookupError("no form with a password field on this page")


def csrf_token(page: str) -> str:
    """The token that the page's forms carry; LookupError when none does."""
    for form in forms(page):
        if "csrf_token" in form.fields:
            return form.fields["csrf_token"]
    raise LookupError("no form with a CSRF token on this page")

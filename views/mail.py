"""Links as people get them: built from the configured address, written into a mail in the reader's language, sent."""

from __future__ import annotations

import smtplib
import ssl
from typing import Any, Final

from flask import current_app
from flask_babel import force_locale, gettext
from flask_mailman import EmailMessage
from flask_mailman.backends import smtp

from models import LinkPurpose
from models.text import N_
from services.account_links import Handout
from views.language import LOCALES

SUBJECTS: Final = {
    LinkPurpose.INVITATION: N_("Your invitation to Marquee"),
    LinkPurpose.PASSWORD_RESET: N_("A new password for Marquee"),
}


class _Careful(smtplib.SMTP):
    """Without a context smtplib would take any certificate, and Flask-Mailman gives none."""

    def starttls(self, *given: Any, **options: Any) -> Any:
        checked = options.get("context") or ssl.create_default_context()
        return super().starttls(*given, **{**options, "context": checked})


class EmailBackend(smtp.EmailBackend):
    """Flask-Mailman's, except that the server's certificate is checked after STARTTLS, too, and that a connection does
    not stay open when a mail is refused."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return smtplib.SMTP_SSL if self.use_ssl else _Careful

    def send_messages(self, messages: list[EmailMessage]) -> int:
        try:
            return int(super().send_messages(messages))
        finally:
            self.close()


def is_configured() -> bool:
    """Whether this installation sends mail."""
    return bool(current_app.config["MAIL_SERVER"])


def address(endpoint: str, **values: Any) -> str:
    """The public address of a page. It never comes from the request: whoever asks may name any host."""
    path = current_app.url_map.bind("localhost").build(endpoint, values)
    return f"{current_app.config['BASE_URL']}{path}"


def link_address(link: Handout) -> str:
    """The public address of a link."""
    page = "account_links.set_up" if link.purpose is LinkPurpose.SET_UP else "account_links.page"
    return address(page, token=link.token)


def _letter(link: Handout) -> EmailMessage:
    config = current_app.config
    wanted = link.language if link.language in config["LANGUAGES"] else config["LANGUAGES"][0]
    # Not by render_template, which would ask for the frame's values: there is no reader, and perhaps no request.
    template = current_app.jinja_env.get_template(f"mail/{link.purpose.value}.txt")
    with force_locale(LOCALES[wanted]):
        body = template.render(
            # On one line, whatever a name holds.
            name=" ".join(link.display_name.split()),
            login=link.login,
            address=link_address(link),
            days=config["INVITATION_DAYS"],
            minutes=config["RESET_MINUTES"],
        )
        subject, headers = gettext(SUBJECTS[link.purpose]), {"Auto-Submitted": "auto-generated"}
        return EmailMessage(subject, body, to=[link.email], headers=headers)


def send(link: Handout) -> bool:
    """Mail a link to its owner, after the commit. Returns whether the mail server took it; the log tells why not."""
    try:
        return bool(_letter(link).send())
    except (OSError, ValueError) as error:
        # Servers quote what they refuse.
        reason = str(error).replace(link.token, "•••")[:300]
        current_app.logger.error(
            "mail to account %s failed: %s: %s", link.user_id, type(error).__name__, reason
        )
        return False

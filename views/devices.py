"""What a browser says of itself, in plain words."""

from __future__ import annotations

from flask_babel import gettext as _

from models.text import N_

# The first mark that is found names it: most browsers say that they are another one, too.
BROWSERS = (
    ("MicroMessenger/", N_("WeChat")),
    ("DingTalk/", N_("DingTalk")),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("HuaweiBrowser/", N_("Huawei Browser")),
    ("MiuiBrowser/", N_("Mi Browser")),
    ("QQBrowser/", N_("QQ Browser")),
    ("UCBrowser/", N_("UC Browser")),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def _first(marks: tuple[tuple[str, str], ...], text: str) -> str:
    name = next((name for mark, name in marks if mark in text), "")
    return _(name) if name else ""


def device(user_agent: str) -> str:
    """“Firefox on Windows”, in the reader's language; what is not known is left out."""
    browser, system = _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
    if browser and system:
        return str(_("%(browser)s on %(system)s", browser=browser, system=system))
    return browser or system or str(_("Unknown device"))

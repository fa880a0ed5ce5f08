"""Marking text for translation below the layers that know about languages."""

from __future__ import annotations


def N_(msgid: str) -> str:
    """Mark `msgid` (English, with %(name)s places) for the catalogue and return it unchanged.

    Models and services hold message ids; the edge (pages, command line) translates them.
    """
    return msgid

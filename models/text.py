"""Marking text for translation below the layers that know about languages."""

from __future__ import annotations


class Term(str):
    """A parameter of a message that is a message id itself: the edge translates it too."""


def N_(msgid: str) -> str:
    """Mark `msgid` (English, with %(name)s places) for the catalogue and return it unchanged.

    Models and services hold message ids; the edge (pages, command line) translates them.
    """
    return msgid

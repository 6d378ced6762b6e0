"""Full-width punctuation, read as its ASCII twin."""

from __future__ import annotations

import re

_TWINS = {
    "【": "[",
    "】": "]",
    "、": ",",
    "。": ".",
    "　": " ",
    "《": "<",
    "》": ">",
    "≥": "≥",
    "‘": "'",
    "’": "'",
}
# texts and comments stay as they are: they are matched first, as a whole
_SCAN = re.compile(
    r'"(?:[^"\\\n{]|\\.|\{\{|\{(?:[^"{}\n]|"[^"\n]*")*\})*"'
    r"|'(?:[^'\\\n]|\\.)*'"
    "|“[^”\n]*”|`[^`\n]*`|#[^\n]*|[！-～【】、。　《》‘’]"
)
_ODD = re.compile("[！-～【】、。　《》‘’]")


def normalise(text: str) -> str:
    """The text with full-width punctuation outside strings and comments replaced, one character for one, so that offsets hold."""
    if not _ODD.search(text):
        return text
    return _SCAN.sub(_twin, text)


def _twin(match: re.Match[str]) -> str:
    found = match[0]
    if len(found) > 1 or found in "\"'#":
        return found
    return _TWINS.get(found) or chr(ord(found) - 0xFEE0)

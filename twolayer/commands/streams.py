"""The streams of the command line: characters that they cannot show, and streams that are not
there."""

import codecs
import os
import sys
import unicodedata

# fmt: off
PLAIN = {
    "η": "eta", "λ": "lambda", "θ": "theta", "τ": "tau", "Σ": "sum", "Θ": "Theta",
    "∞": "inf", "±": "+-", "×": "x", "−": "-", "…": "...", "·": "*", "½": "1/2",
    "√": "sqrt ", "²": "^2", "³": "^3",
    "≤": "<=", "≥": ">=", "≈": "about", "→": "->", "‖": "|", "–": "-",
}
# fmt: on


def plain(text: str) -> str:
    """The text in ASCII: symbols by their names, letters and indices without their marks."""
    parts = (
        PLAIN.get(letter)
        or unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()
        for letter in text.replace("ηλ", "η λ")
    )
    return "".join(part or "?" for part in parts)


def shown(text: str) -> str:
    """The text as standard output will show it."""
    try:
        text.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except UnicodeEncodeError:
        return plain(text)
    return text


def prepare() -> bool:
    """Let both streams take every character, and stand in for one that is closed; whether standard
    output is there."""
    codecs.register_error("twolayer.plain", _replaced)
    there = sys.stdout is not None
    for name in "stdout", "stderr":
        stream = getattr(sys, name)
        if stream is None:
            nowhere = os.open(os.devnull, os.O_WRONLY)  # no other file gets its number
            setattr(sys, name, os.fdopen(nowhere, "w", encoding="utf-8", closefd=False))
        elif hasattr(stream, "reconfigure") and stream.errors != "twolayer.plain":
            stream.reconfigure(errors="twolayer.plain")
    return there


def _replaced(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return plain(error.object[error.start : error.end]), error.end

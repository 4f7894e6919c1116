"""Sentences of the derivations as reStructuredText.

They are written in plain letters: eta_crit, |u|^2, sqrt(n), >=. On a page they have Greek letters,
subscripts, powers and signs, and names of statements become links.
"""

import re

from letters import GREEK

from derivations.prover.quantities import TABLE

LABEL = "statement-"
SYMBOLS = {name for row in TABLE for name in (str(row.symbol), row.ascii)}
SIGNS = (
    (r"(?<=\d)e([+-]?)(\d+)\b", lambda m: f" × 10^({m[1].replace('-', '−')}{int(m[2])})"),
    (r"<->", "↔"),
    (r"->", "→"),
    (r"\.\.\.", "…"),
    (r"\bf~", "f̃"),
    (r"\bchi-square", "χ²"),
    (r">=", "≥"),
    (r"<=", "≤"),
    (r"!=", "≠"),
    (r"\+-", "±"),
    (r"(?<![\w.])oo(?!\w)", "∞"),
    (r"(?<=\s)-(?=\s)", "−"),
    (r"(?:(?<=[\s(=<>,^|/[])|^)-(?=[\w|(∞])", "−"),
    (r"\bsqrt\((\w+)\)", r"√\1"),
    (r"\bsqrt\(", "√("),
    (r"\.T\b|\^T\b", "ᵀ"),
    (r"\b([uvUW]|u[+-]|v[+-])\.(?=[uv]\b)", r"\1·"),
    (r"(?<=[\w)|}])\^2(?!\d)", "²"),
    (r"(?<=[\w)|}])\^3(?!\d)", "³"),
    (r"(?<=\d) x (?=\d)|(?<=\b[mdkn]) x (?=[mdk1]\b)|(?<=\bunits) x ", " × "),
    (r"\|\^2", "|\u2060²"),  # no line ends before an exponent
)
GROUP = r"\((?:[^()]|\([^()]*\))*\)"
TOKEN = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|\b(?P<statement>[a-z]+\.[A-Za-z]\w*)"
    rf"|\^(?P<power>{GROUP}|−?\w+)"
    r"|(?<!\w')(?<![A-Za-z])(?P<base>f̃|[A-Za-z]+)(?:_(?P<below>\{[^}]*\}|[A-Za-z0-9]+))?"
    r"(?P<side>[+-](?=[\s,.;:|)(/·²]|$))?(?P<prime>'(?!\w))?"
    r"|(?P<special>[*|_\\`])"
)
WORDS = {"a", "I"}  # letters that are words
ARTICLE = re.compile(r"A (?!is |and |will |to |moves )[a-z]")


def link(name: str) -> str:
    """A link to a statement."""
    return f":ref:`{name} <{LABEL}{name}>`"


def plain(text: str) -> str:
    """Text in which nothing is markup."""
    return re.sub(r"([*|_\\`])", r"\\\1", text)


def _letter(name: str) -> str:
    """Greek as it is, a single letter in italics, a word as a word."""
    if name in GREEK:
        return GREEK[name]
    single = len(name.strip("\u0303")) == 1 and name not in WORDS
    return rf"\ *{name}*\ " if single or re.fullmatch("[PQVU]{2}", name) else name


def _sub(text: str) -> str:
    text = {"oo": "∞", "plus": "+"}.get(text) or GREEK.get(text, text).strip("{}")
    return rf"\ :sub:`{plain(text)}`\ "


def _power(text: str) -> str:
    inner = text[1:-1] if text.startswith("(") else text
    inner = re.sub(r"[A-Za-z]+", lambda name: GREEK.get(name[0], name[0]), inner)
    return rf"\ :sup:`{plain(inner)}`\ "


def prose(text: str, known=frozenset()) -> str:
    """A text as reStructuredText; the statements that are `known` by name become links."""
    for pattern, sign in SIGNS:
        text = re.sub(pattern, sign, text)

    def token(match):
        if match["code"]:
            return rf"\ ``{match['code']}``\ "
        if match["statement"]:
            name = match["statement"]
            return rf"\ {link(name)}\ " if name in known else plain(name)
        if match["power"]:
            return _power(match["power"])
        if match["special"]:
            return "\\" + match["special"]
        base, below = match["base"], match["below"]
        if below and len(base) > 1 and not {base, f"{base}_{below}"} & (SYMBOLS | {*GREEK, "sum"}):
            return plain(match[0])
        if base == "A" and not below and ARTICLE.match(text, match.start()):
            return base
        prime, side = match["prime"] or "", match["side"] or ""
        if below and base == "sum":
            base = "Σ"
        letter = _letter(base) if below or not prime or len(base) == 1 or base in GREEK else base
        single = len(base) == 1 or base in GREEK
        side = _sub(side.replace("-", "−")) if side and (single or base in SYMBOLS) else side
        return letter + (_sub(below) if below else "") + side + ("′" if single and prime else prime)

    marked = re.sub(r"\\ \\ ", r"\\ ", TOKEN.sub(token, text))
    return re.sub(r"\\ (?=\s|$)|(?:(?<=\s)|^)\\ ", "", marked)


def paragraphs(text: str, known=frozenset()) -> list[str]:
    """A docstring as paragraphs, each on one line, with a blank line after each."""
    parts = [" ".join(part.split()) for part in text.strip().split("\n\n")]
    return [line for part in parts if part for line in (prose(part, known), "")]

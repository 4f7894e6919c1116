"""Pages without what no reader sees: a third copy of each formula, and sizes written out in full.

KaTeX writes a formula as HTML for the eye and as MathML for screen readers; in the MathML stands
the source, which no browser shows, and each part of the HTML has its sizes as a style of its own,
few of which differ. Such styles become classes, with the same weight as before: `!important`.
"""

import re
from pathlib import Path

SHEET = "katex/sizes.css"
# what stands in pages and is neither shown nor read out
UNSEEN = re.compile(
    r'<annotation encoding="application/x-tex">.*?</annotation></semantics>|<semantics>'
    r'|(?<=<math) xmlns="http://www.w3.org/1998/Math/MathML"',
    re.DOTALL,
)
SIZED = re.compile(r'<span class="([^"]*)" style="((?:[a-z-]+:-?[\d.]+em;)+)">')
RULE = re.compile(r"^\.(_\w+)\{(.*)\}$", re.MULTILINE)
# files that themes bring for those who work on them
UNUSED = "_static/**/*.map", "_static/broken_example.png"


def rules(sheet: str) -> dict[str, str]:
    """The class of each style that a sheet holds."""
    return {style.replace("!important", ""): name for name, style in RULE.findall(sheet)}


def sheet_of(classes: dict[str, str]) -> str:
    return "".join(
        f".{name}{{{style.replace(';', '!important;')}}}\n" for style, name in classes.items()
    )


def small(page: str, classes: dict[str, str]) -> str:
    """The page without them; styles that are new get a class."""

    def classed(found: re.Match[str]) -> str:
        name = classes.setdefault(found[2], f"_{len(classes):x}")
        return f'<span class="{found[1]} {name}">'

    return SIZED.sub(classed, UNSEEN.sub("", page))


def shrink(site: Path) -> None:
    """All pages of a site, those that an earlier build has made small too."""
    sheet = site / "_static" / SHEET
    classes = rules(sheet.read_text(encoding="utf-8")) if sheet.exists() else {}
    for path in sorted(site.rglob("*.html")):
        page = path.read_text(encoding="utf-8")
        if (shorter := small(page, classes)) != page:
            path.write_text(shorter, encoding="utf-8")
    sheet.write_text(sheet_of(classes), encoding="utf-8")
    for pattern in UNUSED:
        for path in site.glob(pattern):
            path.unlink()


def finished(app, exception) -> None:
    if exception is None and app.builder.name == "html":
        shrink(Path(app.outdir))


def setup(app):
    app.add_css_file(SHEET)
    app.connect("build-finished", finished, priority=900)  # after those that write pages
    return {"parallel_read_safe": True, "parallel_write_safe": True}

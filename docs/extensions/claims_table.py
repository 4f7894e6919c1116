"""The claims of the paper, from docs/claims.toml: an overview, and a section for each claim.

`.. claims-table::` puts both on a page.
"""

import re
import tomllib
from collections import Counter
from pathlib import Path

from sphinx.util.docutils import SphinxDirective

SOURCE = Path(__file__).parents[1] / "claims.toml"
PROVED = "exactly", "almost everywhere", "asymptotically"
WORDS = *PROVED, "only empirically", "not here"
HOLDS = {"not here": "It is"}
GALLERY = "sphx_glr_generated_gallery_plot_{}.py"


def claims() -> list[dict]:
    """All claims, in the order of the file."""
    with SOURCE.open("rb") as file:
        return tomllib.load(file)["claim"]


def plain(text: str) -> str:
    """Words as RST that shows just these words, on one line."""
    return re.sub(r"([\\*_|`])", r"\\\1", " ".join(text.split()))


def caption(name: str) -> str:
    """What an example is called: 03_width_sharpens is Width sharpens."""
    return name.partition("_")[2].replace("_", " ").capitalize()


def overview(rows: list[dict]) -> list[str]:
    """How many claims hold in each of the five words, and all claims with their word."""
    count = Counter(row["holds"] for row in rows)
    lines = [
        f"{len(rows)} claims: " + ", ".join(f"{count[word]} {word}" for word in WORDS) + ".",
        "",
        ".. list-table::",
        "   :header-rows: 1",
        "   :widths: 75 25",
        "   :class: claims-overview",
        "",
        "   * - the claim",
        "     - it holds",
    ]
    for row in rows:
        lines += [f"   * - :ref:`claim-{row['name']}`", f"     - {row['holds']}"]
    return [*lines, ""]


def card(row: dict) -> list[str]:
    """The section of one claim."""
    title = plain(row["title"])
    links = {
        "Derived": [f":statement:`{name}`" for name in row.get("derived", ())],
        "Tested": [f"``{name}``" for name in row.get("tested", ())],
        "Drawn": [f":ref:`{caption(n)} <{GALLERY.format(n)}>`" for n in row.get("drawn", ())],
    }
    lines = [
        f".. _claim-{row['name']}:",
        "",
        *(title, "-" * len(title), ""),
        *(plain(row["claim"]), ""),
        f"In the paper: {plain(row['place'].lower())}. {HOLDS.get(row['holds'], 'It holds')} "
        f"**{row['holds']}**.",
        "",
    ]
    for name, found in links.items():
        separator = " |br| " if name == "Tested" else ", "
        lines += [f":{name}: {separator.join(found)}"] if found else []
    if "why" in row:
        lines.append(f":Why not: {plain(row['why'])}")
    if "found" in row:
        lines += ["", f"*Found beyond it.* {plain(row['found'])}"]
    return [*lines, ""]


class ClaimsTable(SphinxDirective):
    def run(self):
        self.env.note_dependency(str(SOURCE))
        rows = claims()
        lines = [".. |br| raw:: html", "", "   <br>", "", *overview(rows)]
        lines += [line for row in rows for line in card(row)]
        return self.parse_text_to_nodes("\n".join(lines), allow_section_headings=True)


def setup(app):
    app.add_directive("claims-table", ClaimsTable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

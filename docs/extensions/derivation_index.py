"""The first page of the derivation: the paper in ten statements, how to read, all chapters."""

from collections import Counter

from chapter_page import heading, page_name
from prose import prose

from derivations import contents
from derivations.prover.statement import ARGUED, DEFINED, PROVED, UNPROVED

VERDICTS = {
    PROVED: "SymPy verifies the claim, from the claim itself.",
    ARGUED: "A sentence joins verified steps, here or in a step that is used: a theorem such as "
    "Cauchy's, or a limit along a run.",
    DEFINED: "A definition; what is said of gradient descent rests on it.",
    UNPROVED: "Measured, and said to be.",
}
PAPER = {
    "closure.paper_output": "One step of the output",
    "closure.paper_curvature": "One step of the curvature",
    "boundaries.wide_crit": "The critical learning rate",
    "divergence.zero_target": "The largest learning rate",
    "theorem.lazy_move": "The lazy phase",
    "theorem.reaches": "How high the loss rises",
    "theorem.log_n": "How long it rises",
    "fates.step_count": "Convergence",
    "theorem.ends_below": "Where the curvature ends",
    "theorem.no_minimum": "Beyond the largest rate",
}
TITLES = {
    "closure": "Two numbers suffice",
    "conventions": "Other conventions",
    "scaling": "Width and rate drop out",
    "triangle": "The triangle",
    "initialization": "Random networks",
    "boundaries": "The first step",
    "divergence": "Where training diverges",
    "lyapunov": "A quantity that grows",
    "fates": "Where a run ends",
    "certificate": "A certificate of convergence",
    "chaos": "Chaos on the boundary",
    "final": "The final curvature",
    "alignment": "The angle between the layers",
    "expansions-mirror": "The mirror series",
    "expansions-mirror-bounds": "Bounds of the mirror series",
    "expansions-flat": "The flat series",
    "expansions-flat-bounds": "Bounds of the flat series",
    "expansions-bulk": "The bulk series",
    "expansions-bulk-lazy": "Bulk bounds below x = 2",
    "expansions-bulk-catapult": "Bulk bounds above x = 2",
    "expansions-manifold": "The unstable manifold",
    "hessian": "Sharpness and the Hessian",
    "laws": "Laws of the catapult",
    "theorem": "The paper's theorem",
    "theorem-end": "The paper's theorem: the end",
    "odds": "How likely each phase is",
    "samples-gram": "Many samples",
    "samples-factor": "The equivalent network",
    "samples-kernel": "The tangent kernel",
    "samples-losses": "Losses by their names",
    "samples-reductions": "Data that are one sample",
    "samples-reductions-direction": "Inputs along one direction",
    "samples-flattest": "The flattest minimum",
    "samples-gates": "ReLU with frozen gates",
}


def titled(title: str) -> list[str]:
    return heading(title, "=")


def list_table(head, rows, widths="", css="") -> list[str]:
    """A table from rows of cells that are reStructuredText on one line."""
    lines = [".. list-table::", "   :header-rows: 1"]
    lines += [f"   :widths: {widths}"] if widths else []
    lines += [f"   :class: {css}"] if css else []
    for row in (head, *rows):
        first, *others = (f" {cell}" if cell else "" for cell in row)
        lines += ["", f"   * -{first}", *(f"     -{cell}" for cell in others)]
    return [*lines, ""]


def chapter_title(chapter) -> str:
    """A chapter in a few plain words, for the list of pages."""
    return TITLES[page_name(chapter)]


def _numbered(title: str, name: str) -> list[str]:
    return [f"#. **{title}.**", "", f"   .. statement:: {name}", ""]


def _reading() -> list[str]:
    """What a verdict and a certificate mean."""
    return [
        *heading("How to read a proof"),
        *(line for verdict, means in VERDICTS.items() for line in (f"*{verdict}*", f"   {means}")),
        "",
        ".. _at-sight:",
        "",
        *heading("Signs at sight", "^"),
        "An inequality is proved by a formula for the larger side minus the smaller one. It is "
        "made of what is positive, or at least not negative, by sums, products, quotients, powers "
        "and roots, so that its sign is seen at sight. Square brackets hold what the assumptions "
        "of the statement make positive; where it may also be zero, the proof says so.",
        "",
    ]


def _chapters() -> list[str]:
    """The chapters in reading order, and how many of their statements are proved in which sense."""
    total = Counter(statement.verdict for statement in contents.STATEMENTS)
    rows = []
    for chapter in contents.CHAPTERS:
        count = Counter(statement.verdict for statement in chapter.STATEMENTS)
        about = (chapter.__doc__ or "").strip().split("\n\n")[0]
        cells = [str(count[verdict] or "") for verdict in VERDICTS]
        name = f":doc:`{chapter_title(chapter)} <{page_name(chapter)}>`"
        rows.append([f"{name}. {prose(' '.join(about.split()))}", *cells])
    rows.append(["all chapters", *(str(total[verdict]) for verdict in VERDICTS)])
    return [
        *heading("All chapters"),
        "Read them in this order.",
        "",
        *list_table(["chapter", *VERDICTS], rows, "56 11 11 11 11", "derivation-index"),
    ]


def index_page() -> str:
    """The paper in ten statements, how to read a proof, and the chapters."""
    lines = [
        *titled("The derivation"),
        f"These are {len(contents.STATEMENTS)} statements in {len(contents.CHAPTERS)} chapters. "
        "The pages are written from the statements themselves whenever the site is built, and so "
        "is the code of the package: page, proof and code cannot disagree. :doc:`notation` says "
        "what every letter means.",
        "",
        *heading("The paper in ten statements"),
        *(line for name, title in PAPER.items() for line in _numbered(title, name)),
        ":doc:`The table of claims </claims>` has all that the paper says.",
        "",
        *_reading(),
        *_chapters(),
        ".. toctree::",
        "   :hidden:",
        "",
        "   notation",
        *(f"   {chapter_title(chapter)} <{page_name(chapter)}>" for chapter in contents.CHAPTERS),
    ]
    return "\n".join(lines) + "\n"

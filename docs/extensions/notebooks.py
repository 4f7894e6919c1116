"""Notebooks of the gallery name statements as code: they have no page to link to.

sphinx-gallery writes a notebook and an archive of each example, and knows no role of this site.
"""

import json
import re
from pathlib import Path

from sphinx_gallery.utils import zip_files

FOLDER = Path("generated") / "gallery"
ROLE = re.compile(r":statement:(`[^`]+`)")


def without_roles(notebook: dict) -> dict:
    """A notebook in whose text each statement is its name in backticks."""
    cells = [
        {**cell, "source": [ROLE.sub(r"\1", line) for line in cell["source"]]}
        if cell["cell_type"] == "markdown"
        else cell
        for cell in notebook["cells"]
    ]
    return {**notebook, "cells": cells}


def rewrite(file: Path) -> None:
    """Write a notebook without roles, and the archive that holds it and its example."""
    old = json.loads(file.read_text(encoding="utf-8"))
    new = without_roles(old)
    if new != old:
        draft = file.with_suffix(".new")
        draft.write_text(json.dumps(new, indent=2) + "\n", encoding="utf-8")
        draft.replace(file)
        zip_files([file.with_suffix(".py"), file], file.with_suffix(".zip"), file.parent)


def builder_inited(app) -> None:
    for file in sorted((Path(app.srcdir) / FOLDER).glob("plot_*.ipynb")):
        rewrite(file)


def setup(app):
    app.connect("builder-inited", builder_inited, priority=600)  # after the gallery is written
    return {"parallel_read_safe": True, "parallel_write_safe": True}

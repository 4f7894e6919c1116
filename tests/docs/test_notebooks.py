"""Notebooks of the gallery, and archives with them, name statements as code."""

import json
import os
import re
import zipfile

import pytest

pytest.importorskip("sphinx_gallery", reason="needs the extra docs")

import notebooks
from sphinx_gallery.gen_gallery import DEFAULT_GALLERY_CONF
from sphinx_gallery.notebook import jupyter_notebook
from sphinx_gallery.py_source_parser import split_code_and_text_blocks

from tests.docs import examples

FILES = sorted(examples.FOLDER.glob("plot_*.py"))


def written(example, folder):
    """The notebook of an example as sphinx-gallery writes it, beside a copy of the example."""
    _, blocks = split_code_and_text_blocks(str(example))
    (folder / example.name).write_bytes(example.read_bytes())
    file = folder / f"{example.stem}.ipynb"
    file.write_text(json.dumps(jupyter_notebook(blocks, DEFAULT_GALLERY_CONF, str(folder))))
    return file


def prose(notebook):
    cells = [cell["source"] for cell in notebook["cells"] if cell["cell_type"] == "markdown"]
    return "".join(line for source in cells for line in source)


@pytest.mark.parametrize("example", FILES, ids=lambda file: file.stem)
def test_no_role_is_left_in_a_notebook(example, tmp_path):
    file = written(example, tmp_path)
    before = json.loads(file.read_text())
    named = re.findall(r":statement:`(.+?)`", prose(before))
    assert named
    notebooks.rewrite(file)
    after = json.loads(file.read_text(encoding="utf-8"))
    text = prose(after)
    assert not re.search(r":[a-z:]+:`", text)
    assert all(f"`{name}`" in text for name in named)
    assert [cell for cell in after["cells"] if cell["cell_type"] == "code"] == [
        cell for cell in before["cells"] if cell["cell_type"] == "code"
    ]


def test_the_archive_holds_the_example_and_the_same_notebook(tmp_path):
    file = written(FILES[0], tmp_path)
    notebooks.rewrite(file)
    with zipfile.ZipFile(file.with_suffix(".zip")) as archive:
        assert sorted(archive.namelist()) == sorted([FILES[0].name, file.name])
        assert archive.read(file.name) == file.read_bytes()
        assert archive.read(FILES[0].name) == FILES[0].read_bytes()


def test_a_notebook_without_roles_is_left_alone(tmp_path):
    file = written(FILES[0], tmp_path)
    notebooks.rewrite(file)
    for made in (file, file.with_suffix(".zip")):
        os.utime(made, (1, 1))
    notebooks.rewrite(file)
    assert {made.stat().st_mtime for made in (file, file.with_suffix(".zip"))} == {1}


def test_code_that_holds_the_role_is_code():
    cell = {"cell_type": "code", "source": [":statement:`closure.output`"]}
    assert notebooks.without_roles({"cells": [cell]}) == {"cells": [cell]}

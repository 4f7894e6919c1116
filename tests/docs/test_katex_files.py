"""KaTeX is taken as installed only where it stands as a whole."""

import json

import pytest

pytest.importorskip("sphinxcontrib.katex", reason="the pages need pip install -e '.[docs]'")
katex_files = pytest.importorskip("katex_files")


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "dist" / "fonts").mkdir(parents=True)
    for name in ("katex.min.js", "katex.min.css"):
        (tmp_path / "dist" / name).touch()
    (tmp_path / "package.json").write_text(json.dumps({"version": "1.2.3"}))
    return tmp_path


def test_a_whole_one_is_complete_in_its_version_only(folder):
    assert katex_files.complete(folder, "1.2.3")
    assert not katex_files.complete(folder, "1.2.4")


@pytest.mark.parametrize("text", ["", "{", "{}"])
def test_a_damaged_manifest_is_not(folder, text):
    (folder / "package.json").write_text(text)
    assert not katex_files.complete(folder, "1.2.3")


@pytest.mark.parametrize("name", ["package.json", "dist/katex.min.js", "dist/katex.min.css"])
def test_one_without_a_file_is_not(folder, name):
    (folder / name).unlink()
    assert not katex_files.complete(folder, "1.2.3")

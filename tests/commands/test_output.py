"""Folders and files that commands write."""

import os
from pathlib import Path

from tests.commands.process import call


def test_an_output_folder_that_cannot_be_made_is_one_line(capsys, tmp_path):
    (tmp_path / "file").write_text("")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        code, out, err = call(capsys, "--folder", str(folder))
        assert (code, out) == (2, "")
        assert err.count("\n") == 1
        assert str(folder) in err
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_bad_folder_permissions_are_named(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    code, _, err = call(capsys, "--folder", str(tmp_path))
    assert code == 2
    must = "must be a folder that can be written: cannot be written"
    assert err == f"twolayer: error: --folder = {str(tmp_path)!r} {must}\n"
    assert list(Path(tmp_path).iterdir()) == []

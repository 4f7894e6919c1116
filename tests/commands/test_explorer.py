"""The command `explorer`."""

import os
import webbrowser
from pathlib import Path

import pytest

from tests.commands.process import call, run
from twolayer.conventions import CONVENTION
from twolayer.explorer import page


@pytest.fixture
def opened(monkeypatch):
    """The addresses that a browser was asked for; it is there unless told otherwise."""
    asked = []
    monkeypatch.setattr(webbrowser, "open", lambda address: asked.append(address) or True)
    return asked


def test_explorer_writes_the_page_and_says_where(tmp_path, opened, capsys):
    file = tmp_path / "page.html"
    assert call(capsys, "explorer", "--file", str(file)) == (
        0,
        f"{CONVENTION}\nwritten: {file}\n",
        "",
    )
    assert file.read_text(encoding="utf-8") == page()
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    assert opened == []


def test_without_a_name_the_page_is_explorer_html_here(tmp_path):
    assert run("explorer", cwd=tmp_path) == (0, f"{CONVENTION}\nwritten: explorer.html\n", "")
    assert (tmp_path / "explorer.html").read_bytes() == page().encode()


def test_open_asks_the_browser_for_the_file(tmp_path, opened, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, out, err = call(capsys, "explorer", "--file", "a page.html", "--open")
    assert (code, err) == (0, "")
    assert out.splitlines()[1:] == ["written: a page.html"]
    assert opened == [(tmp_path / "a page.html").as_uri()]


def test_without_a_browser_it_says_so(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(webbrowser, "open", lambda address: False)
    code, out, _ = call(capsys, "explorer", "--file", str(tmp_path / "page.html"), "--open")
    assert code == 0
    assert out.splitlines()[-1] == "no browser was found: open it yourself"


def test_what_was_there_before_stays_where_the_page_cannot_be_written(
    tmp_path, opened, capsys, monkeypatch
):
    file = tmp_path / "page.html"
    file.write_text("before")

    def full(*names):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    code, out, err = call(capsys, "explorer", "--file", str(file), "--open")
    assert (code, out) == (2, "")
    assert err == f"twolayer: error: {file}: No space left on device\n"
    assert file.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]
    assert opened == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a full device")
def test_a_full_device_is_one_line_and_exit_code_2(tmp_path, capsys):
    file = tmp_path / "page.html"
    file.symlink_to("/dev/full")
    code, out, err = call(capsys, "explorer", "--file", str(file))
    assert (code, out) == (2, "")
    assert err == f"twolayer: error: {file}: No space left on device\n"


def test_a_folder_that_cannot_be_written_is_named(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(os, "access", lambda place, mode: False)
    code, out, err = call(capsys, "explorer", "--file", str(tmp_path / "page.html"))
    assert (code, out) == (2, "")
    assert err == f"twolayer: error: {tmp_path}: cannot be written\n"
    assert list(tmp_path.iterdir()) == []

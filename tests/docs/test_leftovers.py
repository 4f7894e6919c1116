"""What earlier builds left: pages of examples and chapters that are no more."""

from types import SimpleNamespace

import pytest

pytest.importorskip("sphinx", reason="the pages need pip install -e '.[docs]'")
leftovers = pytest.importorskip("leftovers")


def test_what_has_a_script_stays_and_the_rest_goes(tmp_path):
    kept = ["plot_01_a.rst", "plot_01_a.ipynb", "images/sphx_glr_plot_01_a_001.png", "index.rst"]
    gone = ["plot_02_b.rst", "plot_02_b.py", "images/thumb/sphx_glr_plot_02_b_thumb.png"]
    (tmp_path / "gallery").mkdir()
    (tmp_path / "gallery" / "plot_01_a.py").touch()
    built = tmp_path / "generated" / "gallery"
    for name in kept + gone:
        (built / name).parent.mkdir(parents=True, exist_ok=True)
        (built / name).touch()
    leftovers.examples(SimpleNamespace(confdir=tmp_path), None)
    left = {path.relative_to(built).as_posix() for path in built.rglob("*") if path.is_file()}
    assert left == set(kept)


def test_a_page_without_a_source_goes_unless_the_build_failed(tmp_path):
    app = SimpleNamespace(
        outdir=tmp_path,
        builder=SimpleNamespace(name="html"),
        env=SimpleNamespace(found_docs={"generated/kept", "index"}),
    )
    (tmp_path / "generated").mkdir()
    for name in ("index.html", "generated/kept.html", "generated/gone.html"):
        (tmp_path / name).touch()
    leftovers.pages(app, ValueError())
    assert (tmp_path / "generated" / "gone.html").exists()
    leftovers.pages(app, None)
    left = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.html")}
    assert left == {"index.html", "generated/kept.html"}

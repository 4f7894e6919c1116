"""What earlier builds left of examples and pages that are no more: it goes."""

from pathlib import Path


def examples(app, config) -> None:
    """Pages of examples whose script has gone: Sphinx would read them again."""
    docs = Path(app.confdir)
    sources = {path.stem for path in (docs / "gallery").glob("plot_*.py")}
    built = docs / "generated" / "gallery"
    for path in [*built.glob("plot_*"), *built.glob("images/**/sphx_glr_plot_*")]:
        name = path.name.removeprefix("sphx_glr_")
        if not any(name.startswith((f"{stem}.", f"{stem}_", f"{stem}-")) for stem in sources):
            path.unlink()


def pages(app, exception) -> None:
    """Finished pages whose source has gone."""
    if exception is not None or app.builder.name != "html":
        return
    generated = Path(app.outdir) / "generated"
    for path in generated.rglob("*.html"):
        name = path.relative_to(app.outdir).with_suffix("").as_posix()
        if name not in app.env.found_docs:
            path.unlink()


def setup(app):
    app.connect("config-inited", examples)
    app.connect("build-finished", pages)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

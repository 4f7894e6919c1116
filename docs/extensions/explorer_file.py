"""Put the explorer on the site: what `twolayer explorer` writes, with a link to index.html."""

from pathlib import Path

from twolayer import explorer


def write(app, exception) -> None:
    if exception is None and app.builder.format == "html":
        explorer.write(Path(app.outdir) / "explorer.html", home="index.html")


def setup(app):
    app.connect("build-finished", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

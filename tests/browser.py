"""Fixtures: a headless Chromium that finds no other machine, and the built site."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NAMES = ("chromium", "chromium-browser", "google-chrome")
OFFLINE = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
    "--host-resolver-rules=MAP * ~NOTFOUND",
]


def lacking(what: str) -> None:
    """Skip, with a sentence; in CI, where all is installed, fail."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(what)


@pytest.fixture(scope="session")
def browser():
    """Headless Chromium, driven by playwright, for which no name of a machine resolves."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        lacking("playwright is not installed: pip install -e '.[test]'")
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        lacking("no Chromium on this machine: pages are not looked at")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=OFFLINE)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory, browser):
    """The folder of the built site: that of TWOLAYER_SITE, or one built now, once for all workers.

    Only where there is a browser to look at it: building takes a minute or two.
    """
    if given := os.environ.get("TWOLAYER_SITE"):
        return Path(given).resolve()
    try:
        import sphinx_gallery  # noqa: F401
        from filelock import FileLock
    except ModuleNotFoundError as error:
        lacking(f"{error.name} is not installed: pip install -e '.[test]'")
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    with FileLock(shared / "site.lock"):
        if not (shared / "site" / "index.html").exists():
            command = [sys.executable, "-m", "sphinx", "-W", "-q", "docs", str(shared / "site")]
            build = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
            if build.returncode:
                pytest.fail(f"the site does not build:\n{build.stdout}{build.stderr}")
    return shared / "site"

"""The numbers of the explorer in a browser: its scripts without its page, called with columns."""

from collections.abc import Iterator
from importlib import resources
from typing import Any

import numpy as np
import pytest

NAMES = ("formulas", "pairs", "endings", "model")  # each uses those before it
FILES = {
    name: (resources.files("twolayer") / "explorer" / f"{name}.js").read_text(encoding="utf-8")
    for name in NAMES
}


class Scripts:
    """A blank page with the scripts."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.failures: list[str] = []
        page.on("pageerror", lambda error: self.failures.append(str(error)))
        page.set_content("<!doctype html><script>" + "\n".join(FILES.values()) + "</script>")
        assert not self.failures

    def rows(self, function: str, *columns: Any) -> list[Any]:
        """What a function gives for each row of the columns, in one call."""
        cells = np.stack(np.broadcast_arrays(*columns), axis=-1)
        assert cells.ndim == 2
        call = f"rows => rows.map((row) => ({function})(...row))"
        return self.page.evaluate(call, cells.tolist())

    def columns(self, function: str, *columns: Any) -> list[Any]:
        """The same where each result is a list, as columns."""
        return [np.array(column) for column in zip(*self.rows(function, *columns), strict=True)]

    def numbers(self, function: str, *columns: Any) -> Any:
        return np.array(self.rows(function, *columns), dtype=float)


@pytest.fixture(scope="module")
def scripts(browser: Any) -> Iterator[Scripts]:
    page = browser.new_page()
    yield Scripts(page)
    page.close()

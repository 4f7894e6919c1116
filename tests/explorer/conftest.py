"""The page in a window of its own."""

import pytest

from tests.explorer.helpers import opened


@pytest.fixture
def shown(browser, tmp_path):
    """A fresh page at its defaults; it must ask for nothing but itself and complain of nothing."""
    with opened(browser, tmp_path) as it:
        yield it
        assert it.complaints == []
        assert it.requests == [it.address]

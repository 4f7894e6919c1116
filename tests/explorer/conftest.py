"""The page in a window of its own, and one that several tests use in turn."""

import pytest

from tests.explorer.helpers import DEFAULTS, opened


@pytest.fixture
def shown(browser, tmp_path):
    """A fresh page at its defaults; it must ask for nothing but itself and complain of nothing."""
    with opened(browser, tmp_path) as it:
        yield it
        assert it.complaints == []
        assert it.requests == [it.address]


@pytest.fixture(scope="module")
def opened_once(browser, tmp_path_factory):
    """One page for the tests of a module."""
    with opened(browser, tmp_path_factory.mktemp("explorer")) as it:
        yield it
        assert it.complaints == []
        assert it.requests == [it.address]


@pytest.fixture
def kept(opened_once):
    """The page of the module, at its defaults again."""
    assert opened_once.set(**DEFAULTS) == ""
    return opened_once

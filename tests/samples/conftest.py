"""Fixtures of the tests of odds and their chunks."""

import pytest

from twolayer.samples import chunks


@pytest.fixture
def small(monkeypatch):
    """Chunks of 20 starts, in this process."""
    monkeypatch.setattr(chunks, "STARTS", 20)

"""Hypothesis: the same examples every time, unless TWOLAYER_HYPOTHESIS=search asks for new and more
ones."""

import os

# tests share the cores: products of small matrices take many times as long in several threads
os.environ.setdefault("OMP_NUM_THREADS", "1")

from hypothesis import HealthCheck, settings

from tests.browser import browser, site  # noqa: F401

settings.register_profile("fixed", derandomize=True, deadline=None, max_examples=60, database=None)
settings.register_profile(
    "search",
    deadline=None,
    max_examples=3000,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
settings.load_profile("search" if os.environ.get("TWOLAYER_HYPOTHESIS") == "search" else "fixed")

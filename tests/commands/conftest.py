"""What several tests of commands look at, made once: the main job, data sets, courses of runs."""

import contextlib
import io
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from twolayer import Data, Network
from twolayer.commands import cli, data_runs, figures, laws, located
from twolayer.samples import digits

SMALL_LAWS = {"WIDTHS": (100, 1000), "WIDEST": 5000, "DRAWN": 300}


@dataclass
class Done:
    """A command that has run: exit code, both outputs, its folder, and the Axes of its figures."""

    folder: Path
    code: int = -1
    out: str = ""
    err: str = ""
    axes: dict = field(default_factory=dict)


@pytest.fixture(scope="session")
def report(tmp_path_factory):
    """A main job of seconds: two widths, two seeds."""
    done = Done(tmp_path_factory.mktemp("main") / "new" / "report")
    drawing = figures.drawing

    @contextlib.contextmanager
    def watched(path, *panels):
        with drawing(path, *panels) as axes:
            done.axes[path.name] = axes
            yield axes

    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(located, "WIDTHS", (1, 10))
        patch.setattr(located, "SEEDS", 2)
        patch.setattr(figures, "drawing", watched)
        for name, value in SMALL_LAWS.items():
            patch.setattr(laws, name, value)
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            done.code = cli.main(["--folder", str(done.folder), "--seed", "3"])
    done.out, done.err = out.getvalue(), err.getvalue()
    return done


@pytest.fixture(scope="session")
def samples():
    draw = np.random.default_rng(1)
    x = draw.standard_normal((30, 3)) * [1.0, 0.6, 0.3]
    return x, x @ draw.standard_normal((3, 2)) + 0.1 * draw.standard_normal((30, 2))


@pytest.fixture(scope="session")
def two():
    pytest.importorskip("sklearn")
    return digits.digits(3, 8)


@pytest.fixture(scope="session")
def courses(samples):
    data = Data(*samples)
    net = Network.random(40, rng=5, data=data)
    return data, net, [data_runs.follow(net, data, share) for share in data_runs.SHARES]

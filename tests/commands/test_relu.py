"""The command `relu`: the setting of Zhu et al., arXiv:2205.11787, and its files."""

import csv

import numpy as np
import pytest

from tests.commands.test_cli import call
from twolayer import FrozenGates, Phase, Sides
from twolayer.commands import relu as relu_report
from twolayer.conventions import convention

# The setting of Zhu et al., arXiv:2205.11787


def test_published_numbers():
    pairs = relu_report.thresholds(400)
    for column, known in zip(pairs.T, relu_report.PUBLISHED, strict=True):
        low, high = np.percentile(column, [2.5, 97.5])
        assert low < known < high
    assert np.median(pairs) == pytest.approx(0.4, abs=0.01)  # E x² = 5: 2/λ = 2/(2·2.5·1)
    data, net = relu_report.draw(972)
    own = np.sort(2 / net.curvature(data)) / relu_report.UNITS
    assert [f"{value:.2f}" for value in own] == ["0.37", "0.39"]
    exact, eta = FrozenGates(net, data), relu_report.rates(data, net)
    np.testing.assert_array_equal(
        np.sort(exact.phase(eta[:, None]), axis=-1),
        [
            [Phase.LAZY, Phase.CATAPULT],
            [Phase.CATAPULT, Phase.CATAPULT],
            [Phase.CATAPULT, Phase.DIVERGENT],
        ],
    )
    frozen = net.train(data, eta, 60, frozen=True)
    grew = np.abs(frozen.output[1]) > np.abs(frozen.output[0])
    np.testing.assert_array_equal(grew.sum(-1), [1, 2, 2])
    np.testing.assert_array_equal(np.isinf(frozen.loss[-1]), [False, False, True])


def test_in_a_strong_catapult_gates_flip_at_every_width():
    """Measured, not proved: about a fifth of the side's units, and s apart by about 0.2, without a
    trend in the width."""
    for width, networks in ((1_000, 16), (16_000, 4)):
        seen = relu_report.flips(0, width, networks, Sides([1.0], [0.0]))
        assert 0.17 < np.median(seen["flipped"]) < 0.27
        assert 0.18 < np.median(seen["apart"]) < 0.31
        np.testing.assert_array_equal(seen["first flip"], seen["first apart"])


@pytest.fixture
def small(monkeypatch):
    for name, value in (
        ("WIDTH", 500),
        ("DRAWS", 20),
        ("FLIPPING", {200: 4}),
        ("FIRST", (2_000, 2)),
        ("FATED", (100, 4)),
    ):
        monkeypatch.setattr(relu_report, name, value)


def test_command_writes_whole_files(capsys, tmp_path, small):
    folder = tmp_path / "new" / "folder"
    code, out, err = call(capsys, "relu", "--folder", str(folder), "--seed", "5")
    assert out.splitlines()[0] == convention(output=relu_report.OUTPUT)
    assert (code, err) == (0, "")
    names = [
        "relu.png",
        "relu_fates.csv",
        "relu_first_step.csv",
        "relu_flips.csv",
        "relu_runs.npz",
        "relu_thresholds.csv",
    ]
    assert sorted(path.name for path in folder.iterdir()) == names
    assert all(name in out.splitlines()[-1] for name in names)
    assert (folder / "relu.png").stat().st_size > 50_000
    header, *rows = csv.reader((folder / "relu_thresholds.csv").read_text().splitlines())
    assert header == ["seed", "two_over_lambda_1", "two_over_lambda_2"]
    assert len(rows) == 20
    data, net = relu_report.draw(5)
    np.testing.assert_allclose(
        np.array(rows[5][1:], float), np.sort(1 / net.curvature(data)), rtol=1e-14
    )
    with np.load(folder / "relu_runs.npz") as arrays:
        np.testing.assert_array_equal(
            arrays["real_loss"], net.train(data, arrays["eta"], relu_report.STEPS).loss
        )
        np.testing.assert_array_equal(
            arrays["exact_output"],
            FrozenGates(net, data).simulate(arrays["eta"], relu_report.STEPS).output,
        )
    for line in ("CATAPULT", "DIVERGENT", "published units", "arctan"):
        assert line in out


def test_command_refuses_bad_input(capsys, tmp_path):
    (tmp_path / "file").write_text("")
    for bad in (
        ["--folder", str(tmp_path / "file")],
        ["--seed", "-1"],
        ["--seed", "x"],
        ["--eta", "1"],
    ):
        code, out, err = call(capsys, "relu", *bad)
        assert (code, out) == (2, "")
        assert err.startswith("twolayer")
        assert bad[0] in err
        assert err.count("\n") == 1


def test_command_leaves_no_empty_folder_behind(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr(
        relu_report, "draw", lambda seed: (_ for _ in ()).throw(ValueError("broken"))
    )
    code, _, err = call(capsys, "relu", "--folder", str(tmp_path / "new"))
    assert (code, "broken" in err) == (2, True)
    assert not (tmp_path / "new").exists()

"""What the command `data` prints."""

import numpy as np

from twolayer import Data, GramNetwork
from twolayer.commands import data_runs, data_tables


def test_columns_stay_apart_whatever_they_hold(samples):
    """Rates that differ by 10⁴ and more, infinite beside finite ones."""
    data = Data(samples[0] * 1e-6, samples[1] * 1e9)
    theory = GramNetwork.from_weights(np.ones((4, 3)) * 1e-5, np.ones((4, 2)) * 1e3)
    values = theory.spectrum(data)
    lines = list(data_tables.spectrum_table(values))
    assert [line.split() for line in lines[1:]] == [
        [str(i), f"{value:.6g}", f"{2 / value:.6g}", f"{2 * values[0] / value:.4g}"]
        for i, value in enumerate(values, 1)
    ]
    row = data_runs.Row(
        4.8, 1.0, "DIVERGENT", "LAZY", 10**6, *[np.inf, 1.0, -1e300] * 2, "", *[np.nan] * 4
    )
    lines = list(data_tables.comparison([row, row]))
    cells = ["4.8", "divergent", "lazy", "1000000", *["inf", "-1.0e+300"] * 2]
    assert [line.split() for line in lines[3:5]] == [cells] * 2

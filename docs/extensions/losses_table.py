"""The table of losses: names and definitions from `twolayer.losses`, factors from the derivations.

`.. losses-table::` puts it on a page.
"""

import sympy as sp
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from derivations.notation import k, m
from twolayer import _derived, losses

# who means which loss; what is not here has no name that is usual
USUAL = {
    "half-mean": "this package; the paper, for its one sample",
    "mean": "a mean over samples, a sum over outputs",
    "mse": "``torch.nn.MSELoss()``, Keras ``mean_squared_error``",
    "half-mse": "the mean of ``optax.l2_loss``, scikit-learn's ``MLPRegressor``",
    "sum": '``torch.nn.MSELoss(reduction="sum")``',
    "half-sum": "the sum of ``optax.l2_loss``",
}


def factors() -> dict[str, sp.Expr]:
    """Each loss over the half-mean one, in the symbols m and k."""
    ours, *others = 1, *_derived.loss_factors(m, k)
    return dict(zip(losses.NAMED, map(sp.sympify, (ours, *others)), strict=True))


def rows() -> list[str]:
    lines = [
        ".. list-table::",
        "   :header-rows: 1",
        "",
        "   * - ``loss=``",
        "     - the loss",
        "     - :math:`c`",
        "     - as in",
    ]
    for name, factor in factors().items():
        lines += [
            f"   * - ``{name}``",
            f"     - ``{losses.NAMED[name]}``",
            f"     - :math:`{sp.latex(factor)}`",
            f"     - {USUAL.get(name, '')}",
        ]
    return lines


class LossesTable(SphinxDirective):
    def run(self):
        self.content = StringList(rows(), source=__file__)
        return self.parse_content_to_nodes()


def setup(app):
    app.add_directive("losses-table", LossesTable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

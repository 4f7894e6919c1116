"""What a run shows of its phase, told from its loss alone. Knows no theory."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import foreign
from ..results import Phase
from ..watch import rises

CUT = 1e6  # a loss that ends so many times above its start, and at its largest, is diverging


def seen(loss: Any, collapsed: Any = False) -> NDArray[np.int8]:
    """The Phase codes that runs show, shape (*cells).

    DIVERGENT: the loss ends at inf, or in NaN after a loss above its start, or at its largest and
    more than CUT times its start. Otherwise, if it ends below its start: CATAPULT where some step
    raised it above its start by more than rounding, LAZY where none did. Else UNDECIDED, as is what
    has collapsed. NaN after a loss that is not above its start ends a log early.

    Parameters
    ----------
    loss : array_like, shape (steps + 1, *cells)
        NaN at the end only.
    collapsed : bool array_like, shape (*cells)
        Runs that have stopped learning.
    """
    rounding = foreign.precision(loss) / foreign.EPS
    loss = np.asarray(foreign.as_array("loss", loss), np.float64)
    start, number = loss[0], np.count_nonzero(~np.isnan(loss), axis=0)
    end = np.take_along_axis(loss, np.maximum(number - 1, 0)[None], axis=0)[0]
    highest = np.where(np.isnan(loss), -np.inf, loss)
    peak, step = highest.max(axis=0), highest.argmax(axis=0)
    with np.errstate(all="ignore"):
        gone = np.isinf(end) | ((number < len(loss)) & (end > start))
        gone |= (end >= peak) & (end > CUT * start)
        # of residuals, whose squares the losses are
        raised = rises(np.sqrt(peak), (1 + step) * rounding - 1, np.sqrt(start))
        fallen = (end < start) & ~np.asarray(collapsed, bool)
    converging = np.where(raised, Phase.CATAPULT, Phase.LAZY)
    return np.where(gone, Phase.DIVERGENT, np.where(fallen, converging, Phase.UNDECIDED)).astype(
        np.int8
    )

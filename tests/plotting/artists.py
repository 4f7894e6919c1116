"""What artists show, and the runs that figures are tried on."""

import numpy as np
from matplotlib.colors import to_hex

from twolayer import Phase

RATES = np.array([0.5, 1.5, 2.2])  # lazy, catapult and divergent at curvature 2
PHASES = [Phase.LAZY, Phase.CATAPULT, Phase.DIVERGENT]
ETA = np.linspace(0.1, 2.4, 24)
EXTREMES = [0.0, 5e-324, 1e-310, 1.0, 1e300, 1.7e308, np.inf, np.nan]  # no axis holds them all
WIDTHS = np.array([10.0, 1000.0])
OKABE_ITO = {"#000000", "#e69f00", "#56b4e9", "#009e73", "#f0e442", "#0072b2", "#d55e00", "#cc79a7"}


def texts(legend):
    return [text.get_text() for text in legend.get_texts()]


def looks(lines):
    # a dash pattern has no public getter
    return {(to_hex(line.get_color()), str(line._dash_pattern)) for line in lines}


def named(artists):
    return {name.get_text() for name in artists.names}

"""The theory of `twolayer`, derived and proved. Read it in this order:

notation        the symbol table
statement       what a statement is and what proves it; zero decides when algebra is done
closure         gradient descent closes on output and curvature
scaling         width and learning rate drop out
triangle        three coordinates that each step multiplies
initialization  a random network is three numbers
boundaries      where the first step raises the loss
divergence      where training diverges, and what a label changes
lyapunov        with a label, a quantity that grows at every step
fates           how a run ends: sum rule, convergence, divergence
certificate     one state that proves convergence
chaos           the divergence boundary, solved
final           the curvature at the end
series, bounds  power series cut off by weight, and inequalities on an interval, for the next four:
mirror          the final curvature around the critical point, and flat: around the origin
bulk            everywhere else, in powers of the output; manifold: how a catapult departs
hessian         sharpness beyond the tangent kernel, and the end of gradient flow
laws            peak, mirror and period of the catapult, near the transition and at large width
odds            how likely each phase is for a random network
function, table, emit  formulas and numbers handed to the package, and the files they are written to

`python -m derivations` proves everything; `--write` and `--check` keep twolayer/_derived.py and
twolayer/_expansions.py. Nothing here imports `twolayer`.
"""

from __future__ import annotations

"""The theory of `twolayer`, derived and proved. Read it in this order:

notation        the symbol table: the one place where symbols are made
prover/         what a statement is, what proves it, and how formulas are written for the package

closure         gradient descent closes on output and curvature
conventions     other losses, output scales, and rates of two layers, are the same model
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
alignment       the angle of the layers: they align in a rise and end orthogonal at label 0
expansions/     the final curvature at label 0 in series: around the critical point (mirror), around
                the origin (flat), everywhere else (bulk), and how a catapult departs (manifold)
hessian         sharpness beyond the tangent kernel, and the end of gradient flow
laws            peak, mirror and period of the catapult, near the transition and at large width
theorem         the paper's theorem: how long the phases take and what they reach at large width
odds            how likely each phase is for a random network
samples/        many samples: Gram matrices, a factor of them, the tangent kernel, losses by name,
                data that reduce to one sample, and ReLU with frozen gates

contents        all chapters in this order, and all that they state and hand to the package
__main__        the command

`python -m derivations` proves everything; `--write` and `--check` keep twolayer/_derived.py and
twolayer/_expansions.py. Nothing here imports `twolayer`.
"""

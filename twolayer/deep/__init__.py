"""Deep networks, which the solved model is about, and the curvature of anything that has two
Jacobian products.

* samples: the samples themselves, which a network that is not linear needs
* layers: forward, backward and Jacobian passes, written by hand; products: their products, with the
  same bits for every number of BLAS threads
* network: `DeepNetwork`, trained on its weights, a judge; weights: what it holds; descent: its runs
* curvature: `kernel_curvature`, the top eigenvalues of JJᵀ/m from J v and Jᵀ w
* seen: what a run shows of its phase, told from its loss
* diagnose: `diagnose`, a training log beside the theory; training_log checks it, family runs the
  starts that it allows, log_notes says what it does not tell
"""

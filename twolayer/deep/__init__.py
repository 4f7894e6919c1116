"""Deep networks, which the solved model is about, and the curvature of anything that has two
Jacobian products.

* samples: the samples themselves, which a network that is not linear needs
* layers: forward, backward and Jacobian passes, written by hand
* network: `DeepNetwork`, trained on its weights, a judge
* curvature: `kernel_curvature`, the top eigenvalues of JJᵀ/m from J v and Jᵀ w
"""

"""ReLU networks with one input. In reading order:

* `sides`: samples, reduced to what the sides x > 0 and x < 0 see of them
* `network`: trained weights with real or frozen gates, the judge
* `frozen`: the exact theory of frozen gates
"""

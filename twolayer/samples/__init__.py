"""Many samples, inputs and outputs. In reading order:

* `data`: samples, reduced to what training sees of them; `blocks`, `files`, `digits`: where they
  come from
* `gram`: networks known by the Gram matrix of their weights, exact at every width; `wishart` draws
  it, `factor` is the equivalent network that is stepped, `runs` trains many of them
* `descent`: trained weights, the judge
* `odds`: how likely random networks are to converge; `chunks` draws, trains and keeps them,
  `intervals` counts them, `workers` shares them out
"""

"""Many samples, inputs and outputs. In reading order:

* `data`: samples, reduced to what training sees of them; `blocks`, `files`, `digits`: where they
  come from. Of files: `archives`; `tables`, as `text` in some `dialect`; `labels` that are classes;
  `preparation` says what stands out and standardizes
* `gram`: networks known by the Gram matrix of their weights, exact at every width; `gram_matrix`
  makes or draws it, `gram_on_data` is what data see of it, `factor` is the equivalent network that
  is stepped
* `flattest`: how flat a minimum can be; `guide`: up to which rate to train; `endings`: what runs do
  that do not end
* `descent`: trained weights, the judge
* `odds`: how likely random networks are to converge; `chunks` of them are drawn, trained and kept,
  `intervals` of what they did; `workers` are processes
"""

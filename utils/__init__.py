"""The learner's side of Layer by Layer: set-up, data, plots, training, checks and widgets.

Everything here imports with the packages that Colab already has. What a lesson uses, in the order it meets them:

- `runtime`: one call that starts a notebook (seed, quiet logs, CPU or GPU)
- `check`: exercises, checks and hints
- `data`: data sets by name
- `plots`: figures with labels and alternative text
- `training`: fitting small data without waiting
- `widgets`: pictures to play with

What these stand on: `notebook` (whether there is one, and how to show something in it), `progress` (results on disk),
`lessons` (what the course holds), `models` (a Keras model layer by layer), `cell_runs` (which cells ran, and whether
they failed), `download`, `alt_text`, `status_line`.
`install` is what `make setup` runs.
"""

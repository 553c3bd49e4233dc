"""The learner's side of Layer by Layer: set-up, data, plots, training, checks and widgets.

Everything here imports with the packages that Colab already has. The modules, in the order a lesson meets them:

- `runtime`: one call that starts a notebook (seed, quiet logs, CPU or GPU)
- `data`: data sets by name
- `plots`: figures with labels and alternative text
- `training`: fitting small data without waiting
- `check`: exercises, checks and hints
- `widgets`: pictures to play with
- `progress`, `lessons`, `models`: what those are built on
"""

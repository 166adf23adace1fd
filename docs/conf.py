"""Settings of the documentation: `make docs` renders it into docs/_build, `make links` checks its links."""

project = "A first course on neural networks"
copyright = "the authors"
extensions = ["myst_parser"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = project
exclude_patterns = ["_build"]
nitpicky = True

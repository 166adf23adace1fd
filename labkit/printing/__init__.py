"""PDFs of homeworks: the notebooks, and the student's parts of the modules with the questions that they answer.

Pandoc reads Markdown and TeX, Typst sets the type; both are wheels that are needed for this alone (packages.py).
No LaTeX, browser or network.
"""

"""Commands of `autograder` by theme; `autograder.cli` puts them together."""

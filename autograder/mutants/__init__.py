"""Mutation testing of the checks: every small mistake that can be put into a solution must lose points.

    found = mutants_of(homework)
    for mutant, verdict in judged(course, homework, found):
        print(verdict.kind, mutant)

A mutant that computes the same as the solution is *equivalent*; a person says so, with the reason, in
`solutions/hwN/hidden/equivalent.toml`.
"""

from autograder.mutants.generate import Mutant, mutants_of, sampled
from autograder.mutants.run import Verdict, judged

__all__ = ["Mutant", "Verdict", "judged", "mutants_of", "sampled"]

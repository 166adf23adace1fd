"""Names the mistake in a wrong gradient, from numbers alone.

    diagnose(expected, got, context=Context(name="dW", batch_size=5))

Each hypothesis says what a particular mistake would have given. One that explains every entry to within
what finite differences can tell is named, or else a rule that the right gradient follows and this one breaks;
when there is neither, nothing is said. Nobody's source is read.
"""

from labkit.diagnosis.diagnose import diagnose, diagnose_shape
from labkit.diagnosis.evidence import Context, Diagnosis

__all__ = ["Context", "Diagnosis", "diagnose", "diagnose_shape"]

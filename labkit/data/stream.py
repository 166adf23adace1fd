"""Random numbers that are the same on every machine and with every version of NumPy.

NumPy promises that the raw bits of a bit generator never change, but not what `Generator` makes of them. A data
set that must be identical for every student is therefore drawn from the raw bits, and only with operations that
IEEE 754 defines exactly (no sin, exp or log, whose last digit depends on the processor).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating[Any]]  # float32 throughout


class Stream:
    """Uniform numbers, one per image of a batch, from a PCG64 generator seeded with the integers `entropy`."""

    def __init__(self, batch: int, *entropy: int) -> None:
        self.batch = batch
        self._bits = np.random.PCG64(np.random.SeedSequence(entropy))

    def fractions(self, *shape: int) -> Floats:
        """Uniform in [0, 1) with 24 random bits each, float32, of the given shape."""
        count = int(np.prod(shape))
        raw = np.asarray(self._bits.random_raw(count))
        return ((raw >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-24)).reshape(shape)

    def uniform(self, low: float, high: float) -> Floats:
        """One number in [low, high) per image: (batch, 1, 1), so that it broadcasts over pixels."""
        return self.fractions(self.batch, 1, 1) * (high - low) + low

    def centred(self, spread: float) -> Floats:
        """One number per image around 0, mostly within +-spread: the sum of three uniform ones."""
        thirds = self.fractions(3, self.batch, 1, 1)
        return (thirds[0] + thirds[1] + thirds[2] - 1.5) * (spread / 0.75)

    def chance(self, probability: float) -> Floats:
        """1.0 with the given probability, otherwise 0.0, per image: (batch, 1, 1)."""
        return (self.fractions(self.batch, 1, 1) < probability).astype(np.float32)

    def bytes(self, *shape: int) -> NDArray[np.uint8]:
        """Uniform bytes of the given shape."""
        count = int(np.prod(shape))
        raw = np.asarray(self._bits.random_raw(-(-count // 8)))
        return raw.astype("<u8").view(np.uint8)[:count].reshape(shape)

    def order(self, count: int) -> NDArray[np.int64]:
        """A random permutation of 0 .. count-1."""
        raw = np.asarray(self._bits.random_raw(count))
        return np.argsort(raw, kind="stable").astype(np.int64)

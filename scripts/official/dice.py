"""Reproducible chance: the same seed gives the same values on every Python."""

from random import Random


class Dice:
    def __init__(self, seed: str) -> None:
        # Only random() itself is promised to give the same values in every version of Python; choice() and its like are not.
        self._next = Random(seed).random

    def below(self, limit: int) -> int:
        return int(self._next() * limit)

    def between(self, least: int, most: int) -> int:
        return least + self.below(most - least + 1)

    def chance(self, probability: float) -> bool:
        return self._next() < probability

    def pick(self, values):
        return values[self.below(len(values))]

    def weighted(self, *pairs):
        """One of the values of (weight, value) pairs."""
        left = self._next() * sum(weight for weight, _ in pairs)
        for weight, value in pairs:
            left -= weight
            if left < 0:
                return value
        return pairs[-1][1]

    def many(self, most: int, make) -> list:
        """From none to `most` made values."""
        return [make() for _ in range(self.between(0, most))]

    def subset(self, values) -> list:
        return [value for value in values if self.chance(0.5)]

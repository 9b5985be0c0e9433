"""What is missing from a row of numbers."""

from collections.abc import Iterable


def gaps(numbers: Iterable[int]) -> list[str]:
    """What is missing between 0 and the highest: `2` for one, `4-6` for three in a row."""
    found, expected = [], 0
    for number in sorted(numbers):
        if number > expected:
            found.append(str(expected) if number == expected + 1 else f"{expected}-{number - 1}")
        expected = number + 1
    return found

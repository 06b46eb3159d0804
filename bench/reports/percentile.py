"""Computes percentiles of measured values."""

import math
from collections.abc import Sequence


def percentile(values: Sequence[float], part: float) -> float:
    """Return the smallest value that `part` (0 to 1) of all values do not exceed; NaN if there is none."""
    if not values:
        return math.nan
    ranked = sorted(values)
    return ranked[max(0, math.ceil(part * len(ranked)) - 1)]

"""How sure one can be of a share, of how much more likely something is, and of a correlation.

All intervals are those of 95 %. Nothing here knows where the numbers are from.
"""

import math

# Standard deviations on either side of the middle that hold 95 % of a normal distribution.
Z = 1.959964


def wilson(part, n):
    """Return Wilson's interval of a share: where the true share is likely to be.

    :return: lower and upper end, None without any n

    >>> [round(end, 3) for end in wilson(8, 10)]
    [0.49, 0.943]
    >>> [round(end, 3) for end in wilson(0, 10)]
    [0.0, 0.278]
    >>> wilson(0, 0)
    """
    if not n:
        return None
    share, square = part / n, Z * Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def odds_ratio(part, n, other_part, other_n):
    """Return how many times the odds of the one are those of the other, with Woolf's interval.

    Where everybody or nobody of one did it, a half is added to each number (Haldane and
    Anscombe), so that there is an answer at all.

    :return: ratio, lower and upper end; None without any of either

    >>> [round(number, 2) for number in odds_ratio(30, 40, 20, 40)]
    [3.0, 1.16, 7.73]
    >>> [round(number, 2) for number in odds_ratio(5, 5, 3, 6)]
    [11.0, 0.43, 284.3]
    >>> odds_ratio(1, 2, 0, 0)
    """
    if not n or not other_n:
        return None
    numbers = [part, n - part, other_part, other_n - other_part]
    if not all(numbers):
        numbers = [number + 0.5 for number in numbers]
    did, did_not, other_did, other_did_not = numbers
    ratio = did * other_did_not / (did_not * other_did)
    half = Z * math.sqrt(sum(1 / number for number in numbers))
    return ratio, ratio * math.exp(-half), ratio * math.exp(half)


def correlation(pairs):
    """Return Pearson's correlation of pairs of numbers, None where either never changes.

    >>> round(correlation([(1, 2), (2, 4), (3, 6)]), 6)
    1.0
    >>> round(correlation([(1, 1), (2, 3), (3, 2), (4, 5)]), 4)
    0.8315
    >>> correlation([(1, 2), (1, 3)])
    """
    pairs = list(pairs)
    if not pairs:
        return None
    first_mean = math.fsum(first for first, _second in pairs) / len(pairs)
    second_mean = math.fsum(second for _first, second in pairs) / len(pairs)
    both = math.fsum((first - first_mean) * (second - second_mean) for first, second in pairs)
    first_square = math.fsum((first - first_mean) ** 2 for first, _second in pairs)
    second_square = math.fsum((second - second_mean) ** 2 for _first, second in pairs)
    if not first_square or not second_square:
        return None
    return max(-1.0, min(1.0, both / math.sqrt(first_square * second_square)))


def fisher(value, n):
    """Return Fisher's interval of a correlation.

    :return: lower and upper end; None of fewer than four pairs

    >>> [round(end, 3) for end in fisher(0.5, 28)]
    [0.156, 0.736]
    >>> fisher(1.0, 10)
    (1.0, 1.0)
    >>> fisher(0.5, 3)
    """
    if n < 4:
        return None
    if abs(value) == 1:
        return value, value
    middle, half = math.atanh(value), Z / math.sqrt(n - 3)
    return math.tanh(middle - half), math.tanh(middle + half)

"""Histograms with fixed buckets: added up in any way they give the same percentiles, each within 5 percent.

A bucket is 10 percent wider than the one before it, from one second upwards. A percentile is told as the middle
of its bucket, which is at most √1.1 − 1, 4.9 percent, away from the true one.
"""

import math

RATIO = 1.1
LOG = math.log(RATIO)
RELATIVE_ERROR = math.sqrt(RATIO) - 1


def bucket_of(seconds):
    """The bucket of a length; what is shorter than a second is in the first."""
    return int(math.log(max(seconds, 1)) / LOG)


def middle_of(bucket):
    """The seconds that a bucket is told as."""
    return RATIO ** (bucket + 0.5)


def percentile(histogram, share):
    """The seconds under which `share` of {bucket: count} lies, or None of nothing."""
    total = sum(histogram.values())
    if not total:
        return None
    wanted = max(1, math.ceil(share * total))
    for bucket in sorted(histogram):
        wanted -= histogram[bucket]
        if wanted <= 0:
            return middle_of(bucket)
    raise ValueError("a histogram does not count below nothing")


def added(*histograms):
    """The sum of several."""
    total = {}
    for histogram in histograms:
        for bucket, count in histogram.items():
            total[bucket] = total.get(bucket, 0) + count
    return total

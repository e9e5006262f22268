"""Histograms: within 5 percent of the truth, however they are cut up and added together again."""

import math
import random
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aftersales.history.queries.buckets import RELATIVE_ERROR, added, bucket_of, middle_of, percentile

seconds = st.lists(st.integers(1, 90 * 86400), min_size=1, max_size=80)


def histogram(values):
    return Counter(bucket_of(value) for value in values)


def true_percentile(values, share):
    return sorted(values)[max(1, math.ceil(share * len(values))) - 1]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(seconds, st.sampled_from([0.5, 0.9, 0.99]), st.integers(1, 9), st.randoms())
def test_percentiles_after_any_regrouping_are_within_five_percent(values, share, parts, chance):
    cut = [[] for _ in range(parts)]
    for value in values:
        cut[chance.randrange(parts)].append(value)

    told = percentile(added(*map(histogram, cut)), share)

    truth = true_percentile(values, share)
    assert abs(told - truth) / truth <= RELATIVE_ERROR + 1e-9 <= 0.05


@settings(deadline=None)
@given(seconds)
def test_adding_is_the_same_in_any_order(values):
    parts = [histogram(values[at::3]) for at in range(3)]
    mixed = random.Random(1).sample(parts, 3)

    assert added(*parts) == added(*mixed) == histogram(values)


def test_every_length_lies_in_its_bucket():
    for value in range(1, 100_000, 7):
        assert math.isclose(middle_of(bucket_of(value)), value, rel_tol=RELATIVE_ERROR + 1e-9)


def test_nothing_has_no_percentile():
    assert percentile({}, 0.5) is None


def test_a_buckets_number_is_small():
    assert bucket_of(0) == bucket_of(1) == 0
    assert bucket_of(10 * 366 * 86400) < 256

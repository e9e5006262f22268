"""Labels ranked by how well a text fits the examples of each: a smoothed language model of every label.

A word counts by the logarithm of how much more often it stands in a label's examples than in all. Only
labels that know the word are touched, so a look-up costs what the text's own words cost. `bench/suggest.py`
measures it.
"""

import math
from collections import Counter, defaultdict
from typing import NamedTuple

from tickets.suggesting.features import features, plain

# Measured on held-out questions by bench/suggest.py.
SMOOTHING = 0.01  # weight of all examples beside a label's own, in examples of the usual size
FLOOR = 0.02  # keeps a word that was seen once from settling everything
RARITY = 0.5  # exponent of a word's rarity
NOTHING = 4.0  # the score of “none of these”: what a stranger's question reaches by chance
SURE = 0.9  # from here on the first guess is wrong for less than two questions in a hundred
MOST_WORDS = 3
# Words that stand in every question: they count, but give nobody a reason.
EMPTY_WORDS = (
    "a an the i you we it is are was be been do does did have has had can could will would my your our me"
    " to of for in on at with and or not if so this that there what when where how why who please am im"
    " 什么 怎么 么办 么时 时候 可以 能不 不能 没有 一下 请问 你们 我们 您好 你好 这个 那个 还没 了吗 的吗 是不 不是"
)
EMPTY = frozenset(EMPTY_WORDS.split())


class Example(NamedTuple):
    label: str
    text: str
    weight: float = 1.0


class Guess(NamedTuple):
    """A label, how sure, and the words of the text that say so, in the text's order."""

    label: str
    confidence: float
    words: tuple

    @property
    def is_sure(self):
        return self.confidence >= SURE


class Suggester:
    """Compiled once from its examples; safe to share between threads, for a look-up changes nothing."""

    def __init__(self, examples):
        read = [(label, Counter(names(plain(text))), weight) for label, text, weight in examples]
        frequency = Counter(name for _label, counts, _weight in read for name in counts)
        self.rarity = {name: math.log(1 + len(read) / n) ** RARITY for name, n in frequency.items()}
        self.rarest = math.log(1 + len(read)) ** RARITY
        known, sizes, totals = defaultdict(Counter), Counter(), Counter()
        for label, counts, weight in read:
            for name, value in self.vector(counts).items():
                known[name][label] += value * weight
                totals[name] += value * weight
                sizes[label] += value * weight
        usual = sum(sizes.values()) / max(len(sizes), 1)
        shared = SMOOTHING * usual / max(sum(totals.values()), 1e-9)
        self.weights = {
            name: {
                label: math.log(1 + value / (shared * totals[name] + FLOOR)) for label, value in by.items()
            }
            for name, by in known.items()
        }
        # A label with many examples knows more words by chance.
        self.handicaps = {
            label: -math.log((size / usual + SMOOTHING) / (1 + SMOOTHING)) for label, size in sizes.items()
        }

    def vector(self, counts):
        """Known features weighted by count and rarity; those that nobody ever used only make the rest weigh less."""
        values = {
            name: math.log(1 + n) * self.rarity[name] for name, n in counts.items() if name in self.rarity
        }
        unknown = sum(name not in self.rarity for name in counts) * (self.rarest * math.log(2)) ** 2
        length = math.sqrt(unknown + sum(value * value for value in values.values())) or 1.0
        return {name: value / length for name, value in values.items()}

    def rank(self, text, most=3, without=frozenset()):
        """The best guesses, best first, as if there were none of the labels `without`; none without a word that
        speaks for it."""
        text = plain(text)
        vector = self.vector(Counter(names(text)))
        scores = self.scores(vector)
        for label in without:
            scores.pop(label, None)
        best = scores.most_common(most)
        top = best[0][1] if best else 0.0
        mass = sum(math.exp(score - top) for score in scores.values()) + math.exp(NOTHING - top)
        guesses = [
            Guess(label, math.exp(score - top) / mass, self.reason(text, vector, label))
            for label, score in best
        ]
        return [guess for guess in guesses if guess.words]

    def scores(self, vector):
        """Of every label that knows one of the words."""
        scores = Counter()
        for name, value in vector.items():
            for label, weight in self.weights[name].items():
                scores[label] += value * weight
        spoken = sum(vector.values())
        for label in scores:
            scores[label] += spoken * self.handicaps[label]
        return scores

    def reason(self, text, vector, label):
        """The words that count most for this label."""
        worth = defaultdict(float)
        for feature in features(text):
            weight = self.weights.get(feature.name, {}).get(label)
            if feature.is_word and weight and text[feature.start : feature.end] not in EMPTY:
                worth[feature.start, feature.end] = vector[feature.name] * weight
        chosen = sorted(sorted(worth, key=worth.get, reverse=True)[: MOST_WORDS * 2])
        words = []
        for start, end in joined(chosen):
            if text[start:end] not in words:
                words.append(text[start:end])
        return tuple(words[:MOST_WORDS])


def names(text):
    return (feature.name for feature in features(text))


def joined(spans):
    """Overlapping spans as one."""
    whole = []
    for start, end in spans:
        if whole and start < whole[-1][1]:
            whole[-1] = (whole[-1][0], max(end, whole[-1][1]))
        else:
            whole.append((start, end))
    return whole

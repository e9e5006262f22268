"""What of a text is compared: words and their neighbours, parts of words against typos, characters of Chinese."""

import re
import unicodedata
from typing import NamedTuple

MOST_CHARACTERS = 2000  # of a message; what it is about is said by then
GRAM = 4
TOKEN = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]+")
ENDINGS = ("ing", "ed", "es", "s")
STEM = 3  # the least that is left of a word without its ending
APOSTROPHES = str.maketrans("", "", "'’`")


class Feature(NamedTuple):
    """A feature and where it stands; only a word, or two characters of Chinese, can be shown as a reason."""

    name: str
    start: int
    end: int
    is_word: bool


def plain(text, most=MOST_CHARACTERS):
    """The text as it is compared: one width, one case, no apostrophes."""
    return unicodedata.normalize("NFKC", text[:most]).lower().translate(APOSTROPHES)


def features(text):
    """The features of a plain text, in its order."""
    words = []
    for token in TOKEN.finditer(text):
        if token[0] >= "\u3400":
            yield from chinese(token)
            words.clear()
            continue
        word = Feature("#" if token[0].isdigit() else stem(token[0]), *token.span(), True)
        yield word
        yield from neighbours(words, word)
        yield from grams(token)
        words.append(word)


def stem(word):
    """Without its ending, so that “asked” and “asks” are one word."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= STEM:
            return word[: -len(ending)]
    return word


def neighbours(before, word):
    """The word with the one before it, and with the one before that."""
    if before:
        yield Feature(f"{before[-1].name} {word.name}", before[-1].start, word.end, False)
    else:
        yield Feature(f"^ {word.name}", word.start, word.end, False)
    if len(before) > 1:
        yield Feature(f"{before[-2].name} … {word.name}", before[-2].start, word.end, False)


def grams(token):
    """Four letters each of a longer word with its borders: a typo spoils only some of them."""
    if len(token[0]) < GRAM or token[0].isdigit():
        return
    framed = f"<{token[0]}>"
    for place in range(len(framed) - GRAM + 1):
        yield Feature(f"~{framed[place : place + GRAM]}", *token.span(), False)


def chinese(token):
    """Each character, and each pair of them: Chinese has no blanks between words."""
    start = token.start()
    for place, character in enumerate(token[0]):
        yield Feature(character, start + place, start + place + 1, False)
        if place:
            pair = token[0][place - 1 : place + 1]
            yield Feature(pair, start + place - 1, start + place + 1, True)

"""How text becomes tokens, and a typed line the terms to look for. Pure: no rows, no roles.

Chinese has no blanks between words, so of a run of its characters every two neighbours are a token. Of a word or
number each beginning is one, and of a code its endings too. Where two runs meet without a blank (A款, 1/2), the two
characters are a token.
Tokens only propose a request; what was typed is then looked for in its text as it stands.
"""

import re
import unicodedata
from dataclasses import dataclass

MAX_TYPED = 200
MAX_TERMS = 10
MAX_TOKENS = 12  # of one term that are asked; a longer one is told apart by its text
LENGTHS = (*range(2, 9), 12, 16, 20, 24)  # of beginnings; of endings those from four on
TAILS = tuple(length for length in LENGTHS if length >= 4)
TAIL = "~"
UNSPACED = (
    "\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
RUN = re.compile(rf"([{UNSPACED}]+)|([^\W_{UNSPACED}]+)")
QUOTES = '"“”「」'
PART = re.compile(r'"([^"]*)"|“([^”]*)”|「([^」]*)」|(\S+)')
ONLY_A_NUMBER = re.compile(r"[\d\s()+\-]+")


# -- text -------------------------------------------------------------------------


class Folding(dict):
    """Each character as it is compared: width, case and accents aside, control characters as blanks."""

    def __missing__(self, code):
        folded = fold_character(chr(code))
        if code < 0x10000:  # all that anybody writes; the rest would only fill memory
            self[code] = folded
        return folded


def fold_character(char):
    if (kind := unicodedata.category(char)) in AS_WHAT:
        return AS_WHAT[kind]
    if ord(char) < 0x2000:  # scripts with accents; Hangul and kana would fall apart
        char = "".join(
            part for part in unicodedata.normalize("NFKD", char) if not unicodedata.combining(part)
        )
    return unicodedata.normalize("NFKC", char).casefold()


AS_WHAT = {"Cc": " ", "Cs": " ", "Zl": " ", "Zp": " ", "Cf": "", "Mn": "", "Me": ""}


FOLDING = Folding()


def fold(text):
    """The text as it is compared, with one blank wherever there are any."""
    return " ".join(text.translate(FOLDING).split())


def squeeze(code):
    """A code without what is put between its groups."""
    return "".join(match[0] for match in RUN.finditer(fold(code)))


def digits_of(text):
    return "".join(char for char in text if char.isascii() and char.isdigit())


# -- tokens -----------------------------------------------------------------------


def tokens_of(folded):
    """Every token of a folded text."""
    found = set(meetings(folded))
    for match in RUN.finditer(folded):
        found.update(pairs(match[0]) if match[1] else beginnings(match[0]))
    return found


def meetings(folded):
    """The two characters at every place where runs meet without a blank between them."""
    end = None
    for match in RUN.finditer(folded):
        if end and " " not in folded[end : match.start()]:
            yield folded[end - 1] + match[0][0]
        end = match.end()


def pairs(run):
    return [run[at : at + 2] for at in range(len(run) - 1)]


def beginnings(run):
    return {run[:length] for length in LENGTHS if length <= len(run)} or {run}


def tokens_of_code(code):
    """The tokens of a number that people also read out from its end."""
    plain = squeeze(code)
    endings = {TAIL + plain[-length:] for length in TAILS if length <= len(plain)}
    return tokens_of(fold(code)) | beginnings(plain) | endings if plain else set()


# -- terms ------------------------------------------------------------------------


@dataclass(frozen=True)
class Term:
    """One thing to find: `text` as it must stand there, the tokens of any text that holds it, tokens of a code
    that begins or ends with it, and its digits when it may be a telephone number."""

    text: str
    tokens: tuple
    of_code: tuple = ()
    digits: str = ""

    @property
    def can_be_asked(self):
        return bool(self.tokens or self.of_code)


def terms_of(typed):
    """What was typed as terms: parted by blanks, but for what stands in quotes and for one number in groups."""
    folded = fold(typed)
    if ONLY_A_NUMBER.fullmatch(folded) and len(digits_of(folded)) >= 2:
        return [term_of(digits_of(folded))]
    texts = (next(filter(None, match.groups()), "").strip(QUOTES + " ") for match in PART.finditer(folded))
    found = [term_of(text) for text in dict.fromkeys(texts) if RUN.search(text)]
    return found[:MAX_TERMS]


def term_of(text):
    digits = digits_of(text) if ONLY_A_NUMBER.fullmatch(text) else ""
    return Term(
        text=text,
        tokens=tuple(asked_of(text)[:MAX_TOKENS]),
        of_code=tuple(asked_of_code(squeeze(text))),
        digits=digits if len(digits) >= 4 else "",
    )


def asked_of_code(plain):
    """The longest beginning and the longest ending of a code, each enough by itself."""
    if plain.isascii() and len(plain) >= 2:
        yield longest(plain)
        if len(plain) >= TAILS[0]:
            yield TAIL + plain[-len(longest(plain)) :]


def longest(run):
    """The longest beginning of which there is a token."""
    return run[: max(length for length in LENGTHS if length <= len(run))]


def asked_of(text):
    """The tokens to ask for: of each word only its longest beginning."""
    asked = list(meetings(text))
    for match in RUN.finditer(text):
        if match[1]:
            asked.extend(pairs(match[0]))
        elif len(match[0]) >= 2:
            asked.append(longest(match[0]))
    return list(dict.fromkeys(asked))


# -- what is shown ----------------------------------------------------------------


def place_of(term, text):
    """(start, end) of a folded term in a text as it was written, or None."""
    plain = text.translate(FOLDING)
    if len(plain) == len(text) and (start := plain.find(term)) >= 0:
        return start, start + len(term)  # each character is one: nearly always
    folded, origins = [], []
    for at, char in enumerate(text):
        for each in char.translate(FOLDING):
            if each.isspace() and (not folded or folded[-1] == " "):
                continue
            folded.append(" " if each.isspace() else each)
            origins.append(at)
    start = "".join(folded).find(term)
    return None if start < 0 else (origins[start], origins[start + len(term) - 1] + 1)

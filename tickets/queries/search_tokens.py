"""Which tokens stand for a request in the index, and which of them a person may ask for.

The first letter says whose eyes a token is for: facts, said, notes, contacts. `@` is the shop, `#` and `%` are
blocks of neighbouring requests, by which a search begins at the newest and looks no further than it must.
"""

from staff import masking
from tickets.words import digits_of, fold, tokens_of, tokens_of_code

FACTS, SAID, NOTES = "f", "s", "n"
TAIL_OF_PHONE, WHOLE_PHONE, EMAIL = "t", "w", "e"
SHORTEST_PHONE = 7  # of a shorter number not even the end is shown
SHOWN_DIGITS = 4  # of a telephone number, to those who see no more
FINE, COARSE = 11, 17  # blocks of 2,048 and of 131,072 requests


def tokens_for(ticket_id, request):
    """All tokens of a request."""
    found = {f"@{request.shop_id}", f"#{ticket_id >> FINE}", f"%{ticket_id >> COARSE}"}
    for letter, texts in ((FACTS, request.facts), (SAID, request.said), (NOTES, request.notes)):
        for _where, text in texts:
            found.update(letter + token for token in tokens_of(fold(text)))
    for _where, code in request.codes:
        found.update(FACTS + token for token in tokens_of_code(code))
    for phone in request.phones:
        digits = national(digits_of(phone))
        if digits:
            found.add(WHOLE_PHONE + digits)
        if len(digits) >= SHORTEST_PHONE:
            found.update(TAIL_OF_PHONE + digits[-n:] for n in range(SHOWN_DIGITS, len(digits)))
    found.update(EMAIL + fold(email) for email in request.emails)
    return found


def national(digits):
    """A number with and without its country code is one number."""
    digits = digits.removeprefix("00")
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def letters_for(actor):
    """The kinds of text this actor may find by."""
    if not masking.sees_conversation(actor):
        return FACTS
    return FACTS + SAID + NOTES if actor.kind == "staff" else FACTS + SAID


def asks_phone(term, actor):
    """The token of a telephone number that ends like this, or "" where it may not be asked for.

    Who sees four digits finds by these four or by the whole number, so that nobody guesses digit by digit
    what is hidden; who sees none finds by none.
    """
    if not term.digits or masking.sees_no_contacts(actor):
        return ""
    digits = national(term.digits)
    if masking.sees_contacts(actor) or len(digits) == SHOWN_DIGITS:
        return f"({quoted(TAIL_OF_PHONE + digits)} | {quoted(WHOLE_PHONE + digits)})"
    return quoted(WHOLE_PHONE + digits)


def query_for(terms, actor):
    """The terms as a tsquery: each in one kind of text, or as a part of a code, or as a contact."""
    return " & ".join(f"({alternatives(term, actor)})" for term in terms if term.can_be_asked)


def alternatives(term, actor):
    ways = [quoted(FACTS + token) for token in term.of_code]
    if term.tokens:
        ways += [" & ".join(quoted(letter + token) for token in term.tokens) for letter in letters_for(actor)]
    if "@" in term.text and not masking.sees_no_contacts(actor):
        ways.append(quoted(EMAIL + term.text))
    if phone := asks_phone(term, actor):
        ways.append(phone)
    return " | ".join(f"({way})" for way in ways)


def quoted(token):
    return "'" + token.replace("\\", "\\\\").replace("'", "''") + "'"

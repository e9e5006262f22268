"""What an answer to a frequent question has to be, wherever it comes from: a pack or a lead's form."""

import re

from django.utils.translation import gettext as _

from aftersales.versions.bodies import Part

LONGEST_ANSWER, LONGEST_QUESTION, MOST_QUESTIONS = 4000, 200, 20
PLACEHOLDER = re.compile(r"\{(\w+)\}")
# The placeholders that the desk itself can fill in; tickets/queries/placeholders.py knows their values.
FILLED = (
    *("customer_name", "agent_name", "shop_name", "ticket_no", "order_no", "product_name"),
    "next_update_time",
)


def read_questions(part):
    """{"zh": [...], "en": [...]}: at least one in each, none twice."""
    sides = part.entries(required=("zh", "en"))
    return {side: _questions(texts) for side, texts in sides.items()}


def _questions(part):
    texts = []
    for item in part.items(at_least=1):
        text = item.text(LONGEST_QUESTION)
        if text in texts:
            item.refuse(_("“%(value)s” stands here twice.") % {"value": text})
        texts.append(text)
    if len(texts) > MOST_QUESTIONS:
        part.refuse(_("At most %(most)d questions for one answer.") % {"most": MOST_QUESTIONS})
    return texts


def read_answer(part):
    """({"zh", "en"}, the placeholders in it): the same in both languages."""
    answer = part.both_languages(LONGEST_ANSWER)
    used = {side: set(PLACEHOLDER.findall(text)) for side, text in answer.items()}
    if used["zh"] != used["en"]:
        part.refuse(
            _("Both languages need the same placeholders; these differ: %(names)s.")
            % {"names": ", ".join(sorted(used["zh"] ^ used["en"]))}
        )
    return answer, sorted(used["zh"])


def check_article(questions, answer):
    """Refuse, by field, what a shop may not keep as an answer."""
    read_questions(Part(questions, "questions"))
    _answer, placeholders = read_answer(Part(answer, "answer"))
    for name in placeholders:
        if name not in FILLED:
            Part(answer, "answer").refuse(
                _("There is no placeholder {%(name)s}. There are: %(known)s.")
                % {"name": name, "known": ", ".join(f"{{{each}}}" for each in FILLED)}
            )

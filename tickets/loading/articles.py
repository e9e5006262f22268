"""Reads the frequent questions: each entry's category, variants and answer, in both languages."""

from aftersales.versions.bodies import Part
from tickets.content.articles import read_answer, read_questions


def read_articles(root, contents):
    """Entries by id; their categories, actions and placeholders have to be the pack's."""
    entries = root.entries(required=("actions", "entries"))
    for part in entries["actions"].items():
        action = part.entries(required=("id", "zh", "en"))
        contents.define("faq_action", action["id"])
    for position, part in enumerate(entries["entries"].items()):
        contents.articles.append(_article(part, contents) | {"position": position})


def _article(part, contents):
    entries = part.entries(required=("id", "category", "action", "questions", "answer"))
    answer, placeholders = read_answer(entries["answer"])
    for name in placeholders:
        contents.refer("placeholder", Part(name, *entries["answer"].place))
    return {
        "code": contents.define("article", entries["id"]),
        "category": contents.refer("category", entries["category"]),
        "action": contents.refer("faq_action", entries["action"]),
        "questions": read_questions(entries["questions"]),
        "answer": answer,
    }

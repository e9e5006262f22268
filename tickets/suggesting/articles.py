"""What the desk's own texts teach a suggester: questions as customers put them, and the answers' words."""

from tickets.suggesting.suggester import Example

SIDES = ("zh", "en")
ANSWER = 2.0  # an answer is longer than a question and names what it is about; measured on held-out questions
NEAR = 1.0  # a keyword of the article's category
KEYWORDS = 2.0  # the same for the category itself


def examples_of(label, questions, answer, keywords=None):
    """The examples of one article, in both languages; its category's keywords say what it is near to."""
    asked = [Example(label, text) for side in SIDES for text in questions.get(side, ())]
    told = [Example(label, answer[side], ANSWER) for side in SIDES if answer.get(side)]
    near = [Example(label, word, NEAR) for side in SIDES for word in (keywords or {}).get(side, ())]
    return [*asked, *told, *near]


def examples_of_category(label, name, description, keywords):
    """The examples of a category without any article: what it is called, and the words that point to it."""
    told = [f"{name.get(side, '')} {description.get(side, '')}" for side in SIDES]
    words = [word for side in SIDES for word in keywords.get(side, ())]
    return [Example(label, text, KEYWORDS) for text in (*told, *words) if text.strip()]

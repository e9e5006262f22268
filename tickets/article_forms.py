"""The form with which a lead writes an answer, in both languages."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.content.articles import FILLED, LONGEST_ANSWER
from tickets.models import Category
from tickets.opening import named
from tickets.queries.catalogue import categories

ONE_A_LINE = gettext_lazy(
    "One a line, as customers put it; the first is the title. They teach the suggestions."
)
LONGEST_LIST = 5000  # characters of all questions in one language


def questions_field(label):
    area = forms.Textarea(attrs={"rows": 5})
    return forms.CharField(label=label, widget=area, max_length=LONGEST_LIST, help_text=ONE_A_LINE)


def answer_field(label, lang):
    area = forms.Textarea(attrs={"rows": 6, "lang": lang})
    return forms.CharField(label=label, widget=area, max_length=LONGEST_ANSWER)


class ArticleForm(forms.Form):
    """Questions and answer, as text; what an answer has to be is the action's to say."""

    category = forms.ChoiceField(label=gettext_lazy("Category"), choices=lambda: named(categories()))
    questions_en = questions_field(gettext_lazy("Questions in English"))
    questions_zh = questions_field(gettext_lazy("Questions in Chinese"))
    answer_en = answer_field(gettext_lazy("Answer in English"), "en")
    answer_zh = answer_field(gettext_lazy("Answer in Chinese"), "zh-Hans")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = " ".join(f"{{{name}}}" for name in FILLED)
        for side in ("en", "zh"):
            self.fields[f"answer_{side}"].help_text = _("Filled in by the desk: %(known)s") % {"known": known}

    @staticmethod
    def initial_of(article):
        asked = {f"questions_{side}": "\n".join(texts) for side, texts in article.questions.items()}
        told = {f"answer_{side}": text for side, text in article.answer.items()}
        return {"category": article.category.code, **asked, **told}

    def fields_of_article(self):
        """What was typed, as the action takes it."""
        data = self.cleaned_data
        return {
            "category": Category.objects.get(pk=categories()[data["category"]].pk),
            "questions": {side: lines_of(data[f"questions_{side}"]) for side in ("zh", "en")},
            "answer": {side: data[f"answer_{side}"].replace("\r\n", "\n") for side in ("zh", "en")},
        }

    def refuse(self, invalid):
        """The action's sentence at the field that it names, as /questions/en/2, without the name itself."""
        steps = invalid.field.strip("/").split("/")
        names = [name for name in self.fields if name.startswith("_".join(steps[:2]))]
        self.add_error(names[0] if names else None, str(invalid).partition(": ")[2] or str(invalid))


def lines_of(text):
    """Its lines without blank ones, each once."""
    return list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))

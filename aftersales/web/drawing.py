"""Small drawings made on the server: icons, bars, the stage track, people's initials."""

from functools import lru_cache

from django.forms.utils import flatatt
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

STAGES = {
    "communicate": gettext_lazy("Communicate"),
    "receive": gettext_lazy("Receive"),
    "inspect": gettext_lazy("Inspect"),
    "resolve": gettext_lazy("Resolve"),
}
FIRST_CJK = 0x2E80


@lru_cache(maxsize=1024)
def icon(name, css="", label=""):
    """A Tabler outline from the sprite. Give `label` only where no text stands beside it."""
    href = f"{static('icons/sprite.svg')}#{name}"
    return format_html('<svg{}><use href="{}"></use></svg>', _drawn(("i", css), label), href)


def bar(share, tone="", size="", mark=None, label=""):
    """A bar filled to `share` per cent, with a `mark` for a goal; tones warn, risk, ok, ink; sizes lg, xl."""
    goal = ""
    if mark is not None:
        goal = format_html('<rect class="b2" x="{}%" width="2" height="100%"></rect>', _share(mark))
    return format_html(
        '<svg{}><rect class="b0" width="100%" height="100%"></rect>'
        '<rect class="b1" width="{}%" height="100%"></rect>{}</svg>',
        _drawn(("bar", tone, size and f"bar-{size}"), label),
        _share(share),
        goal,
    )


def track(stage, late=False):
    """The four-part track in small: what is done, what is now, what is to come."""
    return _track(stage, bool(late), get_language())


@lru_cache(maxsize=64)  # a queue has fifty of them, and there are few different ones
def _track(stage, late, language):
    marks = [format_html("<i{}></i>", flatatt({"class": mark or None})) for mark in stage_marks(stage, late)]
    return format_html("<span{}>{}{}{}{}</span>", _drawn(("track",), stage_text(stage)), *marks)


def stage_marks(stage, late=False):
    """`done`, `now`, `late` or nothing for each of the four stages."""
    codes = list(STAGES)
    at = codes.index(stage) if stage in codes else (4 if stage == "done" else -1)
    return ["done" if i < at else ("late" if late else "now") if i == at else "" for i in range(4)]


def stage_text(stage):
    """`Stage 3 of 4: Inspect`."""
    if stage not in STAGES:
        return _("All four stages are done") if stage == "done" else ""
    number = list(STAGES).index(stage) + 1
    return _("Stage %(number)d of 4: %(stage)s") % {"number": number, "stage": STAGES[stage]}


def stage_name(stage):
    """The stage in the reader's language."""
    return STAGES.get(stage, _("Done") if stage == "done" else stage)


def tag(text, tone="", icon_name=""):
    """A label. Tones: info, ok, warn, risk, line (a filter), us; none is neutral."""
    picture = icon(icon_name) if icon_name else ""
    return format_html('<span class="{}">{}{}</span>', f"tag tag-{tone}" if tone else "tag", picture, text)


def avatar(person, size="", live=False, label=None):
    """A person as a disc of initials; the green ring of `live` says that they are here now."""
    name = str(getattr(person, "display_name", None) or getattr(person, "name", None) or person)
    said = name if label is None else label
    css = ("av", size and f"av-{size}", "live" if live else "")
    return format_html(
        "<span{}{}>{}</span>", _drawn(css, said), flatatt({"title": said or None}), initials(name)
    )


def initials(name):
    """The family name's character for a Chinese name, two capitals for a Latin one."""
    parts = str(name).split()
    if not parts:
        return "?"
    if ord(parts[0][0]) >= FIRST_CJK:  # Chinese names are not split into first and last
        return parts[0][0]
    letters = parts[0][0] + parts[-1][0] if len(parts) > 1 else parts[0][:1]
    return letters.upper()


def _drawn(css, label):
    voice = {"role": "img", "aria-label": label} if label else {"aria-hidden": "true"}
    return flatatt({"class": " ".join(filter(None, css)), **voice})


def _share(value):
    return f"{min(max(float(value or 0), 0), 100):g}"

"""Tags, filters and the shells of every page."""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.conf import settings
from django.template import engines
from django.utils import timezone, translation

from aftersales.web import drawing
from aftersales.web.digits import groups
from aftersales.web.times import day_text, due_text, exact_text, span_text, when_text, work_text

SEEN_AT = datetime(2026, 11, 19, 6, 36, tzinfo=UTC)  # a Thursday, 14:36 in Shanghai
STATIC = settings.BASE_DIR / "aftersales" / "static"
TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.html"))


@pytest.fixture(autouse=True)
def _in_shanghai():
    with timezone.override("Asia/Shanghai"), translation.override("en"):
        yield


def rendered(source, **context):
    return engines["django"].from_string(source).render(context)


# -- times ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "english", "chinese"),
    [
        (-12, "−12 min", "超 12 分"),
        (-125, "−2 h 05", "超 2 小时 05"),
        (-3000, "−2 d 2 h", "超 2 天 2 小时"),
        (0.5, "1 min", "1 分"),
        (24, "24 min", "24 分"),
        (65, "1 h 05", "1 小时 05"),
        (240, "4 h", "4 小时"),
        (244, "18:40", "18:40"),
        (1134, "Fri 09:30", "周五 09:30"),
        (10080, "26 Nov", "11 月 26 日 周四"),
        (74880, "10 Jan 2027", "2027 年 1 月 10 日 周日"),
    ],
)
def test_due_is_said_as_near_as_it_matters(minutes, english, chinese):
    at = SEEN_AT + timedelta(minutes=minutes)

    assert due_text(at, seen_at=SEEN_AT) == english
    with translation.override("zh-hans"):
        assert due_text(at, seen_at=SEEN_AT) == chinese


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 min"), (1, "1 min"), (3599, "1 h"), (8400, "2 h 20"), (86400, "1 d"), (540000, "6 d 6 h")],
)
def test_span_names_the_two_largest_units(seconds, text):
    assert span_text(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 min"), (61, "2 min"), (3600, "1 h"), (26 * 3600 + 600, "26 h 10"), (-90_000, "25 h")],
)
def test_working_time_is_told_in_hours_however_many(seconds, text):
    assert work_text(seconds) == text


@pytest.mark.parametrize(
    ("at", "english", "chinese"),
    [
        (datetime(2026, 11, 19, 4, 45, tzinfo=UTC), "12:45", "12:45"),
        (datetime(2026, 11, 18, 10, 20, tzinfo=UTC), "18 Nov 18:20", "11 月 18 日 18:20"),
        (datetime(2025, 3, 1, 0, 0, tzinfo=UTC), "1 Mar 2025 08:00", "2025 年 3 月 1 日 08:00"),
    ],
)
def test_when_is_short_today_and_dated_before(at, english, chinese):
    assert when_text(at, seen_at=SEEN_AT) == english
    with translation.override("zh-hans"):
        assert when_text(at, seen_at=SEEN_AT) == chinese


def test_the_exact_time_names_its_zone():
    assert exact_text(SEEN_AT) == "Thu 19 Nov 2026 14:36 UTC+8"
    with timezone.override("America/St_Johns"):
        assert exact_text(SEEN_AT) == "Thu 19 Nov 2026 03:06 UTC−3:30"
    with translation.override("zh-hans"):
        assert exact_text(SEEN_AT) == "2026 年 11 月 19 日 周四 14:36 UTC+8"


def test_a_day_can_carry_its_weekday():
    assert day_text(SEEN_AT.date(), today=SEEN_AT.date(), weekday=True) == "Thu 19 Nov"


def test_a_late_due_time_is_red_and_ticks():
    html = rendered("{{ at|due:'warn' }}", at=timezone.now() - timedelta(minutes=11, seconds=30))

    assert re.fullmatch(
        r'<time class="t-risk" datetime="[^"]+" title="[^"]+UTC\+8" data-due>−12 min</time>', html
    )


def test_times_that_are_not_there_leave_nothing():
    assert rendered("[{{ none|due }}{{ none|when }}{{ none|exact }}{{ none|span }}]", none=None) == "[]"


# -- drawings ---------------------------------------------------------------


def test_every_icon_that_a_template_names_is_in_the_sprite():
    there = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons" / "sprite.svg").read_text()))
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r'\{% icon "([^"]+)"', path.read_text(encoding="utf-8"))
    }

    assert named - there == set()


def test_an_icon_is_hidden_from_voices_unless_it_stands_alone():
    assert drawing.icon("inbox") == (
        '<svg aria-hidden="true" class="i"><use href="/static/icons/sprite.svg#inbox"></use></svg>'
    )
    assert 'role="img"' in drawing.icon("x", "i-lg", "Close")
    assert 'aria-label="Close"' in drawing.icon("x", "i-lg", "Close")


@pytest.mark.parametrize(
    ("share", "width"), [(82, "82"), (140, "100"), (-3, "0"), (None, "0"), (12.5, "12.5")]
)
def test_a_bar_stays_between_empty_and_full(share, width):
    assert f'<rect class="b1" width="{width}%" height="100%">' in drawing.bar(share)


def test_a_bar_has_its_tone_size_and_mark():
    html = drawing.bar(51, "warn", "lg", mark=62)

    assert 'class="bar warn bar-lg"' in html
    assert '<rect class="b2" x="62%" width="2" height="100%">' in html


@pytest.mark.parametrize(
    ("stage", "late", "marks"),
    [
        ("communicate", False, ["now", "", "", ""]),
        ("inspect", False, ["done", "done", "now", ""]),
        ("resolve", True, ["done", "done", "done", "late"]),
        ("done", False, ["done"] * 4),
        ("nowhere", False, [""] * 4),
    ],
)
def test_the_track_shows_where_a_ticket_is(stage, late, marks):
    assert drawing.stage_marks(stage, late) == marks


def test_the_track_says_in_words_what_it_shows():
    assert 'aria-label="Stage 3 of 4: Inspect"' in drawing.track("inspect")
    with translation.override("zh-hans"):
        assert 'aria-label="第 3 阶段，共 4 个：检验"' in drawing.track("inspect")


def test_the_large_track_marks_the_current_step_and_carries_notes():
    html = rendered('{% stages "receive" notes %}', notes={"receive": "2 of 3 are here"})

    assert '<li class="now" aria-current="step"><b>Receive</b> <small>2 of 3 are here</small></li>' in html


@pytest.mark.parametrize(
    ("name", "text"), [("Lin Qian", "LQ"), ("王晓敏", "王"), ("欧阳 建国", "欧"), ("amy", "A"), ("", "?")]
)
def test_initials_keep_chinese_names_whole(name, text):
    assert drawing.initials(name) == text


def test_an_avatar_names_the_person_unless_the_name_stands_beside_it():
    amy = SimpleNamespace(display_name="Amy Zhao")

    assert 'aria-label="Amy Zhao"' in rendered('{% avatar amy "sm" live=True %}', amy=amy)
    assert 'class="av av-sm live"' in rendered('{% avatar amy "sm" live=True %}', amy=amy)
    assert rendered('{% avatar amy label="" %}', amy=amy).count("Amy") == 0


def test_what_people_type_is_escaped():
    html = rendered("{% tag name %}{% avatar name %}{{ name|group4 }}{% icon 'x' label=name %}", name="<b>&")

    assert "<b>" not in html


def test_a_tag_takes_the_tone_of_its_state():
    assert rendered("{% tag 'Missed' 'missed'|tone %}") == '<span class="tag tag-risk">Missed</span>'
    assert rendered("{% tag 'Open' 'open'|tone %}") == '<span class="tag">Open</span>'


# -- words and numbers --------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "parts"),
    [
        ("TM261107184402", ["TM", "2611", "0718", "4402"]),
        ("JD 3021 8847 105", ["JD", "3021", "8847", "105"]),
        ("13800138000", ["138", "0013", "8000"]),
        ("138****8000", ["138", "****", "8000"]),
        ("DE-104877", ["DE-104877"]),
        ("AS-48213", ["AS-48213"]),
    ],
)
def test_long_numbers_are_grouped(number, parts):
    assert groups(number) == parts


def test_a_grouped_number_is_copied_without_spaces():
    html = rendered("{{ '261107184402'|group4 }}")

    assert re.sub("<[^>]+>", "", html) == "261107184402"


def test_lang_picks_the_readers_side():
    texts, half = {"zh": "水壶", "en": "Kettle"}, {"zh": "水壶", "en": ""}

    assert (
        rendered("{{ a|lang }} {{ b|lang }} {{ c|lang }}", a=texts, b=half, c="plain") == "Kettle 水壶 plain"
    )
    with translation.override("zh-hans"):
        assert rendered("{{ a|lang }}", a=texts) == "水壶"


def test_money_is_written_for_the_reader():
    assert rendered("{{ 129900|money:'CNY' }}{{ none|money:'CNY' }}", none=None) == "¥1,299.00"


def test_money_on_a_dashboard_has_no_decimals():
    assert rendered("{{ 129900|money_whole:'CNY' }}") == "¥1,299"


@pytest.mark.parametrize(
    ("section", "path", "on"),
    [("queue", "/wall", True), ("wall", "/queue", False), ("", "/queue/mine", True), ("", "/wall", False)],
)
def test_the_rail_marks_where_one_is(section, path, on):
    html = rendered("{% here 'queue' '/queue' %}", section=section, request=SimpleNamespace(path=path))

    assert ("aria-current" in html) is on


# -- fields -------------------------------------------------------------------


def test_a_field_ties_its_error_to_its_input():
    class ReasonForm(forms.Form):
        reason = forms.CharField(help_text="Short")

    html = rendered("{% field form.reason %}", form=ReasonForm({}))

    assert '<label for="id_reason">Reason</label>' in html
    assert 'aria-describedby="id_reason_helptext id_reason_error"' in html
    assert 'id="id_reason_error"' in html
    assert 'class="in"' in html

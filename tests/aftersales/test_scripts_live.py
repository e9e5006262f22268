"""What happens in a page that stays open: times that tick, toasts, swapped parts, the pulse."""

import json
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from aftersales.clock import now

pytestmark = [pytest.mark.browser, pytest.mark.urls("aftersales.web.urls")]


# -- times, toasts, parts -------------------------------------------------------


def test_a_due_time_ticks_over_to_late(page_with):
    page = page_with("{{ at|due:'warn' }}", at=now() + timedelta(seconds=70))
    time = page.locator("time")
    expect(time).to_have_text("2 min")

    page.evaluate("document.querySelector('time').dateTime = new Date(Date.now() - 90000).toISOString()")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(time).to_have_text("−2 min")
    expect(time).to_have_class("t-risk")


def test_a_toast_counts_down_and_leaves(desk, page_with):
    page = page_with(
        '<button hx-post="/undoable" hx-target="#main" hx-swap="none">Send</button>',
    )
    toast = '<div class="toast" data-toast="2"><span>Sent</span><form><b data-countdown>2 s</b></form></div>'
    desk.replies["/undoable"] = (200, f'<div hx-swap-oob="beforeend:#toasts">{toast}</div>')

    page.get_by_text("Send", exact=True).click()
    expect(page.locator("[data-countdown]")).to_have_text("1 s")

    expect(page.locator(".toast")).to_have_count(0)


def test_a_toast_stays_under_the_pointer_but_cannot_be_undone_for_ever(desk, page_with):
    desk.page.clock.install()
    page = page_with('<div class="toast" data-toast="9"><b>Sent</b><form><button>Undo</button></form></div>')

    page.locator(".toast").hover()
    page.clock.run_for(12_000)

    expect(page.locator(".toast form")).to_have_count(0)
    expect(page.locator(".toast")).to_be_visible()


@pytest.mark.parametrize("status", [200, 403, 409, 412, 422])
def test_a_refusal_is_swapped_into_its_place(desk, page_with, status):
    page = page_with('<section id="step"><button hx-post="/step" hx-target="#step">Do</button></section>')
    desk.replies["/step"] = (status, '<section id="step">The goods are on their way back.</section>')

    page.get_by_text("Do", exact=True).click()

    expect(page.locator("#step")).to_have_text("The goods are on their way back.")


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(500, "The server could not do this."), (404, "You are signed out or this was removed.")],
)
def test_an_answer_that_cannot_be_swapped_is_said(desk, page_with, status, sentence):
    page = page_with('<section id="step"><button hx-post="/step" hx-target="#step">Do</button></section>')
    desk.replies["/step"] = (status, "x")

    page.get_by_text("Do", exact=True).click()

    expect(page.locator("#trouble")).to_contain_text(sentence)
    expect(page.locator("#step button")).to_be_visible()


# -- the pulse ------------------------------------------------------------------

QUEUE = """
<div id="live" hidden><span data-live-text></span></div><b data-counter="mine">41</b><p data-here hidden></p>
<table class="q" data-pulse-list><tbody>
<tr data-pulse-id="7"><td><a class="step" href="#">A</a><span class="sub">AS-7</span></td></tr>
<tr data-pulse-id="8"><td><a class="step" href="#">B</a><span class="sub">AS-8</span></td></tr>
</tbody></table><textarea id="reply"></textarea>
"""


def test_the_pulse_marks_changes_where_they_are_and_moves_nothing(desk, page_with):
    news = {"since": "12", "changed": [{"id": 8, "text": "customer replied"}], "new": 3}
    desk.replies["/pulse"] = [(200, news | {"counters": {"mine": 1204}, "here": ["周伟"]}), (204, "")]
    desk.page.clock.install()
    page = page_with(QUEUE, 'data-pulse="/pulse" data-pulse-view="queue:mine" data-pulse-since="11"')

    page.clock.run_for(3_100)
    expect(page.locator("[data-pulse-id='8'] .changed")).to_have_text("customer replied")

    assert page.locator(".step").all_inner_texts() == ["A", "B"]
    expect(page.locator("#live")).to_have_text("3 new, 1 changed since you looked.")
    expect(page.locator("[data-counter]")).to_have_text("999+")
    expect(page.locator("[data-here]")).to_have_text("周伟 is here too")
    asked = json.loads(desk.asked_for("/pulse")[0][1])
    assert asked == {"view": "queue:mine", "shown": ["7", "8"], "since": "11", "typing": False}


def test_the_pulse_waits_longer_when_it_fails(desk, page_with):
    desk.replies["/pulse"] = (503, "")
    desk.page.clock.install()
    page = page_with(QUEUE, 'data-pulse="/pulse"')

    for _second in range(24):
        page.clock.run_for(1_000)

    assert 1 <= len(desk.asked_for("/pulse")) <= 3  # after 3, 9 and 21 s, not eight times


def test_the_pulse_says_that_someone_types(desk, page_with):
    desk.replies["/pulse"] = (204, "")
    desk.page.clock.install()
    page = page_with(QUEUE, 'data-pulse="/pulse"')

    page.locator("#reply").fill("您好")
    with page.expect_request("**/pulse") as asked:
        page.clock.run_for(3_100)

    assert json.loads(asked.value.post_data)["typing"] is True

"""Every page of the desk, in both languages and themes, on a desk, a tablet and a phone: sound, whole, in one language.

One browser and one page for each language; what is looked at is resized and repainted, not loaded again.
"""

import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from playwright.sync_api import expect

from staff.models import User
from tests.browser.conftest import COLOURS, fits, shoot, violations
from tests.browser.furnished import WAYBILL, furnish
from tests.conftest_browser import cookies_of
from tests.tickets.procedure_bodies import CODE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = {1440: 900, 820: 1180, 390: 844}
THEMES = ("light", "dark")
WHOLE = {"en": (1440, "light"), "zh-hans": (390, "dark")}
# Where people spend their day: all rules in both languages on both ends, and the colours of all six looks.
MAIN = {
    *("queue", "ticket", "search", "bulk", "studio", "view-editor", "knowledge", "replies", "inbox"),
    *("people", "account", "wall", "receive-here", "inspect", "resolve", "shop"),
}
SOP = f"/settings/procedures/demo/{CODE}"

# What people read, without what says that it is in another language, or is a key or a code.
TEXTS = """() => {
    const found = new Set(), walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const at = walker.currentNode.parentElement;
        if (!at.closest("body [lang], script, style, kbd, code, textarea, pre")) {
            found.add(walker.currentNode.textContent.trim());
        }
    }
    for (const name of ["aria-label", "placeholder", "title", "alt"]) {
        document.querySelectorAll(`body [${name}]`).forEach((at) => {
            if (!at.closest("body [lang]")) { found.add(at.getAttribute(name).trim()); }
        });
    }
    return [...found];
}"""
A_SENTENCE = re.compile(r"(?:\b[A-Za-z]{2,}\b[ ,]+){3}[A-Za-z]{2,}")


@pytest.fixture
def shop(stage):
    return furnish(stage)


def pages_of(shop):
    """(name, whose, address, what is done there) of each; a name stands for its picture, too."""
    stage, talked, younger = shop.stage, shop.talked.number, shop.younger.number
    lead, admin = stage.leo, stage.ada
    return [
        ("queue", lead, "/queue?view=all", None),
        (
            "queue-filter",
            lead,
            f"/queue/filter?view={shop.view.code}&category=quality_other&assignee=nobody",
            None,
        ),
        ("view-editor", lead, f"/queue/views?view={shop.view.code}&category=quality_other", None),
        ("bulk-bar", lead, "/queue?view=all", tick_all),
        ("bulk", lead, "/queue?view=all", look_at_bulk),
        ("ticket", lead, f"/tickets/{talked}", None),
        ("ticket-assign", stage.amy, f"/tickets/{younger}?do=assign", None),
        ("ticket-merge", stage.amy, f"/tickets/{younger}?do=merge", None),
        ("ticket-split", lead, f"/tickets/{talked}?do=split", None),
        ("ticket-merged", lead, f"/tickets/{shop.merged.number}", None),
        ("ticket-menu", lead, f"/tickets/{talked}", open_menu),
        ("new", stage.amy, "/tickets/new?order=O-1", None),
        ("search", lead, "/search?q=裂纹", None),
        ("palette", lead, f"/tickets/{talked}", open_palette),
        ("commands", lead, f"/palette?on={talked}", None),
        ("replies", lead, "/replies", None),
        ("reply", lead, "/replies/new?for=shop", None),
        ("knowledge", lead, "/answers", None),
        ("article", lead, "/answers/refund_time", None),
        ("studio-list", lead, "/settings/procedures", None),
        ("studio", lead, f"{SOP}?step={shop.step}", None),
        ("studio-publish", lead, f"{SOP}/publish", None),
        ("studio-try", lead, f"{SOP}/try?number={talked}", None),
        ("time-rules", lead, "/settings/time", None),
        ("time-rule-calendar", lead, "/settings/time/demo/calendars/cn_extended", None),
        ("time-rule-policy", lead, "/settings/time/demo/sla-policies/quality", None),
        ("time-rule-look", lead, "/settings/time/demo/sla-policies/quality", look_at_rule),
        ("wall", lead, "/wall", None),
        ("wall-people", lead, "/wall?by=person&hours=12", None),
        ("wall-late", lead, "/wall/late", None),
        ("wall-screen", lead, "/wall?screen=1", None),
        ("shift", lead, "/people/amy/shift", None),
        ("history", lead, "/wall/history", None),
        ("history-behind", lead, "/wall/history/requests?measure=open", None),
        ("inbox", lead, "/inbox", None),
        ("surveys", lead, "/surveys", None),
        ("mail", lead, "/mail", None),
        ("healed", lead, "/clocks/healed", None),
        ("receive", stage.wen, "/receive", None),
        ("receive-unknown", stage.wen, "/receive?code=YT999999", None),
        ("receive-here", stage.wen, f"/receive?code={WAYBILL}", None),
        ("inspect", stage.ines, f"/inspect/{shop.received.number}", None),
        ("resolve", stage.amy, f"/resolve/{shop.inspected.number}", None),
        ("ticket-resolve", stage.amy, f"/tickets/{shop.inspected.number}", None),
        ("account", admin, "/account", None),
        ("shop", admin, "/settings/shops/demo", None),
        ("new-shop", admin, "/settings/shops/new", None),
        ("people", admin, "/settings/people", None),
        ("new-person", admin, "/settings/people/new", None),
        ("person", admin, f"/settings/people/{stage.amy.pk}", None),
        ("teams", admin, "/settings/teams", None),
        ("team", admin, "/settings/teams/after-sales", None),
        ("keys", admin, "/settings/keys", None),
    ]


def tick_all(page):
    page.set_viewport_size({"width": 1440, "height": 900})
    page.locator("[data-select-all]").check()


def look_at_bulk(page):
    tick_all(page)
    page.locator("#bulk-verb").select_option("tag")
    page.locator("#bulk .btn-primary").click()
    page.locator("[name=with-tag]").fill("vip")
    page.locator("#bulk .btn-primary").click()
    expect(page.locator("#foreseen")).to_be_visible()


def look_at_rule(page):
    page.locator("#rule-target_resolution").fill("60")
    page.locator("#look").click()
    expect(page.locator("#recount")).to_be_visible()


def open_menu(page):
    page.locator(".verbs > summary").click()


def open_palette(page):
    page.keyboard.press("Control+k")
    expect(page.locator("#palette section").first).to_be_visible()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_is_sound_in_every_look(shop, browse, live_server, language):
    User.objects.update(language=language)
    pages, wrong = pages_of(shop), {}
    page = browse(None, "/login/", language="")
    errors = []
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
    sessions = {person: cookies_of(person, "") for person in {person for _name, person, *_rest in pages}}
    for name, person, address, does in pages:
        sign_in(page, live_server.url, sessions[person])
        answer = page.goto(address, wait_until="domcontentloaded")
        assert answer.status == 200, address
        if does:
            does(page)
        for look, complaints in looked_at(page, name, language):
            if complaints:
                wrong[f"{name} {look}"] = complaints
        if words := wrong_words(page, language):
            wrong[f"{name}: words"] = words
        if errors:
            wrong[f"{name}: console"] = errors[:]
            errors.clear()

    assert wrong == {}


def sign_in(page, url, cookies):
    page.context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])


def looked_at(page, name, language):
    """(look, complaints) at each size in each theme: sizes and themes each change a part of what axe can find."""
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        for width, height in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            shoot(page, f"{name}-{width}-{theme}-{language}")
            complaints = [] if fits(page) else ["scrolls sideways"]
            if (width, theme) in (WHOLE.values() if name in MAIN else [WHOLE[language]]):
                complaints += violations(page)
            elif name in MAIN:
                complaints += violations(page, COLOURS)
            yield f"{width} {theme}", complaints


def wrong_words(page, language):
    """What is on the page as the other language's, though this one has its own; short words may be names."""
    texts, others = set(page.evaluate(TEXTS)), sentences(language)
    words = {text for text in texts & others if len(text) > 3 and (" " in text or not text.islower())}
    if language == "zh-hans":
        words |= {text for text in texts if A_SENTENCE.search(text)}
    return sorted(words)


@cache
def sentences(language):
    """Those of the other side, as far as they are not the same, or said by somebody else, on this one."""
    pairs = []
    for path in Path(settings.BASE_DIR).glob("*/locale/zh_Hans/LC_MESSAGES/django.po"):
        with path.open("rb") as file:
            pairs += [
                (entry.id, entry.string) for entry in read_po(file) if isinstance(entry.id, str) and entry.id
            ]
    english, chinese = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    return english - chinese if language == "zh-hans" else chinese - english

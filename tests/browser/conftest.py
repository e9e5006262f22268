"""What the journeys ask of a page that `browse` has opened: is it sound, does it fit, what does it look like."""

import os
from functools import cache

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

AUDIT = """(rules) => axe.run({resultTypes: ["violations"], preload: false, ...(rules && {runOnly: rules})})
    .then((found) => found.violations.map(
        (each) => `${each.id}: ${each.nodes.slice(0, 3).map((node) => node.html.slice(0, 90)).join(" | ")}`))"""
COLOURS = ["color-contrast", "link-in-text-block"]  # what another theme can change
expect.set_options(timeout=15_000)  # two cores are shared by the servers, the browser and other tests


def shoot(page, name):
    """A picture for people to look at, when SHOTS names a folder for it."""
    if folder := os.environ.get("SHOTS"):
        # A hidden caret would be a style written into the page, which its policy refuses.
        page.screenshot(path=f"{folder}/{name}.png", full_page=True, caret="initial")


def violations(page, rules=None):
    """What axe finds wrong, as "rule: the first places"; its script is put into each page once."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(axe_script())
    return page.evaluate(AUDIT, rules)


@cache
def axe_script():
    return Axe().axe_script


FITS = """() => document.scrollingElement.scrollWidth <= window.innerWidth
    && ![...document.querySelectorAll(".tbl-fold td")].some((cell) => cell.scrollWidth > cell.clientWidth + 1)"""


def fits(page):
    """Whether the page can be read without scrolling sideways, and no cell is cut off."""
    return page.evaluate(FITS)

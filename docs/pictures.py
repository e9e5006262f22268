"""Makes the pictures in docs/img: the main pages of a running `make up` with its demo, in real Chromium.

    .venv/bin/python docs/pictures.py [--var var] [--only queue]

It signs in with what the demo wrote to var/demo-credentials.txt and asks for one survey's link; no other data
is written. Needs the development requirements (`make test` installs them) and Chromium; CHROMIUM names one.
"""

import argparse
import io
import os
import shutil
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).parent / "img"
DESK, TABLET, PHONE = (1360, 850), (1180, 820), (390, 780)
ARGS = ["--no-sandbox", "--disable-gpu", "--force-color-profile=srgb", "--font-render-hinting=none"]
COLOURS = 256  # flat pages need no more, and the files stay small


@dataclass(frozen=True)
class Shot:
    """One picture: where it is taken, as whom, and how the page is looked at."""

    name: str
    address: object  # a path, or a function of the Api that finds it
    role: str = "agent"
    language: str = "en"
    theme: str = "light"
    size: tuple = DESK


@dataclass(frozen=True)
class Desk:
    """The running desk: its address and what opens it."""

    url: str
    key: str  # a supervisor's, who sees every shop
    password: str
    logins: dict

    @classmethod
    def at(cls, var):
        told = dict(line.split("=", 1) for line in (var / "up.env").read_text().splitlines())
        rows = [line.split() for line in (var / "demo-credentials.txt").read_text().splitlines()]
        return cls(
            url=told["SITE_URL"],
            key=next(row[2] for row in rows if row[:2] == ["key", "supervisor"]),
            password=next(row[1] for row in rows if row[0] == "password"),
            logins={row[1]: row[2] for row in rows if row[0] == "login"},
        )


class Api:
    """The desk's API with a supervisor's key."""

    def __init__(self, playwright, desk):
        self._http = playwright.request.new_context(
            base_url=f"{desk.url}/api/v1/",
            extra_http_headers={"Authorization": f"Bearer {desk.key}"},
            fail_on_status_code=True,
        )

    def get(self, path):
        return self._http.get(path).json()

    def post(self, path):
        return self._http.post(path, data={}).json()


def ticket_to_show(api):
    """A request with goods that a person works on, its next step ours and few clocks missed."""

    def charm(ticket):
        missed = sum(clock["state"] == "missed" for clock in ticket["sla"])
        return (ticket["status"] == "open", bool(ticket["assignee"]), bool(ticket["lines"]), -missed)

    tickets = api.get("tickets?waiting_on=us&limit=50")["results"]
    return f"/tickets/{max(tickets, key=charm)['number']}"


def parcel_to_show(api):
    """A parcel that is on its way to us, as the dock finds it by a scan."""
    coming = api.get("parcels?state=in_transit&direction=in&limit=50")["results"]
    return f"/receive?code={coming[0]['waybill']}"


def survey_to_show(api):
    """A survey that nobody has answered, opened by its own link."""
    done = api.get("tickets?stage=done&limit=50")["results"]
    number = next(ticket["number"] for ticket in done if ticket["status"] in ("resolved", "closed"))
    return "/s/" + api.post(f"tickets/{number}/survey-invitations")["url"].rpartition("/s/")[2]


SHOTS = [
    Shot("queue", "/queue?view=all", role="supervisor"),
    Shot("queue-zh-dark", "/queue?view=all", role="supervisor", language="zh-hans", theme="dark"),
    Shot("ticket", ticket_to_show, role="supervisor"),
    Shot("receive", parcel_to_show, role="warehouse", size=TABLET),
    Shot("wall", "/wall", role="supervisor"),
    Shot("history", "/wall/history", role="supervisor"),
    Shot("calendar", "/settings/time/demo/calendars/cn_extended", role="supervisor"),
    Shot("survey", survey_to_show, role="", size=PHONE),
    Shot("survey-zh", survey_to_show, role="", language="zh-hans", size=PHONE),
]


@contextmanager
def a_browser(playwright):
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    browser = playwright.chromium.launch(executable_path=path, args=ARGS)
    yield browser
    browser.close()


def take(browser, desk, api, shot):
    width, height = shot.size
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=shot.theme,
        locale="zh-CN" if shot.language == "zh-hans" else "en-GB",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        device_scale_factor=1.5,
    )
    page = context.new_page()
    if shot.role:
        sign_in(page, desk, shot.role)
    path = shot.address if isinstance(shot.address, str) else shot.address(api)
    page.goto(desk.url + path, wait_until="networkidle")
    if not shot.role and shot.language == "en":  # a survey speaks the customer's language, here Chinese
        page.get_by_text("English").click()
        page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    save(page.screenshot(), FOLDER / f"{shot.name}.png")
    context.close()


def sign_in(page, desk, role):
    page.goto(f"{desk.url}/login/")
    page.fill("[name=username]", desk.logins[role])
    page.fill("[name=password]", desk.password)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)


def save(png, path):
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    picture = picture.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    picture.save(path, optimize=True)
    sys.stdout.write(f"{path.name}: {picture.width} x {picture.height}, {path.stat().st_size // 1024} kB\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--var", type=Path, default=Path("var"), help="where the running desk keeps its files"
    )
    parser.add_argument("--only", default="", help="only pictures whose name begins so")
    options = parser.parse_args()
    desk = Desk.at(options.var)
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright, a_browser(playwright) as browser:
        api = Api(playwright, desk)
        for shot in SHOTS:
            if shot.name.startswith(options.only):
                take(browser, desk, api, shot)


if __name__ == "__main__":
    main()

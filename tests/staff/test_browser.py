"""Settings, account and set-up in a real Chromium: first without JavaScript, then saved in place."""

import re

import pytest
from playwright.sync_api import expect

from staff.actions import change_account, change_shop
from staff.actions.installation import new_setup_token
from staff.models import Shop
from tests.browser.conftest import fits, shoot, violations

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

A_TOKEN = re.compile(r"ask_[0-9a-f]{10}_.{43}")


def test_the_desk_is_set_up_without_javascript(transactional_db, browse):
    page = browse(None, f"/setup?token={new_setup_token()}", scripts=False, language="zh-hans")
    shoot(page, "staff-setup")
    for name, text in {
        "code": "tea",
        "name_zh": "茶铺",
        "name_en": "Tea",
        "username": "owner",
        "person_name_en": "Owner",
        "password": "a few good words",
        "password_again": "a few good words",
    }.items():
        page.fill(f"[name={name}]", text)
    page.locator("#setup [type=submit]").click()
    expect(page.locator("#once")).to_have_value(A_TOKEN)
    shoot(page, "staff-setup-done")

    assert Shop.objects.get().language == "zh-hans"
    page.goto("/settings")
    expect(page).to_have_url(re.compile("/settings/shops/tea$"))


def test_set_up_is_accessible(transactional_db, browse):
    page = browse(None, "/setup")
    assert violations(page) == []
    page.goto(f"/setup?token={new_setup_token()}")
    page.locator("#setup [type=submit]").evaluate("button => button.form.noValidate = true")
    page.locator("#setup [type=submit]").click()

    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        shoot(page, f"staff-setup-mistakes-{width}")
        assert violations(page) == []
        assert fits(page)


def test_a_shop_is_saved_in_place_and_a_conflict_shown(stage, browse, by):
    page = browse(stage.mona, "/settings/shops/demo")
    page.fill("#id_name_en", "Oakleaf")
    page.locator("#shop [type=submit]").click()
    expect(page.locator(".toast")).to_contain_text("Saved.")
    expect(page.locator("#shop")).to_contain_text("settings were changed")

    change_shop(stage.shop, by=by(stage.ada), version=2, name_en="Elmleaf")
    page.fill("#id_name_en", "Ashleaf")
    page.locator("#shop [type=submit]").click()
    expect(page.locator("[role=alert]").last).to_contain_text("Ada changed these settings")
    expect(page.locator("#id_name_en")).to_have_value("Ashleaf")
    shoot(page, "staff-conflict")
    assert violations(page) == []


def test_secrets_are_shown_once_and_accessibly(stage, browse):
    page = browse(stage.ada, "/settings/keys")
    page.fill("#id_label", "ERP")
    page.get_by_role("button", name="Issue the key").click()
    expect(page.locator("#once")).to_have_value(A_TOKEN)
    shoot(page, "staff-key-once")
    assert violations(page) == []

    page.goto(f"/settings/people/{stage.amy.pk}")
    page.get_by_role("button", name="Reset the password").click()
    expect(page.locator("#once")).to_be_visible()
    shoot(page, "staff-link-once")
    assert violations(page) == []
    link = page.locator("#once").input_value()
    visitor = browse(None, "/" + link.split("/", 3)[3], width=390)
    shoot(visitor, "staff-choose-password")
    assert violations(visitor) == []


def test_the_account_follows_its_choices(stage, browse, by):
    page = browse(stage.amy, "/account")
    page.select_option("#id_language", "zh-hans")
    page.select_option("#id_theme", "dark")
    page.locator("#account form").first.locator("[type=submit]").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    change_account(stage.amy, by=by(stage.amy), language="en")
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")

"""What a person's hands do at a form: find a question, type, tick, choose, go on.

Whatever is put in is told as the screen shows it, so that paper can be compared with
the screen and not with our own idea of it.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Mapping
from typing import Any

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as NothingCame

REASONS = ("not_asked", "na", "unknown", "not_performed:not_indicated", "declined")
ROW = re.compile(r"\.\d+(\.|__)")
CONTROLS = """form => [...form.elements].filter(one => one.name).map(one => ({
    name: one.name, type: one.type, value: one.value,
    label: one.labels && one.labels[0] ? one.labels[0].innerText : "",
    options: one.options ? [...one.options].map(o => [o.value, o.text]) : [],
}))"""
Shown = dict[str, list[str]]


def put(page: Page, name: str, value: Any) -> None:
    """Put one value into the control or controls of this name, unfolded if need be."""
    found = page.locator(f'main [name="{name}"]')
    named = page.locator(f'[name="{name}"]')
    folded = page.locator("main details:not([open])").filter(has=named)
    while folded.count():
        folded.first.locator("summary").first.click()
    kind = found.first.evaluate("one => one.type")
    if kind in {"radio", "checkbox"}:
        for one in [value] if isinstance(value, str) else value:
            page.locator(f'main [name="{name}"][value="{one}"]').check()
    elif kind == "select-one":
        found.first.select_option(value)
    else:
        found.first.fill(str(value))


def fill(page: Page, told: Mapping[str, Any]) -> None:
    """Put several values in, in their order."""
    for name, value in told.items():
        put(page, name, value)


def press(page: Page, words: str) -> None:
    """Press a button of the page's own part and wait for what it leads to.

    A click alone returns before the next page has begun, and on a busy machine the
    page that is left would be read once more.
    """
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=words, exact=True).click()


def follow(page: Page, words: str) -> None:
    """Follow a link of the page's own part."""
    with page.expect_navigation():
        page.locator("main").get_by_role("link", name=words).first.click()


def said(page: Page) -> str:
    """What the page tells after an act."""
    return page.locator(".messages").inner_text()


def fill_form(page: Page, told: Mapping[str, Any], *, done: str) -> Shown:
    """Go through all sections of a long form until the address holds `done`."""
    shown: Shown = {}
    while done not in page.url:
        shown |= fill_section(page, told)
    return shown


def fill_section(page: Page, told: Mapping[str, Any]) -> Shown:
    """Answer every question of a section, those too that an answer brings up."""
    here, shown = page.url.partition("#")[0], Shown()
    for _ in range(4):
        shown |= answer_all(page, told, besides=shown)
        press(page, "Keep and go on")
        if page.url.partition("#")[0] != here:
            return shown
    errors = page.locator(".errorlist").all_inner_texts()
    raise AssertionError(f"{here} does not go on: {errors}")


def the_form(page: Page) -> Locator:
    """The long form of this page; if there is none, what stands there instead."""
    form = page.locator("form[data-keep]")
    try:
        form.wait_for(state="attached")
    except NothingCame as none:
        instead = page.locator("body").inner_text()[:500]
        raise AssertionError(f"No form at {page.url}, but: {instead}") from none
    return form


def answer_all(page: Page, told: Mapping[str, Any], besides: Iterable[str]) -> Shown:
    """What was told, and a reason wherever nothing was."""
    listed = the_form(page).evaluate(CONTROLS)
    controls: dict[str, list[dict[str, Any]]] = {}
    for one in listed:
        controls.setdefault(one["name"], []).append(one)
    codes = [n.split("__")[0] for n in controls if not ROW.search(n) and "." in n]
    shown = Shown()
    for code in dict.fromkeys(codes):
        if code in besides:
            continue
        words = answer(page, controls, code, told.get(code))
        if words:
            shown[code] = words
    return shown


def answer(
    page: Page, controls: dict[str, list[dict[str, Any]]], code: str, value: Any
) -> list[str]:
    """One question; what the screen shows of the answer.

    What the body map or the camera has answered already is left alone.
    """
    named = [n for n in controls if n == code or n.startswith(f"{code}__")]
    inputs = [n for n in named if not n.startswith((f"{code}__r", f"{code}__q"))]
    if value is not None and inputs:
        return typed(page, controls, code, value)
    if not inputs and not page.locator(f'.open[id="id_{code}_field"]').count():
        return []
    return excused(page, controls.get(f"{code}__r"))


def typed(
    page: Page, controls: dict[str, list[dict[str, Any]]], code: str, value: Any
) -> list[str]:
    """A value, part by part if it has parts."""
    parts = as_typed(value)
    if not isinstance(parts, dict):
        put(page, code, parts)
        return words_of(controls[code], parts)
    for suffix, part in parts.items():
        put(page, f"{code}__{suffix}" if suffix else code, part)
    if "year" in parts:
        return [moment(parts)]
    return [words for suffix, words in parts.items() if suffix != "by"]


def excused(page: Page, menu: list[dict[str, Any]] | None) -> list[str]:
    """The first reason that fits, chosen from the menu of reasons."""
    if not menu:
        return []
    options = dict(menu[0]["options"])
    reason = next((r for r in REASONS if r in options), None)
    if reason is None:
        return []
    put(page, menu[0]["name"], reason)
    return [options[reason]]


def words_of(controls: list[dict[str, Any]], value: Any) -> list[str]:
    """The words on the screen beside what was chosen; typed words as they are."""
    first = controls[0]
    if first["options"]:
        return [dict(first["options"])[value]]
    if first["type"] in {"radio", "checkbox"}:
        chosen = [value] if isinstance(value, str) else value
        return [one["label"].strip() for one in controls if one["value"] in chosen]
    return [value]


def as_typed(value: Any) -> Any:
    """A value of the demo's visit as somebody types it."""
    if not isinstance(value, dict):
        return value if isinstance(value, list) else str(value)
    if "n" in value:
        return str(value["n"])
    if "words" in value:
        return {"by": value["by"], "": value["words"]}
    if "given" in value:
        date, _, time = value["given"].partition(" ")
        year, month, day = date.split("-")
        parts = {"day": str(int(day)), "month": str(int(month)), "year": year}
        return {**parts, "time": time}
    return value


def moment(parts: Mapping[str, str]) -> str:
    """A day and time as paper tells it."""
    month = calendar.month_name[int(parts["month"])]
    return f"{parts['day']} {month} {parts['year']}, {parts['time']}"

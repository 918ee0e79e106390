"""Debian's Chromium, without a window, and what every look through it shares."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync"]
#: Where to put pictures of what was seen, when somebody wants to look.
PICTURES = os.environ.get("PICTURES", "")
PASSWORD = "caballo grapa lluvia"
WITHIN = 20_000
#: What axe-core looks for: levels A and AA.
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        try:
            yield made
        finally:
            made.close()


def sign_in_first(page: Page, address: str, email: str, given: str) -> None:
    """Sign in to the console with the password that was given, and choose the own one."""
    page.goto(address)
    page.get_by_label("Correo").fill(email)
    page.get_by_label("Contraseña").fill(given)
    page.get_by_role("button", name="Entrar").click()
    page.get_by_label("Contraseña actual").fill(given)
    page.get_by_label("Contraseña nueva").fill(PASSWORD)
    page.get_by_label("La nueva, otra vez").fill(PASSWORD)
    page.get_by_role("button", name="Guardar").click()
    expect(page.locator(".notice")).to_contain_text("Tu contraseña cambió", timeout=WITHIN)


def watch(page: Page, errors: list[str]) -> None:
    """Errors of scripts, and whatever runs into the content security policy, go into `errors`."""
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if "Content Security" in said.text else None)


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.wait_for_timeout(300)
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)

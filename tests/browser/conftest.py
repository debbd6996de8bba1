"""One server and one Chromium for the whole folder; a fresh context, watched, for every reader.

The fixtures end with this package: a synchronous Playwright keeps an event loop running in the thread, which the
asynchronous tests of other folders could not bear.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from .served import Served, seal_up
from .watching import Watched

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}

Opener = Callable[..., Watched]


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with seal_up(tmp_path_factory.mktemp("up") / "data") as running:
        yield running


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.fail(f"Chromium is not installed ({CHROMIUM}): apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*FLAGS])
        yield browser
        browser.close()


@pytest.fixture
def open_reader(chromium: Browser, served: Served) -> Iterator[Opener]:
    """``open_reader(width=…, script=False, language="es-CL")``: a stranger's browser without any memory."""
    with ExitStack() as stack:

        def make(
            *, viewport: dict[str, int] | None = None, script: bool = False, language: str = "es-CL", **given: Any
        ) -> Watched:
            return stack.enter_context(
                _reader(
                    chromium,
                    served,
                    viewport=viewport or PHONE,
                    java_script_enabled=script,
                    locale=language,
                    **given,
                )
            )

        yield make


@contextmanager
def _reader(chromium: Browser, served: Served, **given: Any) -> Iterator[Watched]:
    context = chromium.new_context(accept_downloads=True, **given)
    context.set_default_timeout(10_000)
    try:
        yield Watched(context, context.new_page(), served.origin)
    finally:
        context.close()


@pytest.fixture(scope="package")
def keyring(chromium: Browser, served: Served) -> dict[str, Any]:
    """Cookies by person's name: each one-time link is used once, by the first test that needs the person."""
    return {}


@pytest.fixture
def desk(chromium: Browser, served: Served, keyring: dict[str, Any]) -> Iterator[Callable[..., Watched]]:
    """``desk("Marisol Ejemplo")``: the browser of somebody of the association, signed in."""
    with ExitStack() as stack:

        def make(name: str, *, viewport: dict[str, int] | None = None, link: str = "", script: bool = False) -> Watched:
            reader = stack.enter_context(
                _reader(
                    chromium,
                    served,
                    viewport=viewport or DESKTOP,
                    java_script_enabled=script,
                    locale="es-CL",
                    storage_state=keyring.get(name),
                )
            )
            if name not in keyring:
                sign_in(reader.page, link or served.links[name])
                keyring[name] = reader.context.storage_state()
            return reader

        yield make


def sign_in(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("button", name="Entrar").click()
    page.wait_for_url("**/desk")


__all__ = ["DESKTOP", "PHONE", "BrowserContext", "Opener", "sign_in"]

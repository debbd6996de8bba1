"""The script beside a draft: what the server cannot say must not look like what it said before."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

import seal

from .conftest import Opener

pytestmark = pytest.mark.browser
SCRIPT = (Path(seal.__file__).parent / "static" / "author.js").read_text("utf-8")
PAGE = f"""<!doctype html><div id="check">Sin fallas</div>
<form id="draft" data-check="/a-draft/check" data-unchecked="No se pudo revisar"><textarea name="t"></textarea></form>
<script type="module">{SCRIPT}</script>"""


@pytest.mark.parametrize("status", [401, 403, 422, 500, 503, None])
def test_an_answer_that_is_no_check_is_told_in_the_panel(open_reader: Opener, status: int | None) -> None:
    """On a page of its own with the script as it is; ``None``: no answer at all."""
    reader = open_reader(script=True)
    page = reader.page
    page.route("**/a-draft", lambda route: route.fulfill(content_type="text/html", body=PAGE))

    def answer(route: Route) -> None:
        if status is None:
            route.abort()
        else:
            route.fulfill(status=status, body="<p>Sin fallas</p>")

    page.route("**/a-draft/check", answer)
    page.goto(f"{reader.origin}/a-draft")
    panel = page.locator("#check")
    expect(panel).to_contain_text("Sin fallas")
    page.type("textarea", "x")
    expect(panel).to_have_text("No se pudo revisar")
    page.unroute("**/a-draft/check")
    page.route("**/a-draft/check", lambda route: route.fulfill(body="<p>Sin fallas: 2 puntos</p>"))
    page.type("textarea", "y")
    expect(panel).to_have_text("Sin fallas: 2 puntos")

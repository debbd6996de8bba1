"""The fenced PDF maker: same bytes, nothing fetched, nothing hangs, and what is missing is named."""

import http.server
import io
import os
import sys
import threading
import time
from datetime import UTC, datetime

import pypdfium2
import pytest
from PIL import Image

from seal.errors import Unavailable
from seal.printing import service
from seal.printing.fence import PACKAGES, Fence, Job, default_command, fence
from seal.printing.stationery import font_faces

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
WORKER = default_command()[-1]


async def pdf(html: str, **more) -> bytes:
    return await service.pdf(html, at=AT, lang="es", title="Prueba ñ", **more)


async def test_the_same_input_gives_the_same_bytes_also_from_another_child():
    html = f"<style>{font_faces()}html{{font-family:Piazzolla}}</style><h1>Aysén</h1>"
    first = await pdf(html)
    before = fence.pid
    fence.close()
    assert await pdf(html) == first
    assert fence.pid != before
    assert await pdf(html + " ") != first


async def test_title_language_and_dates_come_from_the_arguments():
    opened = pypdfium2.PdfDocument(await pdf("<p>hola"))
    assert opened.get_metadata_value("Title") == "Prueba ñ"
    assert opened.get_metadata_value("CreationDate").startswith("D:20261121120000")
    assert "hola" in opened[0].get_textpage().get_text_bounded()


async def test_an_attachment_comes_back_whole():
    credential = b'{"a":"\xc3\xb1"}'
    opened = pypdfium2.PdfDocument(await pdf("<p>x", attachments=[service.Attachment("batch.json", credential)]))
    assert opened.count_attachments() == 1
    assert bytes(opened.get_attachment(0).get_data()) == credential


async def test_nothing_is_fetched_from_the_network_or_the_disk(tmp_path):
    hits = []

    class Canary(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Canary)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    secret = tmp_path / "secret.txt"
    secret.write_text("PLANTED SECRET")
    web, disk = f"http://127.0.0.1:{server.server_port}", secret.as_uri()
    html = f"""<link rel="stylesheet" href="{web}/a.css"><link rel="attachment" href="{disk}">
    <style>@import url({web}/b.css);@font-face{{font-family:x;src:url({web}/f.woff2)}}
    p{{font-family:x;background:url({web}/c.png)}}</style><p>text<img src="{web}/d.png"><img src="{disk}">
    <object data="{disk}"></object><embed src="{disk}"><a rel="attachment" href="{disk}">a</a>
    <svg><image href="{web}/e.png"/><use href="{disk}#x"/></svg>"""
    made = await pdf(html)
    server.shutdown()
    assert hits == []
    opened = pypdfium2.PdfDocument(made)
    assert opened.count_attachments() == 0
    assert b"PLANTED" not in made


def test_a_page_that_hangs_is_killed_and_the_next_one_prints():
    use = "".join(f'<g id="g{n}">' + f'<use href="#g{n - 1}"/>' * 10 + "</g>" for n in range(1, 9))
    html = f'<svg width="10" height="10"><g id="g0"><path d="M0 0h1"/></g>{use}</svg>'
    small = Fence(job_seconds=4)
    started = time.monotonic()
    with pytest.raises(Unavailable) as stopped:
        small.print(job(html))
    assert stopped.value.code == "printing.timeout"
    assert time.monotonic() - started < 20
    assert small.print(job("<p>x")).startswith(b"%PDF")
    small.close()
    assert small.pid is None


def job(html: str) -> Job:
    return Job(html, "es", "x", "2026-11-21T12:00:00Z", "00" * 16)


def test_a_killed_child_is_replaced():
    small = Fence()
    assert small.print(job("<p>x")).startswith(b"%PDF")
    os.kill(small.pid, 9)
    time.sleep(0.2)
    assert small.print(job("<p>x")).startswith(b"%PDF")
    small.close()


def broken(code: str) -> Fence:
    """A fence whose child runs ``code`` before the worker."""
    return Fence([sys.executable, "-I", "-c", f"{code}\nimport runpy\nrunpy.run_path({WORKER!r}, run_name='__main__')"])


def test_missing_system_libraries_are_named_with_what_to_install():
    lost = "import cffi\ndef no(*a, **k): raise OSError('cannot load library')\ncffi.FFI.dlopen = no"
    with pytest.raises(Unavailable) as missing:
        broken(lost).print(job("<p>x"))
    assert missing.value.code == "printing.pango_missing"
    assert missing.value.params["packages"] == PACKAGES == "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


def test_a_child_that_dies_at_once_is_a_plain_failure():
    with pytest.raises(Unavailable) as failed:
        broken("raise SystemExit(1)").print(job("<p>x"))
    assert failed.value.code == "printing.failed"


def test_the_child_does_not_see_the_passphrase(monkeypatch):
    monkeypatch.setenv("SEAL_KEY_PASSPHRASE", "open sesame")
    told = "import os\nassert not [name for name in os.environ if name.startswith('SEAL')]"
    small = broken(told)
    assert small.print(job("<p>x")).startswith(b"%PDF")
    small.close()


async def test_a_page_becomes_a_picture_of_the_right_size():
    page = await pdf("<style>@page{size:A4;margin:0}</style><p>x")
    whole = Image.open(io.BytesIO(await service.png(page, dpi=300)))
    assert (abs(whole.width - 2480) <= 1, abs(whole.height - 3508) <= 1) == (True, True)
    part = Image.open(io.BytesIO(await service.png(page, dpi=300, crop_mm=service.Crop(70, 37, 70, 37))))
    assert part.size == (827, 437)
    assert await service.page_count(page) == 1
    with pytest.raises(IndexError):
        await service.png(page, page=1)

"""One way to make a PDF of unit labels, in a process of its own: ``python -m tests.bench.label_makers WAY COUNT FILE``.

All put the same words, code, number and signed address on sheets of 24; imports are not counted. Prints JSON: seconds
by the clock and of CPU, and megabytes at most, the fenced child's added where there is one.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from seal.ids import Code
from seal.labels import drawing, sheet
from seal.labels.drawing import UnitLabel
from seal.labels.faces import drawing as faces
from seal.labels.formats import SHEET_24
from seal.printing import qr
from seal.printing.fence import fence
from seal.printing.stationery import Branding

AT = datetime(2026, 11, 21, 12, tzinfo=UTC)
HERE = Branding("Sabores de Aysén", "https://sello.aysen.example", "Aysén")
LABEL = sheet.LabelView(
    "Miel de flores silvestres", "500 g", "Colmenas Cárcamo", "Río Ibáñez", "CC-26V-03", 10_000, date(2028, 3, 3),
    date(2027, 3, 30),
)  # fmt: skip
WORDS = [
    "Certificado por · Certified by", HERE.name, LABEL.product, LABEL.maker, f"{LABEL.commune}, Aysén · 500 g",
    "Lote · Batch CC-26V-03", "Antes de · Best before 3 mar 2028", "Certificado hasta · until 30 mar 2027",
]  # fmt: skip
JS = Path(__file__).with_name("js")


@dataclass(frozen=True)
class Spent:
    """Seconds by the clock, and of CPU in this process and in the fenced child."""

    seconds: float
    cpu: float


class Watch:
    def __init__(self) -> None:
        self._clock, self._cpu = time.perf_counter(), self._used()

    @staticmethod
    def _used() -> float:
        child = 0.0
        if fence.pid is not None:
            fields = Path(f"/proc/{fence.pid}/stat").read_text().rpartition(")")[2].split()
            child = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        return time.process_time() + child

    def spent(self) -> Spent:
        return Spent(time.perf_counter() - self._clock, self._used() - self._cpu)


def units(count: int) -> list[UnitLabel]:
    """The same labels in every process: tokens as random as signatures are."""
    chance = random.Random(11)
    made = []
    for number in range(1, count + 1):
        digits = str(int.from_bytes(b"\x01\x11" + chance.randbytes(82)))
        made.append(UnitLabel(number, Code(0x3A8923F521, number).printed, digits, f"{HERE.base}/{digits}"))
    return made


def seal(labels: list[UnitLabel], file: Path) -> Spent:
    """The product: the face once, then pieces, written as they come. The child is warm, as in a server."""

    async def run() -> Spent:
        from seal.printing import labels as printing

        await drawing.plan(SHEET_24, LABEL, HERE, labels[0], at=AT, title="warm")
        watch = Watch()
        plan = await drawing.plan(SHEET_24, LABEL, HERE, labels[0], at=AT, title="Etiquetas")
        lengths: list[int] = []
        with file.open("wb") as out:
            out.write(plan.face.base)
            for first in range(0, len(labels), plan.per_piece):
                printed = drawing.printed(plan, labels[first : first + plan.per_piece])
                piece = await printing.piece(plan.face, plan.layout, first // 24, printed)
                out.write(piece.data)
                lengths += piece.lengths
            out.write(printing.closing(plan.face, lengths))
        return watch.spent()

    return asyncio.run(run())


def weasyprint(labels: list[UnitLabel], file: Path) -> Spent:
    """The same face laid out for every label by WeasyPrint alone, each with its QR as SVG."""
    import weasyprint as engine

    face = faces.built_in(SHEET_24, LABEL, HERE)
    watch = Watch()
    bodies, style = [], ""
    for place, one in enumerate(labels):
        symbol = qr.svg(HERE.qr_prefix, one.digits)
        drawn = faces.html(
            face, HERE, title="", side_mm=24.9, code=one.code, unit=f"{one.number}/{LABEL.units}", symbol=symbol
        )
        style = style or re.sub(
            r"@page\{[^}]*\}", "@page{size:A4;margin:0}", drawn.split("<style>")[1].split("</style>")[0]
        )
        at = SHEET_24.place(place % 24 + 1)
        body = drawn.split("<body>")[1].split("</body>")[0]
        new = "break-before:page;" if place and place % 24 == 0 else ""
        opened = f'<div style="{new}position:relative;height:297mm">' if place % 24 == 0 else ""
        closed = "</div>" if place % 24 == 23 or one is labels[-1] else ""
        bodies.append(f'{opened}<div style="position:absolute;left:{at.left}mm;top:{at.top}mm">{body}</div>{closed}')
    engine.HTML(string=f"<style>{style}</style>{''.join(bodies)}", base_url="data:,").write_pdf(file)
    return watch.spent()


def blabel(labels: list[UnitLabel], file: Path) -> Spent:
    """PyPI ``blabel``: a Jinja template a label, drawn by WeasyPrint."""
    import blabel as peer

    words = "".join(f"<p>{word}</p>" for word in WORDS)
    template = (
        '<img src="{{ label_tools.qr_code(address) }}" style="width:24.9mm;image-rendering:pixelated">'
        "<p><b>{{ code }}</b> {{ number }}</p>" + words
    )
    style = "@page{size:70mm 37mm;margin:1mm}p{margin:0;font-size:5pt}img{float:left}"
    file.with_suffix(".html").write_text(template)
    file.with_suffix(".css").write_text(style)
    writer = peer.LabelWriter(
        str(file.with_suffix(".html")), default_stylesheets=(str(file.with_suffix(".css")),), items_per_page=1
    )
    records = [{"address": one.address, "code": one.code, "number": f"{one.number}/{LABEL.units}"} for one in labels]
    watch = Watch()
    writer.write_labels(records, target=str(file), base_url=str(file.parent))
    return watch.spent()


def reportlab(labels: list[UnitLabel], file: Path) -> Spent:
    """PyPI ``reportlab`` and ``qrcode``: strings, and a rectangle for each run of dark modules."""
    from reportlab.pdfgen.canvas import Canvas

    mm = 72 / 25.4
    watch = Watch()
    canvas = Canvas(str(file), pagesize=(210 * mm, 297 * mm), pageCompression=1)
    for place, one in enumerate(labels):
        if place and place % 24 == 0:
            canvas.showPage()
        at = SHEET_24.place(place % 24 + 1)
        left, top = at.left * mm, (297 - at.top) * mm
        symbol, side = qr.symbol(HERE.qr_prefix, one.digits), 0.508 * mm
        path = canvas.beginPath()
        for run in re.finditer(r"M(\d+) (\d+)h(\d+)", symbol.path()):
            x, y, width = map(int, run.groups())
            path.rect(left + 2.2 * mm + x * side, top - 1.1 * mm - (y + 1) * side, width * side, side)
        canvas.drawPath(path, stroke=0, fill=1)
        canvas.setFont("Courier-Bold", 7.6)
        canvas.drawString(left + 3 * mm, top - 30 * mm, one.code)
        canvas.setFont("Times-Roman", 6)
        for line, word in enumerate([*WORDS, f"{one.number}/{LABEL.units}"]):
            canvas.drawString(left + 31 * mm, top - (6 + 3 * line) * mm, word)
    canvas.save()
    return watch.spent()


def pdfkit(labels: list[UnitLabel], file: Path) -> Spent:
    """npm ``pdfkit`` and ``qrcode``, timed and weighed by node itself."""
    given = {
        "file": str(file),
        "prefix": len(HERE.qr_prefix),
        "words": WORDS,
        "labels": [
            {"address": HERE.qr_prefix + one.digits, "code": one.code, "number": f"{one.number}/{LABEL.units}"}
            for one in labels
        ],
    }
    done = subprocess.run(
        ["node", "labels.mjs"], cwd=JS, input=json.dumps(given), capture_output=True, text=True, check=True
    )
    said = json.loads(done.stdout)
    return Spent(said["seconds"], said["cpu"])


WAYS: dict[str, Callable[[list[UnitLabel], Path], Spent]] = {
    "seal": seal,
    "weasyprint": weasyprint,
    "blabel": blabel,
    "reportlab": reportlab,
    "pdfkit": pdfkit,
}


def main() -> None:
    way, count, file = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    spent = WAYS[way](units(count), file)
    fence.close()
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    peak = child if way == "pdfkit" else own + child
    print(json.dumps({**asdict(spent), "megabytes": peak / 1024, "bytes": file.stat().st_size}))


if __name__ == "__main__":
    main()

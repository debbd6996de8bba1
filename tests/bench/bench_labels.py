"""Labels per second and peak memory beside plain WeasyPrint, ``blabel``, reportlab with ``qrcode``, and npm pdfkit with
``qrcode``: each in its own process, in one run. Aims: 10,000 labels in 4 s, under 200 MB, 100 times plain WeasyPrint.

Slow ways make fewer labels, as their rate falls with the count if anything. Every code of each first page is read.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
import zxingcpp

from tests.bench.label_makers import JS

WAYS = (("seal", 10_000), ("weasyprint", 240), ("blabel", 240), ("reportlab", 480), ("pdfkit", 2_400))


def codes(file: Path) -> int:
    """How many codes of the first 24 labels are read at 300 dots an inch."""
    opened, found = pypdfium2.PdfDocument(file), 0
    for page in range(min(24, len(opened))):
        image = opened[page].render(scale=300 / 72, grayscale=True).to_pil()
        found += len(zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormat.QRCode))
        if found >= 24:
            break
    return found


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--labels", type=int, default=10_000, help="how many Seal makes")
    words, _ = asked.parse_known_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for way, count in WAYS:
            if way == "pdfkit" and not (JS / "node_modules").is_dir():
                print("pdfkit is left out: npm ci in tests/bench/js")
                continue
            made = words.labels if way == "seal" else count
            file = Path(folder) / f"{way}.pdf"
            done = subprocess.run(
                [sys.executable, "-m", "tests.bench.label_makers", way, str(made), str(file)],
                capture_output=True, text=True,
            )  # fmt: skip
            if done.returncode:
                print(f"{way} is left out: {done.stderr.strip().splitlines()[-1]}")
                continue
            rows.append((way, made, codes(file), json.loads(done.stdout)))
    ours = next(found["cpu"] / made for way, made, _, found in rows if way == "seal")
    print("\nUnit labels with a signed code, sheets of 24, one PDF (rate and ratio by CPU time, all of one run)\n")
    heads = (
        ("labels", 8),
        ("seconds", 9),
        ("CPU", 8),
        ("a CPU second", 14),
        ("peak MB", 9),
        ("bytes each", 12),
        ("read", 7),
    )
    print(" " * 14 + "".join(f"{head:>{width}}" for head, width in (*heads, ("Seal is times", 15))))
    for way, made, read, found in rows:
        each = found["cpu"] / made
        print(
            f"{way:14}{made:>8}{found['seconds']:>9.2f}{found['cpu']:>8.2f}{1 / each:>14.0f}{found['megabytes']:>9.0f}"
            f"{found['bytes'] / made:>12.0f}{read:>4}/24{each / ours:>15.1f}"
        )


if __name__ == "__main__":
    main()

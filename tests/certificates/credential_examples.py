"""The two example credentials of the golden vectors, built by the product's own builders."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from seal.certificates import credential as c

CERTIFICATION = 0x3DC92A53B6
BATCH = 0x0123456789
ISSUER = c.Issuer("https://sello.example", "did:web:sello.example", "Sabores de prueba")
HOLDER = c.Holder("014", "Colmenas de Prueba", "Río Ibáñez")
SCHEME = c.Scheme("miel", "1.0.0", "ab" * 32, "Miel artesanal", "Artisanal honey", date(2026, 1, 1))


def certification(**changes: Any) -> c.Document:
    values: dict[str, Any] = {
        "issuer": ISSUER,
        "public_id": CERTIFICATION,
        "holder": HOLDER,
        "scheme": SCHEME,
        "mode": "association",
        "chapters": (c.Chapter("A", "Registro y apiario"), c.Chapter("B", "Sanidad y alimentación")),
        "products": ("Miel de ulmo 500 g",),
        "sites": (c.PublicSite("apiary", "Río Ibáñez"),),
        "assessed_on": date(2026, 3, 20),
        "valid_from": datetime(2026, 3, 31, 15, 0, tzinfo=UTC),
        "valid_until": datetime(2027, 3, 31, 3, 0, tzinfo=UTC),
        "status_index": 131_072 + 4711,
    }
    return c.certification_document(**values | changes)


def batch(**changes: Any) -> c.Document:
    values: dict[str, Any] = {
        "issuer": ISSUER,
        "public_id": BATCH,
        "holder": HOLDER,
        "scheme": SCHEME,
        "mode": "association",
        "certification_public_id": CERTIFICATION,
        "certification_sha256": "cd" * 32,
        "product_name": "Miel de ulmo 500 g",
        "net_grams": 500,
        "lot": "L2611",
        "units": 120,
        "produced_on": date(2026, 4, 2),
        "sealed_on": date(2026, 4, 20),
        "sealed_at": datetime(2026, 4, 20, 14, 30, tzinfo=UTC),
        "use_by_days": 730,
        "tests": (c.PublicTest("humedad", "Humedad", "17.4", "g/100 g", "≤ 20 g/100 g"),),
        "status_index": 99,
    }
    return c.batch_document(**values | changes)

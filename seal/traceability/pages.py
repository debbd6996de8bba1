"""Pages of the room: trace events."""

from __future__ import annotations

from typing import Any

from seal.traceability.epcis import pages as epcis

routes: list[Any] = [*epcis.routes]

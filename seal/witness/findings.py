"""What a monitor finds: a code with its parameters, and files that show it to a third person."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from seal.clock import rfc3339
from seal.errors import Param, Reason


@dataclass(frozen=True)
class Finding:
    """``code`` is ``monitor.*``; ``files`` are names and bytes of what proves it, as they were served."""

    code: str
    params: Mapping[str, Param] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def reason(self) -> Reason:
        return Reason(self.code, self.params)


def save(folder: Path, finding: Finding, at: int) -> tuple[Path, ...]:
    """Keep a finding's evidence, the same once, on the disk; the files, if it has any."""
    if not finding.files:
        return ()
    whole = b"".join(name.encode() + data for name, data in sorted(finding.files.items()))
    name = f"{finding.code.removeprefix('monitor.')}-{hashlib.sha256(whole).hexdigest()[:16]}"
    place = folder / "evidence" / name
    about = {
        "code": finding.code,
        "params": dict(finding.params),
        "found_at": rfc3339(datetime.fromtimestamp(at, UTC)),
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in finding.files.items()},
    }
    files = dict(finding.files) | {"about.json": json.dumps(about, ensure_ascii=False, indent=1).encode() + b"\n"}
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (place / "about.json").exists():
        for file, data in files.items():
            with (place / file).open("wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
    return tuple(place / file for file in files)

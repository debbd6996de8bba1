"""Forms sent by people without script: read what was typed, keep it, say in words what is wrong, beside its field."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.datastructures import UploadFile

from seal.errors import BadInput, Reason, SealError
from seal.identity import Acting
from seal.web import bodies, context, once, problems, render
from seal.web.text import is_plain

_DECIMAL = re.compile(r"-?\d{1,12}([.,]\d{1,6})?")
HIDDEN = ("_csrf", "_once")


@dataclass(frozen=True)
class Upload:
    """One file of a form, in memory (the body limit bounds it)."""

    filename: str
    declared_type: str
    data: bytes


class Form:
    """What was typed. Each reader notes its fault and returns a harmless value; :meth:`check` raises all at once."""

    def __init__(
        self, fields: dict[str, list[str]] | None = None, files: dict[str, list[Upload]] | None = None
    ) -> None:
        self.fields = fields or {}
        self.files = files or {}
        self.faults: list[Reason] = []
        self.sentences: dict[str, str] = {}
        """Field -> what is wrong with it, in the reader's language; filled by :meth:`again`."""
        self.general: list[str] = []
        """What is wrong and belongs to no one field."""

    def value(self, name: str, default: str = "") -> str:
        """As typed, for showing again."""
        return self.fields.get(name, [default])[0]

    def has(self, name: str, value: str) -> bool:
        """True if ``value`` is among those chosen: for boxes and lists shown again."""
        return value in self.fields.get(name, [])

    def without_long(self, most: int) -> Form:
        """The same fields, but for those of more than ``most`` characters: a page to show again stays small."""
        return Form({name: sent for name, sent in self.fields.items() if sum(map(len, sent)) <= most})

    def fault(self, name: str, code: str, **params: str | int) -> None:
        self.faults.append(Reason(code, {"field": name, **params}))

    def text(self, name: str, *, required: bool = True, most: int = 200) -> str:
        """Trimmed text of at most ``most`` characters, without characters that nobody sees (line breaks stay)."""
        value = self.value(name).strip()
        if required and not value:
            self.fault(name, "form.needed")
        if len(value) > most:
            self.fault(name, "form.too_long", most=most)
        if not is_plain(value):
            self.fault(name, "form.letters")
        return value.replace("\r\n", "\n")

    def many(self, name: str) -> tuple[str, ...]:
        """Every value of a field that may come several times (boxes)."""
        return tuple(self.fields.get(name, ()))

    def flag(self, name: str) -> bool:
        return bool(self.value(name))

    def choice(self, name: str, options: Iterable[str], *, required: bool = True) -> str:
        """One of ``options`` (empty if none was chosen and none is required)."""
        value = self.value(name)
        if not value and not required:
            return ""
        if value not in options:
            self.fault(name, "form.choice")
        return value

    def integer(self, name: str, *, low: int = 0, high: int = 2**31 - 1) -> int:
        """A whole number from ``low`` to ``high``; spaces and points between thousands are not read."""
        value = self.value(name).strip().replace(" ", "")
        if not re.fullmatch(r"-?\d{1,12}", value, re.ASCII) or not low <= int(value) <= high:
            self.fault(name, "form.integer", low=low, high=high)
            return low
        return int(value)

    def decimal(self, name: str, *, required: bool = True) -> str:
        """A measured value as typed, with a point (``17,4`` is read as ``17.4``); a string, never a float."""
        value = self.value(name).strip()
        if not value and not required:
            return ""
        if not _DECIMAL.fullmatch(value) or not value.isascii():
            self.fault(name, "form.decimal")
            return "0"
        return value.replace(",", ".")

    def day(self, name: str, *, required: bool = True) -> date | None:
        """A calendar day (``2026-03-03``, as date inputs send it)."""
        value = self.value(name).strip()
        if not value and not required:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fault(name, "form.day")
            return None

    def uuid(self, name: str) -> UUID:
        try:
            return UUID(self.value(name))
        except ValueError:
            self.fault(name, "form.choice")
            return UUID(int=0)

    def upload(self, name: str, *, required: bool = True) -> Upload | None:
        """The first file of a field; ``None`` if there is none."""
        found = self.files.get(name)
        if not found and required:
            self.fault(name, "form.file")
        return found[0] if found else None

    def check(self) -> None:
        """Raise ``BadInput`` with every fault noted so far."""
        if self.faults:
            raise BadInput.because(self.faults)

    def again(self, request: Request[Any, Any, Any], template: str, error: SealError, **given: Any) -> Response[str]:
        """The page once more with what was typed, each sentence beside its field and the rest on top."""
        t = context.translator_of(request)
        for reason in error.reasons:
            field = str(reason.params.get("field", ""))
            if field in self.fields or field in self.files or (field and reason.code.startswith("form.")):
                self.sentences.setdefault(field, t.reason(reason))
            else:
                self.general.append(t.reason(reason))
        return render.page(request, template, status=problems.status_of(error), form=self, **given)

    def canonical(self) -> bytes:
        """What was sent, without the hidden fields and with digests of the files: the body for idempotency."""
        fields = {name: values for name, values in self.fields.items() if name not in HIDDEN}
        files = {name: [hashlib.sha256(one.data).hexdigest() for one in many] for name, many in self.files.items()}
        return json.dumps([fields, files], sort_keys=True).encode()

    async def once(
        self, request: Request[Any, Any, Any], acting: Acting, run: once.Run, *, atomic: bool = False
    ) -> dict[str, Any]:
        """Run a verb once for this page's form, however often the button is pressed; see :func:`seal.web.once.run`."""
        return await once.run(request, acting, self.value("_once"), self.canonical(), run, atomic=atomic)


async def read(request: Request[Any, Any, Any]) -> Form:
    """The form that was sent, URL-encoded or multipart."""
    fields: dict[str, list[str]] = {}
    files: dict[str, list[Upload]] = {}
    for name, value in (await bodies.form(request)).multi_items():
        if isinstance(value, UploadFile):
            data = await value.read()
            await value.seek(0)
            if value.filename or data:
                files.setdefault(name, []).append(Upload(value.filename, value.content_type, data))
        else:
            fields.setdefault(name, []).append(str(value))
    return Form(fields, files)

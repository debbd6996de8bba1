"""Responses as they are sent, kept and written in examples: a small map whose keys depend on the kind of answer.

| answer | response |
|---|---|
| any | ``{outcome: not_applicable}``, ``deferred``, ``not_audited`` |
| outcome, computed | ``{outcome: partial}`` |
| yes_no | ``{yes: true}`` |
| scale, rank | ``{points: 3}``, ``{rank: 4}`` |
| number, computed | ``{value: '17,4', unit: g/100g}``, with a guard band ``uncertainty: '0.2'`` |
| lab | the same with ``report: 'A-112'`` |
| plan | ``{value: '<10; 20; 150; <10; 40', unit: CFU/g}`` |
| ratio | ``{good: 45, of: 50}`` |
| choice, multi | ``{choice: gouda}``, ``{chosen: [a, b]}`` |
| date, document | ``{day: 2026-05-01}``, ``{document: true, expires_on: 2027-01-01}`` |
| table | ``{rows: [{day: '1', degC: '63'}]}`` |
| photo | ``{files: 2}`` |
| geo, signature | ``{done: true}`` |
| exercise | ``{minutes: '95', done: true}`` |
| panel | ``{judges: [{taste: 8, look: 7}]}``; without criteria ``{overall: 8}`` |
| sampled point | ``{population: […], seed: …, commitment: …, failed: […]}`` |
| finer grain | ``{units: {name: response}}`` |
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from decimal import Decimal
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from seal.errors import BadInput
from seal.protocols import responses
from seal.protocols.aggregation import PLAIN_CREDIT, aggregate
from seal.protocols.document import number
from seal.protocols.model import ControlPoint, Outcome
from seal.protocols.responses import Judged, Response
from seal.protocols.samples import Sample
from seal.protocols.situation import Situation

UNITS = "units"
MOST_UNITS = 2_000

_FORMS: Final[dict[str, type[Any]]] = {
    "outcome": responses.Picked,
    "yes_no": responses.YesNo,
    "scale": responses.Scaled,
    "rank": responses.Ranked,
    "number": responses.Value,
    "lab": responses.Value,
    "plan": responses.Value,
    "computed": responses.Value,
    "ratio": responses.Ratio,
    "choice": responses.Choice,
    "multi": responses.Several,
    "date": responses.Day,
    "document": responses.Paper,
    "table": responses.Rows,
    "photo": responses.Files,
    "geo": responses.Done,
    "signature": responses.Done,
    "exercise": responses.Timed,
    "panel": responses.Judges,
}
_READERS: Final[dict[type[Any], TypeAdapter[Any]]] = {form: TypeAdapter(form) for form in (*_FORMS.values(), Sample)}
_DAYS: Final = frozenset({"day", "expires_on"})
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AS_TYPED: Final = frozenset({"value", "uncertainty", "minutes", "rows", "judges"})
"""Keys whose numbers are kept as text, exactly as typed."""


def form_of(point: ControlPoint, data: Mapping[str, Any]) -> type[Any]:
    """The kind of response that ``data`` is to ``point``."""
    if "outcome" in data:
        return responses.Picked
    if point.sampling is not None and "population" in data:
        return Sample
    return _FORMS[point.answer.type]


def read(point: ControlPoint, data: Mapping[str, Any]) -> Response:
    """The response that ``data`` writes. ``BadInput('protocols.response_form')`` names the key and what is asked."""
    form = form_of(point, data)
    plain = {key: _as_typed(value) if key in _AS_TYPED else value for key, value in data.items()}
    wrong = [key for key in _DAYS & plain.keys() if plain[key] is not None and not _is_day(plain[key])]
    try:
        found: Response = _READERS[form].validate_python(plain)
    except ValidationError as error:
        loc = error.errors(include_url=False)[0]["loc"]
        wrong = [str(loc[0]) if loc else ""]
    if wrong:
        key, asked = wrong[0][:40], ", ".join(field.name for field in fields(form))
        raise BadInput("protocols.response_form", field=key or "response", point=point.id, key=key, keys=asked)
    return found


def _is_day(value: Any) -> bool:
    """Days are text: a number would be read as seconds since 1970."""
    return isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value) is not None)


def judge(
    point: ControlPoint,
    situation: Situation,
    data: Mapping[str, Any],
    *,
    on: date | None = None,
    credit: Mapping[Outcome, Decimal] = PLAIN_CREDIT,
) -> Judged:
    """The outcome of a response as sent: one, or one for each unit under ``units``. ``credit``: the protocol's scale.

    Raises ``BadInput`` with the faults of every unit, each naming its unit (``at``).
    """
    if set(data) != {UNITS}:
        return responses.judge(point, situation, read(point, data), on=on)
    units = data[UNITS]
    if not isinstance(units, Mapping) or not 1 <= len(units) <= MOST_UNITS:
        raise BadInput("protocols.response_units", field=UNITS, point=point.id, most=MOST_UNITS)
    judged: dict[str, Judged] = {}
    faults = []
    for unit, inside in units.items():
        try:
            one = read(point, inside if isinstance(inside, Mapping) else {UNITS: inside})
            judged[str(unit)] = responses.judge(point, situation, one, on=on)
        except BadInput as error:
            faults += [type(reason)(reason.code, {**reason.params, "at": str(unit)[:80]}) for reason in error.reasons]
    if faults:
        raise BadInput.because(faults)
    return aggregate(point, judged, credit=credit)


def document(response: Response) -> dict[str, Any]:
    """The response as it is kept: JSON values, without the keys that say nothing."""
    return {key: _plain(value) for key, value in asdict(response).items() if value not in ("", (), None)}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return [_plain(one) for one in value] if isinstance(value, tuple | list) else value


def _as_typed(value: Any) -> Any:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return str(value) if isinstance(value, int) else number(value)
    if isinstance(value, Mapping):
        return {str(key): _as_typed(inside) for key, inside in value.items()}
    return [_as_typed(one) for one in value] if isinstance(value, list | tuple) else value

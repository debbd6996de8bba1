"""From parsed files to a resolved protocol: the same way for files of the library and for a kept copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from seal.errors import BadInput
from seal.protocols import document
from seal.protocols.answer_types import Answer, NumberAnswer, OutcomeAnswer
from seal.protocols.checks import check_protocol, evidence
from seal.protocols.model import Chapter, ControlPoint, Edition, FactRule, Include, Module, Protocol, Rules, Texts
from seal.protocols.reading import read
from seal.protocols.shapes import ModuleShape, PointShape, ProtocolShape
from seal.protocols.source import MAX_FAULTS, Source
from seal.protocols.words import merged, read_texts


@dataclass(frozen=True)
class Checked:
    """One file pair that has no fault of its own."""

    shape: ModuleShape
    source: Source
    texts: Mapping[str, Texts]
    words: Mapping[str, Source]


def check(source: Source, words: Mapping[str, Source], included: Mapping[str, Module]) -> Checked:
    """Check a structure and its words by language. ``included``: the modules that could be read, by id.

    Raises ``BadInput`` with every fault of the structure's shape, or else of its sense and of the words.
    """
    is_protocol = isinstance(source.data, dict) and source.data.get("kind") == "protocol"
    shape: ModuleShape = read(ProtocolShape if is_protocol else ModuleShape, source)
    faults = list(islice(check_protocol(shape, source, included), MAX_FAULTS))
    texts = read_texts(words, shape, faults)
    if faults:
        raise BadInput.because(faults)
    return Checked(shape, source, texts, words)


def build(checked: Checked, included: Mapping[str, Module]) -> Module:
    """The module of checked files; ``included`` now holds every module that it includes."""
    shape, source = checked.shape, checked.source
    includes = tuple(Include(each.id, each.version, included[each.id].digest) for each in shape.includes)
    resolved = document.requirements(
        source.data, [{"id": each.id, "version": each.version, "sha256": each.sha256} for each in includes]
    )
    return Module(
        id=shape.id,
        version=shape.version,
        status=shape.status,
        facts=tuple(
            FactRule(fact, kind.type, kind.unit, kind.plausible, kind.choices)
            for fact, kind in sorted(shape.facts.items())
        ),
        chapters=tuple(Chapter(f"{shape.id}.{chapter.id}", chapter.min_percent) for chapter in shape.chapters),
        points=tuple(_point(shape.id, point) for point in shape.points),
        texts=checked.texts,
        includes=includes,
        rules=_rules(shape) if isinstance(shape, ProtocolShape) else None,
        document=resolved,
        words={language: document.plain(text.data) for language, text in checked.words.items()},
        digest=document.sha256(resolved),
        edition=Edition(shape.change, shape.previous, shape.valid_from, shape.mandatory_from, shape.retired),
        product_kinds=shape.product_kinds,
    )


def module(source: Source, words: Mapping[str, Source], included: Mapping[str, Module]) -> Module:
    """:func:`check`, then :func:`build`."""
    return build(check(source, words, included), included)


def resolve(own: Module, included: Iterable[Module]) -> Protocol:
    """A protocol with its modules, own points first. ``own`` must hold rules."""
    assert own.rules is not None
    modules = (own, *included)
    facts = {fact.id: fact for each in modules for fact in each.facts}
    return Protocol(
        id=own.id,
        version=own.version,
        status=own.status,
        digest=own.digest,
        text_digests={language: _text_digest(language, own, modules[1:]) for language in own.texts},
        includes=own.includes,
        facts=tuple(facts.values()),
        chapters=tuple(chapter for each in modules for chapter in each.chapters),
        points=tuple(point for each in modules for point in each.points),
        texts={language: merged(language, modules) for language in own.texts},
        rules=own.rules,
        modules=modules,
        edition=own.edition,
    )


def package(protocol: Protocol) -> dict[str, Any]:
    """Everything needed to have the protocol back without its files (see :func:`unpack`)."""
    return {
        "schema": document.PACKAGE_SCHEMA,
        "modules": [
            {"document": dict(each.document), "status": each.status, "words": dict(each.words)}
            for each in protocol.modules
        ],
    }


def unpack(kept: Mapping[str, Any]) -> Protocol:
    """The protocol behind :func:`package`; its digest is computed anew, so the caller can compare."""
    parts = [
        (
            Source("", {**part["document"], "status": part["status"]}, {}),
            {language: Source("", words, {}) for language, words in part["words"].items()},
        )
        for part in kept["modules"]
    ]
    included = {str(source.data["id"]): module(source, words, {}) for source, words in parts[1:]}
    own_source, own_words = parts[0]
    return resolve(module(own_source, own_words, included), included.values())


def _point(module_id: str, shape: PointShape) -> ControlPoint:
    usual: Answer = OutcomeAnswer() if shape.measure is None else NumberAnswer()
    return ControlPoint(
        id=shape.id,
        chapter=f"{module_id}.{shape.chapter}",
        level=shape.level,
        verify=shape.verify,
        evidence=tuple(evidence(text) for text in shape.evidence),
        na=shape.na,
        fix_days=shape.fix_days,
        source=shape.source,
        sdg=shape.sdg,
        review=shape.review,
        measure=shape.measure,
        applies_if=shape.applies_if,
        level_by_year=shape.level_by_year,
        weight=shape.weight,
        ko=shape.ko,
        group=shape.group,
        grain=shape.grain,
        aggregate=shape.aggregate,
        answer=shape.answer or usual,
        sampling=shape.sampling,
        evidence_minimum=shape.evidence_minimum,
    )


def _rules(shape: ProtocolShape) -> Rules:
    return Rules(
        custody_model=shape.custody_model,
        season_starts_month=shape.season_starts_month,
        validity=shape.validity,
        scoring=shape.scoring,
        findings=shape.findings,
        suspension=shape.suspension,
        batch_tests=shape.batch_tests,
        label=shape.label,
        capacity=shape.capacity,
        reconciliation=shape.reconciliation,
    )


def _text_digest(language: str, own: Module, included: tuple[Module, ...]) -> str:
    modules = {each.id: document.text_digest(each.words[language], {}) for each in included if language in each.words}
    return document.text_digest(own.words[language], modules)

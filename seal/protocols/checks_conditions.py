"""Whether a condition names things that there are, and compares each with values that it can have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from seal.errors import Reason
from seal.protocols.conditions import NUMERIC, Compare, Condition
from seal.protocols.facts import FactRule
from seal.protocols.model import Module
from seal.protocols.reading import misspelt
from seal.protocols.shapes import ModuleShape
from seal.protocols.source import Path, Source
from seal.protocols.terms import FactType, SiteKind


@dataclass(frozen=True)
class Names:
    """What the conditions of a file may name: facts of the file and its modules, kinds of product."""

    facts: Mapping[str, FactRule]
    products: frozenset[str]

    def of_type(self, *types: FactType) -> list[str]:
        return [fact for fact, rule in self.facts.items() if rule.type in types]


def names(shape: ModuleShape, included: Mapping[str, Module]) -> Names:
    """A kind of product is declared under ``product_kinds``, or a choice of some fact."""
    facts = {fact.id: fact for each in included.values() for fact in each.facts}
    facts |= {
        fact: FactRule(fact, rule.type, rule.unit, rule.plausible, rule.choices) for fact, rule in shape.facts.items()
    }
    kinds = {kind for each in included.values() for kind in each.product_kinds} | set(shape.product_kinds)
    return Names(facts, frozenset(kinds.union(*(rule.choices for rule in facts.values()))))


def check_condition(condition: Condition, known: Names, source: Source, path: Path) -> Iterator[Reason]:
    """Every fault of the names and values of ``condition``, which is written at ``path``."""
    for part in condition.parts():
        for kind in part.products:
            if kind not in known.products:
                yield misspelt(source, "protocols.unknown_product", path, kind, known.products)
        for kind in part.sites:
            if kind not in list(SiteKind):
                yield misspelt(source, "protocols.unknown_site", path, kind, [each.value for each in SiteKind])
        if part.fact is not None:
            yield from _check_fact(part, known, source, path)


_TYPES = {
    Compare.IN: (FactType.CHOICE,),
    Compare.HAS: (FactType.MULTI,),
    **dict.fromkeys(NUMERIC, (FactType.NUMBER,)),
}


def _check_fact(part: Condition, known: Names, source: Source, path: Path) -> Iterator[Reason]:
    assert part.fact is not None
    compare = part.compare
    types = (
        (FactType.YES_NO,)
        if compare is None
        else _TYPES.get(compare.how, (FactType.YES_NO, FactType.CHOICE, FactType.NUMBER))
    )
    rule = known.facts.get(part.fact)
    if rule is None:
        yield misspelt(source, "protocols.unknown_fact", path, part.fact, known.of_type(*types))
        return
    if rule.type not in types:
        yield source.fault("protocols.fact_compared", path, fact=part.fact, type=rule.type.value)
        return
    if compare is None or compare.how in NUMERIC:
        return
    if rule.type is FactType.CHOICE or rule.type is FactType.MULTI:
        words = compare.against if isinstance(compare.against, tuple) else (compare.against,)
        for word in words:
            if word not in rule.choices:
                yield misspelt(source, "protocols.unknown_choice", path, str(word), rule.choices)
    elif isinstance(compare.against, bool) is not (rule.type is FactType.YES_NO) or isinstance(compare.against, str):
        yield source.fault("protocols.fact_compared", path, fact=part.fact, type=rule.type.value)

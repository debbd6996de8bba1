"""Which limits bind: the strictest of those that hold, unless one says that it replaces."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from seal.protocols.conditions import Condition
from seal.protocols.measure import Measure, Variant, effective
from seal.protocols.situation import Situation

RIPENS = Measure(
    "ripening",
    "days",
    min=Decimal(21),
    target_min=Decimal(45),
    variants=(
        Variant(Condition(fact="gouda"), min=Decimal(28)),
        Variant(Condition(fact="fresh"), min=Decimal(0), replaces=True),
        Variant(Condition(fact="raw"), min=Decimal(60)),
    ),
)


def least(**facts: bool | None) -> Decimal | None:
    known: dict[str, bool | None] = {"gouda": False, "fresh": False, "raw": False}
    return effective(RIPENS, Situation({**known, **facts})).min


def test_without_a_variant_the_general_limit_holds() -> None:
    assert least() == 21


def test_the_strictest_of_all_that_hold() -> None:
    assert [least(gouda=True), least(gouda=True, raw=True)] == [28, 60]


def test_a_variant_that_replaces_may_ask_for_less() -> None:
    assert least(fresh=True) == 0


def test_beside_a_variant_that_replaces_the_others_still_hold() -> None:
    assert least(fresh=True, raw=True) == 60


def test_an_unknown_variant_counts_but_never_replaces() -> None:
    assert [least(raw=None), least(fresh=None)] == [60, 21]


def test_excellence_is_never_looser_than_conformity() -> None:
    held = effective(RIPENS, Situation({"gouda": False, "fresh": False, "raw": True}))
    assert (held.min, held.target_min) == (60, 60)


def test_unknown_variants_that_exclude_each_other_leave_the_general_limit() -> None:
    litres = Measure(
        "litres_per_kg",
        "L/kg",
        min=Decimal(5),
        max=Decimal(12),
        variants=(
            Variant(Condition(fact="pressed"), min=Decimal("8.5"), max=Decimal(12)),
            Variant(Condition(fact="soft"), min=Decimal(5), max=Decimal(7)),
        ),
    )
    held = effective(litres, Situation())
    assert (held.min, held.max) == (5, 12)
    known = effective(litres, Situation({"pressed": False, "soft": True}))
    assert (known.min, known.max) == (5, 7)


FACTS = st.fixed_dictionaries({name: st.sampled_from([True, False, None]) for name in ("gouda", "fresh", "raw")})


@given(FACTS)
def test_without_replacing_a_limit_is_never_looser_than_the_general_one(facts: dict[str, bool | None]) -> None:
    held = effective(RIPENS, Situation({**facts, "fresh": False})).min
    assert held is not None
    assert held >= 21

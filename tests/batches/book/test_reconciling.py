"""The sums of CERTIFICATION C3, worked by hand: one vector for each family, what is not known, losses and ranges."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seal.batches import gates
from seal.batches.book import balancing, reconciling, wording
from seal.batches.book.composition import Graph
from seal.batches.book.following import Used, inputs
from seal.batches.book.model import Dimension, EntryKind, Lot
from seal.batches.book.reconciling import Balance, Scope, Verdict
from seal.errors import Reason
from seal.protocols import loader
from seal.protocols.facts import Value
from seal.protocols.model import Protocol
from seal.protocols.quantities import Reconciliation
from seal.protocols.situation import Situation
from seal.web.i18n import translator

from .books import entry, lot


@cache
def shipped(protocol: str) -> Protocol:
    return loader.load(loader.shipped(), protocol, "0.1.0")


ES = translator("es", strict=True)
FACTS: Mapping[str, Mapping[str, Value]] = {
    "miel": {"hives": "10"},
    "mermelada": {"styles": ("traditional",)},
    "queso": {"species": "cow", "cheese_types": ("chanco", "fresh")},
    "ahumado": {"raw_materials": ("farmed_fish", "shellfish"), "smoking": ("cold", "hot"), "buys_fillet": False},
    "lana": {},
}
SUGAR = lot("Azúcar", "sugar", main=False)


def batch(
    protocol: str, made: int, *used: tuple[Lot, int], kind: str | None = None, brix: int | None = None
) -> Balance:
    """The sum of a batch of so many grams, under the library's protocol."""
    rules = shipped(protocol).rules
    here = balancing._of_kind(Situation(FACTS[protocol], frozenset({kind}) if kind else None))
    found = reconciling.of_batch(
        rules.capacity,
        rules.reconciliation,
        here,
        [Used(one, Fraction(amount)) for one, amount in used],
        Fraction(made),
        None if brix is None else Fraction(brix),
    )
    assert found is not None
    return found


def against(one: Balance, *, explained: bool = False) -> list[Reason]:
    return gates._sum(one, explained)


def test_the_jam_of_the_handbook() -> None:
    """1.0 kg at 15 °Brix and 0.8 kg of sugar, to 65 °Brix, is 1.45 kg."""
    fruit = lot("Calafate", "fruit", brix="15")
    found = batch("mermelada", 1449, (fruit, 1000), (SUGAR, 800), brix=65)
    assert found.high == Fraction(94_200, 65)
    assert (reconciling.words(found.high), found.cap) == ("1.45 kg", found.high * Fraction(105, 100))
    assert found.verdict is Verdict.USUAL
    assert batch("mermelada", 1450, (fruit, 1000), (SUGAR, 800), brix=65).verdict is Verdict.ASK
    assert batch("mermelada", 1522, (fruit, 1000), (SUGAR, 800), brix=65).verdict is Verdict.DECIDE


def test_the_sum_is_worked_out_in_words() -> None:
    fruit = lot("C-1", "fruit", brix="15")
    found = batch("mermelada", 42_000, (fruit, 30_000), (SUGAR, 24_000), brix=65)
    assert wording.steps(ES, found, "120 × 350 g") == (
        "Entraron 30 kg de fruta (C-1) a 15 °Brix y 24 kg de azúcar (Azúcar).",
        "A 65 °Brix dan 43,5 kg; el tope es 45,7 kg.",
        "Declaró 120 × 350 g = 42 kg: calza.",
    )


@pytest.mark.parametrize(("readings", "brix", "missing"), [
    ({}, 65, ["book.sum_no_brix"]),
    ({"brix": "maduro"}, None, ["book.sum_no_brix", "book.sum_no_final_brix"]),
    ({"brix": "15"}, None, ["book.sum_no_final_brix"]),
])  # fmt: skip
def test_what_is_not_known_gives_no_cap_and_is_named(
    readings: dict[str, str], brix: int | None, missing: list[str]
) -> None:
    found = batch("mermelada", 10**6, (lot("C", "fruit", **readings), 1000), brix=brix)
    assert [reason.code for reason in found.missing] == missing
    assert (found.cap, found.verdict) == (None, Verdict.UNKNOWN)
    assert "No hay tope" in wording.steps(ES, found)[1]


def test_honey_in_jam_counts_by_its_brix_and_pectin_not_at_all() -> None:
    """CERTIFICATION D 40: a helper with a °Brix brings solids; one without brings none."""
    fruit, honey = lot("C", "fruit", brix="15"), lot("M", "honey", main=False, brix="80")
    pectin = lot("P", "pectin", main=False)
    found = batch("mermelada", 1400, (fruit, 1000), (honey, 1000), (pectin, 10), brix=65)
    assert found.high == Fraction(95_000, 65)


def test_pressed_cheese_takes_eight_and_a_half_to_twelve_litres_and_loses_in_ripening() -> None:
    milk = lot("Leche", "milk", Dimension.VOLUME)
    found = batch("queso", 10_000, (milk, 102_000), kind="chanco")
    assert (found.high, found.cap) == (12_000, 12_000)
    assert found.low == 8500 * Fraction(80, 100), "15 % of loss and 5 % of tolerance are granted"
    assert [batch("queso", made, (milk, 102_000), kind="chanco").verdict for made in (6799, 6800, 12_000, 12_001)] == [
        Verdict.ASK, Verdict.USUAL, Verdict.USUAL, Verdict.DECIDE,
    ]  # fmt: skip
    fresh = batch("queso", 10_000, (milk, 102_000), kind="fresh")
    assert fresh.cap == Fraction(102_000, 5), "each batch is of one kind"


def test_weighed_milk_counts_in_litres_by_its_density() -> None:
    milk = lot("Leche", "milk", density="1,03")
    assert batch("queso", 1000, (milk, 10_300), kind="fresh").cap == 2000


def test_fish_is_reckoned_from_what_came_in_on() -> None:
    fish, fillet = lot("S", "gutted_fish"), lot("F", "fillet")
    cold = batch("ahumado", 5000, (fish, 10_000), kind="cold_smoked")
    assert cold.cap == 10_000 * Fraction(70 * 88, 100 * 100)
    assert cold.low == 10_000 * Fraction(58 * 75, 100 * 100) * Fraction(95, 100)
    assert batch("ahumado", 5000, (fillet, 10_000), kind="cold_smoked").cap == 8800
    either = batch("ahumado", 5000, (fish, 10_000))
    assert either.low == 10_000 * Fraction(58 * 60, 100 * 100) * Fraction(95, 100), "which of the two is not known"
    assert either.cap == cold.cap
    both = batch("ahumado", 900, (fillet, 1000), (lot("C", "live_mussel"), 1000))
    assert both.cap == 880 + 180


def test_wool_goes_through_three_steps_wherever_it_begins() -> None:
    assert batch("lana", 500, (lot("V", "greasy_wool"), 1000)).cap == 1000 * Fraction(72 * 95 * 98, 100**3)
    assert batch("lana", 500, (lot("H", "yarn"), 1000)).cap == 980


def test_a_material_that_no_step_takes_gives_no_cap() -> None:
    found = batch("lana", 500, (lot("A", "alpaca"), 1000))
    assert [reason.code for reason in found.missing] == ["book.sum_material"]


def test_honey_is_no_more_than_what_came_in() -> None:
    honey = lot("M")
    said = [batch("miel", made, (honey, 10_000)).verdict for made in (9199, 9200, 10_500, 10_501)]
    assert said == [Verdict.ASK, Verdict.USUAL, Verdict.USUAL, Verdict.DECIDE]


def test_hives_bear_a_season() -> None:
    capacity = shipped("miel").rules.capacity
    assert capacity is not None
    since, until = date(2025, 7, 1), date(2026, 6, 30)

    def season(made: int, facts: Mapping[str, object]) -> Balance:
        return reconciling.of_basis(capacity, facts, Scope.PERIOD, Fraction(made), since, until, 3)

    said = [season(made, {"hives": "10"}).verdict for made in (1000, 300_000, 300_001, 400_000, 400_001)]
    assert said == [Verdict.USUAL, Verdict.USUAL, Verdict.ASK, Verdict.ASK, Verdict.DECIDE]
    assert season(10**9, {}).verdict is Verdict.UNKNOWN
    assert wording.steps(ES, season(250_500, {"hives": "10"})) == (
        "Colmenas: 10.",
        "En ese tiempo dan hasta 300 kg; el tope es 400 kg.",
        "Del 1 jul 2025 al 30 jun 2026 van 3 lotes con 250,5 kg: calza.",
    )


def test_twelve_months_hold_what_was_let_stand_against_nobody_again() -> None:
    honey = lot("M")
    over, right = batch("miel", 20_000, (honey, 10_000)), batch("miel", 10_000, (honey, 10_000))
    days = date(2025, 2, 4), date(2026, 2, 3)
    open_ = reconciling.of_year([over, right], [False, False], *days)
    waived = reconciling.of_year([over, right], [True, False], *days)
    assert open_ is not None
    assert waived is not None
    assert (open_.verdict, waived.verdict) == (Verdict.DECIDE, Verdict.ASK)
    assert [(one.lot.id, one.amount) for one in waived.used] == [(honey.id, 20_000)]
    assert against(waived) == []
    assert [one.code for one in against(over, explained=True)] == ["batch.over_capacity"]


def test_what_asks_is_opened_by_an_explanation() -> None:
    less = batch("miel", 5000, (lot("M"), 10_000))
    (told,) = against(less)
    assert ES.reason(told) == "Este lote: se declararon 5 kg y lo usual es al menos 9,2 kg. Anote por qué."
    assert against(less, explained=True) == []


def test_what_went_in_is_followed_back_to_what_came_in() -> None:
    """Half of a lot brings half of what it was made of; a making's loss counts, a loss on its own does not."""
    fleece, clean, yarn, piece = lot("V", "greasy_wool"), lot("L", "clean_wool"), lot("H", "yarn"), lot("P", batch=True)
    graph = Graph(
        [fleece, clean, yarn, piece],
        [
            entry(EntryKind.HARVEST, (fleece, 10_000)),
            entry(EntryKind.MAKE, (fleece, -10_000), (clean, 6000)),
            entry(EntryKind.LOSE, (clean, -2000)),
            entry(EntryKind.MAKE, (clean, -3000), (yarn, 2700)),
            entry(EntryKind.MAKE, (yarn, -900), (piece, 4)),
        ],
    )
    assert inputs(graph, piece.id) == (Used(fleece, Fraction(10_000, 6)),)


def test_following_ends_at_goods_received_and_at_other_batches() -> None:
    theirs, mine, jars, out = lot("T"), lot("R"), lot("J", batch=True, grams="500"), lot("X")
    sold = entry(EntryKind.DISPATCH, (theirs, -10))
    graph = Graph(
        [theirs, mine, jars, out],
        [sold, entry(EntryKind.RECEIVE, (mine, 10), about=sold), entry(EntryKind.MAKE, (mine, -10), (jars, 1)),
         entry(EntryKind.MAKE, (jars, -1), (out, 9))],
    )  # fmt: skip
    assert inputs(graph, jars.id) == (Used(mine, Fraction(10)),)
    assert inputs(graph, out.id) == (Used(jars, Fraction(1)),)


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=5), st.integers(1, 10**6))
def test_splitting_and_blending_before_changes_no_sum(parts: list[int], lost: int) -> None:
    whole, lots, end = lot("W"), [lot(str(place)) for place in range(len(parts))], lot("B", batch=True)
    into = sum(parts) + lost
    straight = Graph(
        [whole, end], [entry(EntryKind.HARVEST, (whole, into)), entry(EntryKind.MAKE, (whole, -into), (end, 1))]
    )
    by_parts = Graph(
        [whole, *lots, end],
        [
            entry(EntryKind.HARVEST, (whole, into)),
            entry(EntryKind.SPLIT, (whole, -into), *zip(lots, parts, strict=True)),
            entry(EntryKind.MAKE, *((one, -part) for one, part in zip(lots, parts, strict=True)), (end, 1)),
        ],
    )
    assert inputs(straight, end.id) == inputs(by_parts, end.id) == (Used(whole, Fraction(into)),)


def test_tolerances_are_of_the_protocol() -> None:
    terms = Reconciliation(Decimal(0), Decimal(0))
    exact = reconciling.of_batch(None, terms, Situation(), [Used(lot(), Fraction(100))], Fraction(101))
    assert exact is not None
    assert exact.verdict is Verdict.DECIDE
    assert reconciling.of_batch(None, None, Situation(), [], Fraction(1)) is None

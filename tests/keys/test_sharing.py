"""Paper shares: any enough of them, fewer are nothing, and every slip of the hand is named."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shamir_mnemonic import combine_mnemonics
from shamir_mnemonic.wordlist import WORDLIST

from seal.associations.model import Association
from seal.errors import BadInput, Refused
from seal.keys import ceremony as making
from seal.keys import papers, sharing
from seal.keys import service as keys
from seal.keys.ceremony import CeremonyRecord
from seal.keys.model import KeyRole
from seal.keys.sharing import Sheet
from tests.conftest import on
from tests.keys.conftest import LIGHT, NOW, PASSPHRASE

SEED = bytes(range(32))
SHEETS = sharing.split(SEED, 2, 3)
NEW = "otra frase de paso"


def text(sheet: Sheet) -> str:
    return " ".join(sheet.words)


def code_of(*texts: str) -> BadInput:
    with pytest.raises(BadInput) as caught:
        sharing.join(texts)
    return caught.value


@settings(max_examples=15, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.integers(2, 5), st.integers(0, 3), st.randoms(use_true_random=False))
def test_any_enough_sheets_in_any_order_give_the_key(
    seed: bytes, needed: int, more: int, chance: random.Random
) -> None:
    sheets = list(sharing.split(seed, needed, needed + more))
    chance.shuffle(sheets)
    assert sharing.join([text(one) for one in sheets[:needed]]) == seed
    assert sharing.join([text(one) for one in sheets]) == seed, "more than enough is no fault"
    assert code_of(*[text(one) for one in sheets[: needed - 1]]).code == "shares.few"


def test_another_program_joins_them() -> None:
    assert combine_mnemonics([text(SHEETS[0]), text(SHEETS[2])]) == SEED


def test_one_sheet_fits_any_key() -> None:
    """Shamir's promise, seen: two makings of two keys, and of one sheet nobody can say which key it is of."""
    other = sharing.split(bytes(32), 2, 3)
    assert {len(one.words) for one in (*SHEETS, *other)} == {33}
    assert code_of(text(SHEETS[0])).params == {"given": 1, "needed": 2}


@pytest.mark.parametrize("counts", [(1, 1), (1, 3), (3, 2), (2, 17), (0, 0)])
def test_counts_that_share_nothing(counts: tuple[int, int]) -> None:
    with pytest.raises(BadInput) as caught:
        sharing.split(SEED, *counts)
    assert caught.value.code == "shares.counts"


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 32), st.sampled_from(WORDLIST))
def test_a_wrong_word_is_never_taken(place: int, word: str) -> None:
    words = list(SHEETS[0].words)
    if words[place] == word:
        return
    words[place] = word
    found = code_of(" ".join(words), text(SHEETS[1]))
    assert found.code == "shares.checksum"
    assert found.params == {"sheet": 1}


def test_slips_of_the_hand() -> None:
    good = text(SHEETS[1])
    words = list(SHEETS[0].words)
    swapped = [words[1], words[0], *words[2:]]
    assert code_of(" ".join(words[:-1]), good).code == "shares.length"
    assert code_of(" ".join(swapped), good).code == "shares.checksum"
    slip = code_of(" ".join([words[0] + "q", *words[1:]]), good)
    assert (slip.code, slip.params["near"], slip.params["number"]) == ("shares.word", words[0], 1)
    assert code_of(good, good).code == "shares.twice"
    assert code_of(good, text(sharing.split(SEED, 2, 3)[0])).code == "shares.mixed"
    assert code_of().code == "shares.few"


def test_capitals_commas_and_four_letters_are_enough() -> None:
    short = ", ".join(word[:4].upper() for word in SHEETS[0].words)
    assert sharing.join([short, text(SHEETS[2])]) == SEED


async def test_from_the_file_to_sheets_and_back(
    association: Association, record: CeremonyRecord, tmp_path: Path
) -> None:
    shared = await keys.share(association.id, KeyRole.NEXT, PASSPHRASE, NOW)
    record.next_path.unlink()
    sheets = [papers.sheet_text(shared, one, lang) for one, lang in zip(shared.sheets, ("es", "en", "es"), strict=True)]
    assert all(record.next_sha256 in one for one in sheets)
    assert all("de 3" in one or "of 3" in one for one in sheets)
    file = tmp_path / "back" / "next.key.json"
    with pytest.raises(BadInput) as caught:
        await keys.restore(association.id, sheets[:1], KeyRole.NEXT, file, NEW, NOW, cost=LIGHT)
    assert caught.value.code == "shares.few"
    assert not file.exists()
    await keys.restore(association.id, [sheets[2], sheets[0]], KeyRole.NEXT, file, NEW, NOW, cost=LIGHT)
    seed = await keys.read_next(association.id, file, NEW)
    after = await keys.rotate(association.id, seed, NEW, NOW, cost=LIGHT)
    assert after.fingerprint == record.next_sha256
    with pytest.raises(Refused) as again:
        await keys.restore(association.id, sheets[:2], KeyRole.NEXT, file, NEW, NOW, cost=LIGHT)
    assert again.value.code == "keys.not_the_committed_key", "it is the issuing key now"
    said = [one.act.value for one in await keys.book(association.id)]
    assert said == ["ceremony", "shares", "restore", "rotation"]
    assert not any(
        word in str(one.entries).split() for one in await keys.book(association.id) for word in SHEETS[0].words
    )


async def test_sheets_of_another_key_prove_nothing(
    association: Association, record: CeremonyRecord, tmp_path: Path
) -> None:
    strange = [text(one) for one in sharing.split(making.generate(), 2, 3)]
    with pytest.raises(Refused) as caught:
        await keys.restore(association.id, strange, KeyRole.NEXT, tmp_path / "k", NEW, NOW, cost=LIGHT)
    assert caught.value.code == "keys.not_the_committed_key"
    issuing = await keys.share(association.id, KeyRole.ISSUING, PASSPHRASE, NOW, needed=3, total=5)
    words = [text(one) for one in issuing.sheets[:3]]
    with pytest.raises(Refused):
        await keys.joined(association.id, words, KeyRole.NEXT)
    assert await keys.joined(association.id, words, KeyRole.ISSUING)


@on("sqlite")
async def test_papers_are_written_for_their_owner_only(
    association: Association, record: CeremonyRecord, tmp_path: Path
) -> None:
    shared = await keys.share(association.id, KeyRole.NEXT, PASSPHRASE, NOW)
    paths = await papers.write_sheets(association, shared, "es", tmp_path / "hojas")
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o600}
    assert [path.suffix for path in paths] == [".txt", ".pdf"] * 3
    assert sharing.join([path.read_text() for path in paths if path.suffix == ".txt"]) != b""
    with pytest.raises(Refused) as caught:
        await papers.write_sheets(association, shared, "es", tmp_path / "hojas")
    assert caught.value.code == "keys.file_exists"
    for lang in ("es", "en"):
        text_file, pdf = await papers.write_record(association, record.record, lang)
        assert record.fingerprint in text_file.read_text()
        assert pdf.read_bytes().startswith(b"%PDF")

"""What an ended key of ours signed: the log is asked. What it held by then verifies, anything else does not."""

from __future__ import annotations

import json
from typing import Any

from seal.certificates import service as certificates
from seal.ids import Code
from seal.keys import opening
from seal.keys import service as keys
from seal.transparency import service as log
from tests.certificates.certified import CHEAP
from tests.conftest import Database
from tests.foreign.test_api import NOW, Site, codes, site
from tests.verification.sealed import DAY, Sealed, batch, sealed
from tests.walks.test_stolen_key import Thief, steal


async def robbed(made: Sealed) -> tuple[Thief, Any]:
    """Trust ends where the log stands; the thief then seals another batch by the server's own verbs."""
    size = (await log.head(made.association.id)).size
    thief, phrase = await steal(made.certified)
    planted = await batch(made.certified, "L-robado", at=DAY, units=30)
    seed = await keys.read_next(
        made.association.id, opening.folder_of(made.association.slug, 1) / "next.key.json", phrase
    )
    await keys.compromise(made.association.id, seed, phrase, NOW, tree_size=size, reason="Robo.", cost=CHEAP)
    await certificates.publish_status(made.association.id, NOW)
    return thief, planted


async def embedded(here: Site) -> dict[str, Any]:
    assert here.made is not None
    assert here.made.batch.public_id is not None
    code = Code(here.made.batch.public_id).plain
    answer = await here.browser.get(f"/c/{code}?as=vc")
    return dict(json.loads(answer.text))


async def test_what_the_log_held_before_the_end_verifies_in_both_forms(database: Database) -> None:
    made = await sealed()
    await robbed(made)
    async with site(database, made) as here:
        for form in (await here.certificate(), await embedded(here)):
            answer = await here.verify(form)
            assert (answer.status_code, codes(answer)) == (200, [])
            assert answer.json()["keySource"] == "this_server"


async def test_what_it_did_not_hold_does_not(database: Database) -> None:
    made = await sealed()
    thief, planted = await robbed(made)
    assert planted.jws is not None
    async with site(database, made) as here:
        honest = await here.certificate()
        rewritten = thief.certificate(honest.encode(), validFrom="2026-02-01T00:00:00Z")
        unheard_of = thief.certificate(honest.encode(), id=f"{made.association.base}/c/7Q4K2MXP0")
        for forged in (rewritten, unheard_of, planted.jws.decode()):
            answer = await here.verify(forged)
            assert (answer.status_code, codes(answer)) == (400, ["key_ended"])


async def test_an_honest_neighbour_in_a_presentation_vouches_for_nothing(database: Database) -> None:
    made = await sealed()
    thief, _ = await robbed(made)
    async with site(database, made) as here:
        honest = await here.certificate()
        forged = thief.certificate(honest.encode(), validFrom="2026-02-01T00:00:00Z")
        both = {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiablePresentation"],
            "verifiableCredential": [
                {
                    "@context": "https://www.w3.org/ns/credentials/v2",
                    "type": "EnvelopedVerifiableCredential",
                    "id": f"data:application/vc+jwt,{one}",
                }
                for one in (honest, forged)
            ],
        }
        found = (await here.present(both)).json()
        assert [one["verified"] for one in found["credentialResults"]] == [True, False]

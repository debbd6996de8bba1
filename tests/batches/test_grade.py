"""A certification under a grade that carries no seal: everything else holds, and no batch is sealed."""

from __future__ import annotations

from pathlib import Path

import pytest

from seal.batches import service as batches
from seal.certificates import service as certificates
from seal.errors import Refused
from seal.web.i18n import translator
from tests.audits.bakery import bakery, draw, good_answers, more_evidence, started, visiting
from tests.audits.test_pages import Office, office
from tests.certificates.certified import ceremony
from tests.web.support import AT
from tests.world import acting, made_of

__all__ = ["office"]
POOR = {"OFI-B08": {"response": {"points": 0}}}
"""Only a recommendation fails: enough to pass, and not for a grade with a seal."""


async def test_a_grade_without_seal_stops_every_batch_and_says_so_by_name(office: Office, tmp_path: Path) -> None:
    home = await bakery(office, tmp_path)
    audit = await started(home)
    async with visiting(home, audit) as visit:
        await visit.done("/answers", {"answers": good_answers(home, but=POOR)})
        await draw(visit, [])
        await more_evidence(visit)
        await visit.done("/submit")
        concluded = await visit.done("/conclude")
        assert (concluded["passed"], concluded["grade"], concluded["seal"]) == (True, "en_camino", False)
    await ceremony(office.association, AT)
    decided = await certificates.decide(acting(office.crew.certifier, AT), audit.id)
    assert decided.certification is not None, "the rules are met: only the seal is withheld"
    owner = acting(home.member.owner, AT)
    batch = await batches.declare(
        owner,
        producer_id=home.member.producer.id,
        product_id=home.member.product.id,
        site_id=home.second.id,
        lot="P-1",
        units=10,
        produced_on=AT.date(),
        made_of=await made_of(home.member, 10, at=AT, on=AT.date()),
    )
    with pytest.raises(Refused) as refused:
        await batches.seal(owner, batch.id)
    (reason,) = refused.value.reasons
    assert reason.code == "batch.grade_without_seal"
    assert "«En camino»" in translator("es", strict=True).reason(reason)

"""Every printed document in one place: a view (frozen dataclass) and the function that writes it as HTML.

html = documents.certificate_html(documents.ProducerCertificate(…))
pdf = await service.pdf(html, at=at, lang="es", title="Certificado 7Q4K-2MXP-8")
"""

from seal.printing.audit_pack import Pack, PackBox, PackPage, PackPoint, pack_html
from seal.printing.audit_papers import (
    AnsweredChapter,
    AuditHead,
    AuditReport,
    Checklist,
    PaperAnswer,
    PaperChapter,
    PaperFact,
    PaperFinding,
    PaperPoint,
    audit_report_html,
    checklist_html,
)
from seal.printing.certificates import (
    TIGHTEST,
    BatchCertificate,
    Decision,
    ProducerCertificate,
    Proof,
    ProtocolLine,
    TestLine,
    batch_certificate_html,
    certificate_html,
)
from seal.printing.key_papers import KeyRecordPaper, SharePaper, key_record_html, key_share_html
from seal.printing.stationery import Branding

__all__ = [
    "TIGHTEST",
    "AnsweredChapter",
    "AuditHead",
    "AuditReport",
    "BatchCertificate",
    "Branding",
    "Checklist",
    "Decision",
    "KeyRecordPaper",
    "Pack",
    "PackBox",
    "PackPage",
    "PackPoint",
    "PaperAnswer",
    "PaperChapter",
    "PaperFact",
    "PaperFinding",
    "PaperPoint",
    "ProducerCertificate",
    "Proof",
    "ProtocolLine",
    "SharePaper",
    "TestLine",
    "audit_report_html",
    "batch_certificate_html",
    "certificate_html",
    "checklist_html",
    "key_record_html",
    "key_share_html",
    "pack_html",
]

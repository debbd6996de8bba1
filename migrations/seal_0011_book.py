"""The batch book: lots, entries and lines; organisations; GTIN and GLN"""

from seal.db.history import Migration, Rebuild, Script

ID = "0011_book"
VERSION = "1.38.0"
DESCRIPTION = "The batch book: lots, entries and lines; organisations; GTIN and GLN"


async def forwards() -> Migration:
    return Migration(
        __file__,
        ID,
        DESCRIPTION,
        steps=[
            Script("members.sql"),
            Rebuild(
                "site",
                "site.sql",
                keep=["id", "association_id", "producer_id", "name", "kind", "commune", "recorded_at"],
                fill={"gln": "NULL"},
                postgres=["ALTER TABLE site ADD COLUMN gln TEXT"],
            ),
            Rebuild(
                "product",
                "product.sql",
                keep=[
                    *("id", "association_id", "producer_id", "protocol_id", "names", "net_content", "grams"),
                    *("recorded_at", "kind"),
                ],
                fill={"gtin": "NULL"},
                postgres=["ALTER TABLE product ADD COLUMN gtin TEXT"],
            ),
            Script("book.sql"),
            Script("fill.sql"),
        ],
    )

"""Storage: the engines, the one door to transactions, the door for reads, migrations and leases."""

from seal.db.unit_of_work import in_unit_of_work, reading, unit_of_work

__all__ = ["in_unit_of_work", "reading", "unit_of_work"]

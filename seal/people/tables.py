"""Accounts, roles with who gave them, one-time links and sessions. No secret stands here, only SHA-256 of them."""

from __future__ import annotations

from piccolo.columns import UUID, Boolean, Bytea, Text, Timestamptz
from piccolo.table import Table

from seal.db.constraints import Check, Index, Reference, Unique


class PersonRow(Table, tablename="person"):
    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    name = Text(null=False, default=None)
    email = Text(null=False, default="")
    language = Text(null=False, default=None)
    active = Boolean(null=False, default=True)
    made_at = Timestamptz(null=False, default=None)

    same_association = Unique(["association_id", "id"])
    of_association = Reference(["association_id"], "association", ["id"])
    named = Check("length(name) > 0")


class RoleGrantRow(Table, tablename="role_grant"):
    """Kept for ever: who could do what on a date can always be told."""

    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    person_id = UUID(null=False, default=None)
    role = Text(null=False, default=None)
    granted_at = Timestamptz(null=False, default=None)
    granted_by = UUID(null=True, default=None)
    ended_at = Timestamptz(null=True, default=None)
    ended_by = UUID(null=True, default=None)

    of_person = Reference(["association_id", "person_id"], "person")
    known_role = Check("role IN ('manager', 'auditor', 'certifier', 'producer')")
    held_once = Index(["association_id", "person_id", "role"], unique=True, where="ended_at IS NULL")


class SignInLinkRow(Table, tablename="sign_in_link"):
    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    person_id = UUID(null=False, default=None)
    token_sha256 = Bytea(null=False, default=None)
    made_at = Timestamptz(null=False, default=None)
    made_by = UUID(null=True, default=None)
    ends_at = Timestamptz(null=False, default=None)
    used_at = Timestamptz(null=True, default=None)
    pressed = Bytea(null=True, default=None)
    session_id = UUID(null=True, default=None)

    one_token = Unique(["token_sha256"])
    of_person = Reference(["association_id", "person_id"], "person")


class SessionRow(Table, tablename="person_session"):
    id = UUID(primary_key=True, default=None)
    association_id = UUID(null=False, default=None)
    person_id = UUID(null=False, default=None)
    token_sha256 = Bytea(null=False, default=None)
    made_at = Timestamptz(null=False, default=None)
    seen_at = Timestamptz(null=False, default=None)
    ended_at = Timestamptz(null=True, default=None)
    browser = Text(null=False, default="")

    one_token = Unique(["token_sha256"])
    of_person = Reference(["association_id", "person_id"], "person")
    by_person = Index(["association_id", "person_id"])

"""One frozen ``Settings``, read once from the environment; nonsense refuses to start.

Every variable ``SEAL_X`` may instead be given as ``SEAL_X_FILE``, a path whose content is the value
(secrets should). Nothing is made by reading settings: no folder, no key, no database.

SEAL_DATA            folder of the database, keys and stored files (default ``./seal-data``)
SEAL_DATABASE_URL    ``sqlite:///path`` (default: ``seal.db`` in the data folder) or ``postgres://…``
SEAL_PUBLIC_ORIGIN   ``https://sello.example``; default ``http://localhost:<port>``; never a bare IP address
SEAL_HOST, SEAL_PORT where ``seal serve`` listens (default ``127.0.0.1`` and 8080)
SEAL_KEY_PASSPHRASE  opens the signing keys; absent: verification goes on and signing refuses
SEAL_PKCS11_MODULE   library of a token that holds the signing keys, with SEAL_PKCS11_TOKEN (its label) and
                     SEAL_PKCS11_PIN; needs ``pip install seal[hsm]``
SEAL_TRUSTED_PROXIES comma-separated addresses whose forwarded headers are believed (default none)
SEAL_MARKS           comma-separated folders for further copies of the high-water marks: a stick, a share (default none)
SEAL_MAX_UPLOAD_MB   largest evidence file in megabytes (default 12)
SEAL_VC_API_TEST_ISSUER  1 opens ``/credentials/issue`` for outside test suites, under a throw-away key (default off)
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError


class SettingsError(ValueError):
    """A setting is nonsense; the message names the variable and the remedy."""


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise ValueError("write it as https://host or http://localhost:8080, without a path")
    if parts.query or parts.fragment or parts.username:
        raise ValueError("write the scheme and the host only")
    try:
        ip_address(parts.hostname)
    except ValueError:
        pass
    else:
        raise ValueError("use a host name (localhost in development): passkeys refuse a bare IP address")
    if parts.scheme == "http" and parts.hostname != "localhost":
        raise ValueError("http is for localhost only; use https")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _database(value: str) -> str:
    if urlsplit(value).scheme not in ("sqlite", "postgres", "postgresql"):
        raise ValueError("write sqlite:///path/seal.db or postgres://user@host/database")
    return value


def _proxies(value: tuple[str, ...]) -> tuple[str, ...]:
    for network in value:
        ip_network(network, strict=False)
    return value


class Settings(BaseModel):
    """See the module's docstring for each variable, its unit and its default."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path
    database_url: Annotated[str, AfterValidator(_database)]
    public_origin: Annotated[str, AfterValidator(_origin)]
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=1, le=65535)
    key_passphrase: SecretStr | None = None
    pkcs11_module: Path | None = None
    pkcs11_token: str | None = None
    pkcs11_pin: SecretStr | None = None
    trusted_proxies: Annotated[tuple[str, ...], AfterValidator(_proxies)] = ()
    marks: tuple[Path, ...] = ()
    max_upload_mb: int = Field(default=12, ge=1, le=100)
    vc_api_test_issuer: bool = False

    @property
    def engine(self) -> str:
        """``sqlite`` or ``postgres``."""
        return "sqlite" if self.database_url.startswith("sqlite") else "postgres"

    @property
    def sqlite_path(self) -> Path:
        """The database file; ``ValueError`` on another engine."""
        if self.engine != "sqlite":
            raise ValueError("this database is not a SQLite file")
        return Path(self.database_url.removeprefix("sqlite:///"))

    @property
    def secure_cookies(self) -> bool:
        return self.public_origin.startswith("https")


_NAMES = tuple(Settings.model_fields)


def read(environ: Mapping[str, str]) -> Settings:
    """Settings from a mapping like ``os.environ``. Raises ``SettingsError`` naming each bad variable."""
    values: dict[str, object] = {}
    for name in _NAMES:
        variable = f"SEAL_{name.upper()}"
        if variable in environ and f"{variable}_FILE" in environ:
            raise SettingsError(f"{variable} and {variable}_FILE are both set; keep one")
        if variable in environ:
            values[name] = environ[variable]
        elif f"{variable}_FILE" in environ:
            path = Path(environ[f"{variable}_FILE"])
            try:
                values[name] = path.read_text("utf-8").rstrip("\n")
            except OSError as error:
                raise SettingsError(f"{variable}_FILE: cannot read {path}: {error.strerror}") from error
    if isinstance(values.get("trusted_proxies"), str):
        values["trusted_proxies"] = tuple(filter(None, str(values["trusted_proxies"]).replace(" ", "").split(",")))
    if isinstance(values.get("marks"), str):
        values["marks"] = tuple(Path(one.strip()).absolute() for one in str(values["marks"]).split(",") if one.strip())
    data = Path(str(values.setdefault("data", "seal-data"))).absolute()
    values["data"] = data
    values.setdefault("database_url", f"sqlite:///{data / 'seal.db'}")
    values.setdefault("public_origin", f"http://localhost:{values.get('port', 8080)}")
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        faults = [f"SEAL_{str(fault['loc'][0]).upper()}: {fault['msg']}" for fault in error.errors()]
        raise SettingsError("; ".join(faults)) from None


@cache
def settings() -> Settings:
    """The settings of this process, read once. ``settings.cache_clear()`` is for tests and the CLI's start."""
    return read(os.environ)

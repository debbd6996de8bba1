"""Headers that every answer carries (Litestar sets none)."""

from __future__ import annotations

from collections.abc import Iterable

_FIXED: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    # same-origin, not no-referrer: with no-referrer browsers send "Origin: null" with our own forms
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_HSTS = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


def content_security_policy(style_hashes: Iterable[str] = (), *, script: bool = False) -> str:
    """No script at all, or with ``script`` our own files; styles of ours, nothing from elsewhere, no frames."""
    scripts = "script-src 'self'; " if script else ""
    styles = " ".join(["'self'", *style_hashes])
    return (
        f"default-src 'none'; {scripts}style-src {styles}; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


_DEFAULT_CSP = content_security_policy().encode()


def secure(headers: list[tuple[bytes, bytes]], *, https: bool) -> None:
    """Add what is missing, in place. Pages that are not public and say nothing of caching are not cached."""
    present = {name.lower() for name, _ in headers}
    headers.extend(pair for pair in _FIXED if pair[0] not in present)
    if b"content-security-policy" not in present:
        headers.append((b"content-security-policy", _DEFAULT_CSP))
    if b"cache-control" not in present:
        headers.append((b"cache-control", b"no-store"))
    if https and _HSTS[0] not in present:
        headers.append(_HSTS)

"""Parts of files: what a Range header asks for, and what is sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar import Request, get
from litestar.response import Stream
from litestar.testing import AsyncTestClient

from seal.web import byte_ranges


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("", None),
        ("bytes=0-", (0, 99)),
        ("bytes=10-19", (10, 19)),
        ("bytes=90-500", (90, 99)),
        ("bytes=-10", (90, 99)),
        ("bytes=-500", (0, 99)),
        ("bytes=20-10", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("lines=1-2", None),
        ("bytes=１-2", None),
    ],
)
def test_what_a_header_asks_for(header: str, part: tuple[int, int] | None) -> None:
    assert byte_ranges.wanted(header, 100) == part


@pytest.mark.parametrize("header", ["bytes=100-", "bytes=100-200", "bytes=-0"])
def test_what_lies_beyond_the_end_cannot_be_sent(header: str) -> None:
    with pytest.raises(ValueError, match=r"bytes|end"):
        byte_ranges.wanted(header, 100)


@given(st.integers(1, 10_000), st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_part_never_leaves_the_file(size: int, first: int, last: int) -> None:
    try:
        part = byte_ranges.wanted(f"bytes={first}-{last}", size)
    except ValueError:
        assert first >= size
    else:
        assert part is None or 0 <= part[0] <= part[1] < size


async def test_a_download_that_broke_off_goes_on_where_it_stopped(tmp_path: Path) -> None:
    path, data = tmp_path / "file", bytes(range(256)) * 600
    path.write_bytes(data)

    @get("/file", sync_to_thread=False)
    def file(request: Request) -> Stream:  # type: ignore[type-arg]
        return byte_ranges.send(
            request.headers, path, size=len(data), etag='"abc"', media_type="application/pdf", headers={"X-More": "1"}
        )  # type: ignore[return-value]

    async with AsyncTestClient(_app(file)) as client:
        whole = await client.get("/file")
        assert (whole.status_code, whole.content, whole.headers["accept-ranges"]) == (200, data, "bytes")
        assert whole.headers["x-more"] == "1"
        rest = await client.get("/file", headers={"Range": "bytes=70000-", "If-Range": '"abc"'})
        assert (rest.status_code, rest.content) == (206, data[70_000:])
        assert rest.headers["content-range"] == f"bytes 70000-{len(data) - 1}/{len(data)}"
        assert rest.headers["content-length"] == str(len(data) - 70_000)
        other = await client.get("/file", headers={"Range": "bytes=70000-", "If-Range": '"old"'})
        assert (other.status_code, other.content) == (200, data)
        beyond = await client.get("/file", headers={"Range": "bytes=999999-"})
        assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(data)}")
        assert (await client.get("/file", headers={"If-None-Match": '"abc"'})).status_code == 304


def _app(*handlers: object):  # type: ignore[no-untyped-def]
    from litestar import Litestar

    return Litestar([*handlers], openapi_config=None)  # type: ignore[list-item]

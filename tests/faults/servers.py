"""Real server processes to be killed, and a client that does not give up."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import ssl
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import uuid4

import httpx

ROOT = Path(__file__).parents[2]
START_SECONDS = 60.0
_TLS = ssl.create_default_context()
"""Never used; made once, since a client would make one each time, which takes longer than the request."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Launcher:
    """The process that forks servers (see ``tests.faults.launcher``)."""

    def __init__(self) -> None:
        self.process: asyncio.subprocess.Process | None = None
        self.turn = asyncio.Lock()

    async def __aenter__(self) -> Launcher:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.faults.launcher", cwd=ROOT, stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.close()
        await self.process.wait()

    async def start(self, arguments: list[str], log: Path, environment: dict[str, str]) -> int:
        """Start the program; its process id."""
        wish = {"start": {"arguments": arguments, "environment": environment, "log": str(log)}}
        return int((await self.ask(wish))["pid"])

    async def ended(self, pid: int) -> int:
        """Wait until a child has ended; its exit status, negative for a signal."""
        return int((await self.ask({"wait": pid}))["status"])

    async def ask(self, wish: dict[str, Any]) -> dict[str, Any]:
        assert self.process is not None
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        async with self.turn:
            self.process.stdin.write(json.dumps(wish).encode() + b"\n")
            await self.process.stdin.drain()
            line = await self.process.stdout.readline()
        said: dict[str, Any] = json.loads(line)
        return said


@dataclass
class Server:
    """One running server; ``launcher`` None starts the program itself, from nothing, as a person would."""

    folder: Path
    launcher: Launcher | None = None
    port: int = field(default_factory=free_port)
    pid: int | None = None
    process: asyncio.subprocess.Process | None = None

    async def start(self, failpoint: str | None = None, *, wait: bool = True) -> None:
        """Start on the same port as ever, with the SEAL_ variables of this process."""
        environment = {**os.environ, "SEAL_LOG": "error"}
        if failpoint:
            environment["SEAL_FAILPOINT"] = failpoint
        arguments = ["serve", "--port", str(self.port), "--data", str(self.folder)]
        log = self.folder / "server.log"
        if self.launcher is not None:
            self.pid = await self.launcher.start(arguments, log, environment)
        else:
            with log.open("ab") as out:
                self.process = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "seal", *arguments, cwd=ROOT, env=environment, stdout=out, stderr=out
                )
            self.pid = self.process.pid
        if wait:
            await self.healthy()

    async def healthy(self) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + START_SECONDS
        async with self.client() as client:
            while True:
                with suppress(httpx.TransportError):
                    if (await client.get("/api/health")).status_code == 200:
                        return
                if time.monotonic() > deadline:
                    raise AssertionError(f"the server does not answer:\n{self.log()}")
                await asyncio.sleep(0.02)

    def log(self) -> str:
        path = self.folder / "server.log"
        return path.read_text("utf-8", "replace")[-4000:] if path.exists() else ""

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{self.port}",
            headers={"Host": f"localhost:{self.port}"},
            timeout=60,
            verify=_TLS,
            trust_env=False,
        )

    async def ended(self) -> int:
        """Wait until it has ended; its exit status, negative for a signal."""
        assert self.pid is not None
        pid, self.pid = self.pid, None
        if self.process is not None:
            return await self.process.wait()
        assert self.launcher is not None
        return await self.launcher.ended(pid)

    async def kill(self) -> int:
        """SIGKILL, this process only."""
        assert self.pid is not None
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        return await self.ended()


@asynccontextmanager
async def serving(folder: Path, launcher: Launcher | None, failpoint: str | None = None) -> AsyncIterator[Server]:
    server = Server(folder, launcher)
    await server.start(failpoint)
    try:
        yield server
    finally:
        if server.pid is not None:
            await server.kill()


@dataclass
class Program:
    """A signed-in program at the JSON API of a server that may die at any time."""

    server: Server
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def post(self, path: str, body: dict[str, Any], key: str) -> httpx.Response:
        """Ask once. Raises ``httpx.TransportError`` when the server dies meanwhile."""
        async with self.server.client() as client:
            return await client.post(f"/api/v1{path}", json=body, headers={**self.headers, "Idempotency-Key": key})

    async def get(self, path: str) -> httpx.Response:
        async with self.server.client() as client:
            return await client.get(f"/api/v1{path}", headers=self.headers)

    async def insist(self, path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
        """Ask with the same key until there is an answer, as a program on a bad line does."""
        deadline = time.monotonic() + 120
        while True:
            with suppress(httpx.TransportError):
                answer = await self.post(path, body, key)
                if answer.status_code in (200, 201):
                    said: dict[str, Any] = answer.json()
                    return said
                assert answer.status_code == 503, f"{path}: {answer.status_code} {answer.text}"
            assert time.monotonic() < deadline, f"no answer to {path}:\n{self.server.log()}"
            await asyncio.sleep(0.02)


async def sign_in(server: Server, link: str) -> Program:
    """Use a one-time link."""
    async with server.client() as client:
        answer = await client.post("/api/v1/sessions", json={"link": link}, headers={"Idempotency-Key": str(uuid4())})
    assert answer.status_code == 201, answer.text
    return Program(server, answer.json()["token"])

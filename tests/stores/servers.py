"""Real servers for the tests: started on this machine for one session, stopped at its end."""

import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

_PATIENCE = 60.0  # seconds until a server must be there


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def oxigraph_server(
    *options: str, port: int | None = None, kill: bool = False, command: str = "serve"
) -> Iterator[str]:
    """Give the address of an Oxigraph that keeps its content in memory, or where `options` say."""
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which("oxigraph")
    if program is None:
        pytest.skip("no SPARQL server: pip install oxigraph")
    address = f"127.0.0.1:{port or free_port()}"
    with running([program, command, "--bind", address, *options], kill=kill):
        _wait_for(f"http://{address}/query?query=ASK%7B%7D")
        yield f"sparql+http://{address}"


@contextmanager
def neo4j_server(password: str = "") -> Iterator[str]:
    """Give the address of a Neo4j with an empty database; skips the test where there is none to start."""
    program = Path(__file__).parents[3] / "shared" / "neo4j" / "serve"
    if not program.exists() or shutil.which("java") is None:
        pytest.skip(f"no Neo4j: set NEO4J_URI to a server's address, or provide {program} and Java 17")
    port = free_port()
    with (
        tempfile.TemporaryDirectory(prefix="kgfm-neo4j-") as folder,
        # Killed: nothing of it is kept, and an orderly end takes ten seconds.
        running([str(program), folder, str(port), *([password] if password else [])], kill=True) as said,
    ):
        until = time.monotonic() + _PATIENCE
        while "ready" not in said.read_text(errors="replace"):
            if time.monotonic() > until:
                raise TimeoutError(said.read_text(errors="replace"))
            time.sleep(0.1)
        yield f"bolt://127.0.0.1:{port}"


def _wait_for(url: str) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        with contextlib.suppress(httpx.TransportError):
            httpx.get(url)
            return
        time.sleep(0.02)
    raise TimeoutError(url)


@contextmanager
def running(command: list[str], *, kill: bool = False) -> Iterator[Path]:
    """Run a program until the context ends, then stop or kill it; give the file that it prints to."""
    with tempfile.TemporaryDirectory(prefix="kgfm-server-") as folder:
        said = Path(folder) / "output.txt"
        with said.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as server:
            try:
                yield said
            finally:
                server.kill() if kill else server.terminate()
                try:
                    server.wait(20)
                except subprocess.TimeoutExpired:
                    server.kill()

"""Small proxies that stand before a server and do what networks and gatekeepers do."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx


@dataclass
class Proxy:
    """Passes requests on, but for what its fields say; they may be changed while it runs."""

    behind: str  # address of the server
    wanted: str = ""  # the Authorization header that is let in; "" lets all in
    forbidden: str = ""  # a path to which every account is refused
    busy: int = 0  # how many requests are sent away before one is let through
    retry_after: str = ""
    lost: int = 0  # how many updates are carried out without their answers coming back
    broken: int = 0  # how many answers to queries break off in the middle
    pause: float = 0.0  # seconds before each answer
    authorizations: set[str] = field(default_factory=set)  # all headers that came
    address: str = ""
    quitting: threading.Event = field(default_factory=threading.Event)


@contextmanager
def proxy_before(server: str) -> Iterator[Proxy]:
    """Give a proxy before the server at this address, a knowledge base's name."""
    proxy = Proxy(server.removeprefix("sparql+"))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            _handle(proxy, self)

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *args: object) -> None:
            pass  # clients that have gone are what some tests are about

    with Server(("127.0.0.1", 0), Handler) as listening:
        proxy.address = f"sparql+http://127.0.0.1:{listening.server_address[1]}"
        thread = threading.Thread(target=listening.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield proxy
        finally:
            proxy.quitting.set()
            listening.shutdown()
            thread.join()


def _handle(proxy: Proxy, request: BaseHTTPRequestHandler) -> None:
    body = request.rfile.read(int(request.headers["Content-Length"]))
    authorization = request.headers.get("Authorization", "")
    proxy.authorizations.add(authorization)
    updates = request.path == "/update"
    if proxy.busy:
        proxy.busy -= 1
        _answer(request, 503, {"Retry-After": proxy.retry_after} if proxy.retry_after else {})
    elif proxy.wanted and authorization != proxy.wanted:
        _answer(request, 401)
    elif request.path == proxy.forbidden:
        _answer(request, 403)
    else:
        proxy.quitting.wait(proxy.pause)
        names = ("Content-Type", "Accept")
        headers = {name: request.headers[name] for name in names if name in request.headers}
        given = httpx.post(proxy.behind + request.path, content=body, headers=headers)
        if updates and proxy.lost:
            proxy.lost -= 1
            request.close_connection = True
            return
        kind = {"Content-Type": given.headers.get("Content-Type", "")}
        if not updates and proxy.broken:
            proxy.broken -= 1
            kind["Content-Length"] = str(len(given.content))
            _answer(request, given.status_code, kind, given.content[:-9])
            return
        _answer(request, given.status_code, kind, given.content)


def _answer(
    request: BaseHTTPRequestHandler, status: int, headers: dict[str, str] | None = None, body: bytes = b""
) -> None:
    request.send_response(status)
    for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(body)


class Wire:
    """Passes bytes to and from a server; `cut_after` cuts a connection once so many bytes have gone up."""

    def __init__(self, host: str, port: int) -> None:
        self.cut_after = -1
        self.cuts = 0
        self._behind = (host, port)
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                here, _ = self._listening.accept()
                there = socket.create_connection(self._behind)
                self._pairs.append((here, there))
                for source, sink in ((here, there), (there, here)):
                    counted = sink is there
                    thread = threading.Thread(target=self._pass, args=(source, sink, counted), daemon=True)
                    self._threads.append(thread)
                    thread.start()

    def _pass(self, source: socket.socket, sink: socket.socket, counted: bool) -> None:
        with contextlib.suppress(OSError):
            while chunk := source.recv(65536):
                if counted and self.cut_after >= 0:
                    self.cut_after -= len(chunk)
                    if self.cut_after < 0:
                        self.cuts += 1
                        break
                sink.sendall(chunk)
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Cut everything for good."""
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for pair in self._pairs:
            for one in pair:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        for pair in self._pairs:
            for one in pair:
                one.close()

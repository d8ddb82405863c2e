"""Nothing is fetched unless the user allows it: a plain line says so; allowed, it is fetched."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.cli.conftest import Run

_PAGES = {
    "/context": ("application/ld+json", '{"@context": ["%s/more"]}'),
    "/more": ("application/ld+json", '{"@context": {"name": "urn:p:name"}}'),
    "/onto": ("text/turtle", "<%s/onto> <http://www.w3.org/2002/07/owl#imports> <%s/base> ."),
    "/base": ("application/n-triples", "<urn:base:a> <urn:p> <urn:base:b> ."),
    "/page": ("text/html", "<html></html>"),
    "/query": ("application/sparql-results+json", '{"head": {"vars": ["x"]}, "results": {"bindings": [{}]}}'),
}


class Site:
    def __init__(self) -> None:
        self.asked: list[str] = []
        self.address = ""


@pytest.fixture
def site() -> Iterator[Site]:
    """A web site on this machine that remembers what it was asked for."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            site.asked.append(path)
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            kind, body = _PAGES.get(path, ("", ""))
            content = body.replace("%s", site.address).encode()
            self.send_response(200 if body else 404)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_GET  # noqa: N815 - as the library wants it

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        site.address = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield site
        server.shutdown()
        thread.join()


def test_contexts_are_fetched_only_where_that_is_allowed(site: Site, tmp_path: Path, run: Run) -> None:
    file, kb = tmp_path / "facts.jsonld", tmp_path / "kb"
    file.write_text(json.dumps({"@context": f"{site.address}/context", "@id": "urn:a", "name": "Ada"}))
    refused = run("import", file, "--kb", kb)
    (line,) = refused.error_lines
    assert (refused.status, site.asked) == (1, [])
    assert "would be fetched from the network" in line
    assert "--allow-network" in line
    allowed = run("import", file, "--kb", kb, "--allow-network")
    assert (allowed.status, site.asked) == (0, ["/context", "/more"])
    assert "Ada" in run("query", "SELECT ?o { <urn:a> <urn:p:name> ?o }", "--kb", kb).out


def test_ontologies_are_fetched_only_where_that_is_allowed(
    site: Site, tmp_path: Path, run: Run, caplog: pytest.LogCaptureFixture
) -> None:
    file, kb = tmp_path / "facts.ttl", tmp_path / "kb"
    file.write_text(f"<urn:mine> <http://www.w3.org/2002/07/owl#imports> <{site.address}/onto> .")
    assert run("import", file, "--kb", kb).status == 0
    assert site.asked == []
    (said,) = caplog.messages
    assert f"imports <{site.address}/onto>, which was not fetched" in said
    assert "--allow-network" in said
    assert run("import", file, "--kb", tmp_path / "other", "--allow-network").status == 0
    assert site.asked == ["/onto", "/base"]
    found = run("query", "SELECT ?g { GRAPH ?g { <urn:base:a> ?p ?o } }", "--kb", tmp_path / "other")
    assert f"{site.address}/base" in found.out


@pytest.mark.parametrize(("page", "said"), [("nowhere", "could not be fetched"), ("page", "is no graph")])
def test_what_cannot_be_fetched_is_said_in_one_line(
    site: Site, tmp_path: Path, run: Run, page: str, said: str
) -> None:
    file = tmp_path / "facts.ttl"
    file.write_text(f"<urn:mine> <http://www.w3.org/2002/07/owl#imports> <{site.address}/{page}> .")
    outcome = run("import", file, "--kb", tmp_path / "kb", "--allow-network")
    assert outcome.status == 1
    (line,) = outcome.error_lines
    assert said in line


@pytest.mark.parametrize(
    ("query", "options", "asked"),
    [
        ("SELECT * { SERVICE <%s/query> { ?x ?y ?z } }", (), "/query"),
        ("LOAD <%s/base> INTO GRAPH <urn:g>", ("--write",), "/base"),
        ("INSERT { ?x ?y ?z } WHERE { service <%s/query> { ?x ?y ?z } }", ("--write",), "/query"),
    ],
)
def test_queries_and_updates_reach_out_only_where_that_is_allowed(
    site: Site, tmp_path: Path, run: Run, query: str, options: tuple[str, ...], asked: str
) -> None:
    kb, facts = tmp_path / "kb", tmp_path / "facts.nt"
    facts.write_text("<urn:a> <urn:p> <urn:b> .")
    assert run("import", facts, "--kb", kb).status == 0
    text = query % site.address
    refused = run("query", text, *options, "--kb", kb)
    (line,) = refused.error_lines
    assert (refused.status, site.asked) == (1, [])
    assert "would fetch from the network" in line
    assert "--allow-network" in line
    assert run("query", text, *options, "--kb", kb, "--allow-network").status == 0
    assert site.asked == [asked]

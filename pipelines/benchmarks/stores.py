"""How fast the stores are: embedded Oxigraph beside its own bulk load, and a real Neo4j.

    python pipelines/benchmarks/stores.py oxigraph [--triples 500000] [--repeats 3]
    python pipelines/benchmarks/stores.py oxigraph --millions 5 --repeats 1
    NEO4J_URI=bolt://127.0.0.1:7687 python pipelines/benchmarks/stores.py neo4j [--triples 500000]
    NEO4J_URI=bolt://127.0.0.1:7687 python pipelines/benchmarks/stores.py round-trip

The graph is generated: labels, classes, numbers and relations of entities; its provenance is the named graph
of the file that it comes from. Oxigraph's own bulk load gets the very quads that the import leaves
behind (each triple in its file's graph and in the default graph, and the index of labels) as one file.
Imports and bulk loads take turns, each in a process of its own whose peak memory is read at its end;
seconds are of the clock and of the processor, since other work may go on beside them.
"""

import argparse
import gzip
import hashlib
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pyoxigraph as ox
from neo4j import GraphDatabase
from record import record

import kgfm
from kgfm.data.published import data_folder
from kgfm.engine import Engine
from kgfm.kg import IRI, Literal, Triple
from kgfm.kg.formats import read_triples, write_quads
from kgfm.kg.namespaces import LABEL, TYPE, XSD
from kgfm.stores.base import TripleStore
from kgfm.stores.neo4j_connection import credentials
from kgfm.stores.opening import opened

SITE = "http://example.org/"
GRAPH = IRI(f"{SITE}file")
MOST_THAT_TRAVEL = 1_000_000  # triples: beyond, export, import and canonical hashes would take an hour
WD, WDT = "http://www.wikidata.org/entity/", "http://www.wikidata.org/prop/direct/"


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("store", choices=[*MEASURES, "child"])
    parser.add_argument("--triples", type=int, default=500_000)
    parser.add_argument("--millions", type=float, default=0)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--work", nargs=3, help="what a process of its own does, from where to where")
    options = parser.parse_args()
    if options.store == "child":
        print(json.dumps(WORK[options.work[0]](*map(Path, options.work[1:]))))
        return
    count = 0 if options.store == "round-trip" else int(options.millions * 1e6) or options.triples
    with tempfile.TemporaryDirectory(prefix="kgfm-stores-") as folder:
        file = Path(folder) / "graph.nt"
        write_quads(file, ((one, None) for one in graph(count, options.seed)))
        figures = MEASURES[options.store](Path(folder), file, options.repeats)
    record("stores", {"store": options.store, "triples": count, **figures}, seed=options.seed)


def graph(count: int, seed: int) -> Iterator[Triple]:
    """Yield five triples an entity: class, label, number, and two relations to others."""
    chance = random.Random(seed)
    entities = count // 5
    for number in range(entities):
        subject = IRI(f"{SITE}entity/{number}")
        yield Triple(subject, TYPE, IRI(f"{SITE}class/{number % 50}"))
        yield Triple(subject, LABEL, Literal(f"Entity number {number}"))
        value = Literal(str(chance.randrange(10**6)), XSD + "integer")
        yield Triple(subject, IRI(f"{SITE}value/{chance.randrange(20)}"), value)
        others = chance.sample(range(entities), 2)
        relations = (IRI(f"{SITE}relation/{chance.randrange(100)}") for _ in others)
        for relation, other in zip(relations, others, strict=True):
            yield Triple(subject, relation, IRI(f"{SITE}entity/{other}"))


def oxigraph(folder: Path, file: Path, repeats: int) -> dict[str, object]:
    """Compare imports with bulk loads; then look into what was imported, and export and import it."""
    kb, quads = folder / "kb", folder / "quads.nq"
    imports, loads = [], []
    for number in range(repeats):
        imports.append(apart("import", file, folder / f"kb{number}"))
        if not number:
            (folder / "kb0").rename(kb)
            store = ox.Store.read_only(str(kb / "store"))
            store.dump(str(quads), format=ox.RdfFormat.N_QUADS)
            del store
        loads.append(apart("bulk load", quads, folder / f"own{number}"))
    pairs = list(zip(imports, loads, strict=True))
    figures: dict[str, object] = {
        "share_of_bulk_load_speed": {
            clock: round(statistics.median(b[clock] / a[clock] for a, b in pairs), 3)
            for clock in ("seconds", "processor_seconds")
        },
        "import": imports,
        "bulk_load": loads,
        "triples_a_second": round(1 / statistics.median(one["seconds"] for one in imports) * lines(file)),
    }
    figures |= looked_into(kb, lines(file) // 5)
    return figures if lines(file) > MOST_THAT_TRAVEL else figures | travelled(kb, folder)


def apart(work: str, source: Path, target: Path) -> dict[str, float]:
    """Work in a process of its own; return its seconds and peak memory."""
    command = [sys.executable, __file__, "child", "--work", work, str(source), str(target)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def timed_import(source: Path, target: Path) -> dict[str, float]:
    with Timed() as timed, Engine.open(target) as engine:
        engine.import_file(source)
    return timed.figures


def timed_bulk_load(source: Path, target: Path) -> dict[str, float]:
    with Timed() as timed:
        store = ox.Store(str(target))
        store.bulk_load(path=str(source))
        store.flush()
        del store
    return timed.figures


WORK = {"import": timed_import, "bulk load": timed_bulk_load}


class Timed:
    """Measures what is done within: seconds by the clock and of the processor, peak memory so far."""

    def __enter__(self) -> "Timed":
        self.started = time.perf_counter(), time.process_time()
        self.figures: dict[str, float] = {}
        return self

    def __exit__(self, *_: object) -> None:
        clock, processor = time.perf_counter(), time.process_time()
        self.figures["seconds"] = round(clock - self.started[0], 3)
        self.figures["processor_seconds"] = round(processor - self.started[1], 3)
        self.figures["peak_memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def looked_into(kb: Path, entities: int) -> dict[str, float]:
    """Time opening, and point matches through our API, the median of 2,000."""
    openings = []
    for _ in range(5):
        started = time.perf_counter()
        Engine.open(kb)._reader().close()
        openings.append(time.perf_counter() - started)
    with Engine.open(kb) as engine:
        store, matches = engine._reader(), []
        for number in range(2_000):
            subject = IRI(f"{SITE}entity/{number * 37 % entities}")
            started = time.perf_counter()
            found = list(store.match(subject, LABEL))
            matches.append(time.perf_counter() - started)
            assert len(found) == 1
    return {
        "opening_seconds": round(statistics.median(openings), 4),
        "point_match_p50_ms": round(statistics.median(matches) * 1e3, 4),
    }


def travelled(kb: Path, folder: Path) -> dict[str, object]:
    """Export everything, import it into a new knowledge base, and compare the canonical hashes of both."""
    path = folder / "all.nq"
    with Engine.open(kb) as engine:
        engine.export(path)
        before = canonical_hash(engine._reader())
    with Engine.open(folder / "copy") as engine:
        engine.import_file(path)
        after = canonical_hash(engine._reader())
    return {"export_and_import_isomorphic": before == after, "canonical_hash": before}


def canonical_hash(store: TripleStore) -> str:
    """Return a hash of all quads that is the same for isomorphic data sets.

    Where no blank nodes are, as in every store of kgfm, RDFC-1.0 is the sorted N-Quads.
    """
    lines = sorted(f"{triple} {graph or ''}" for triple, graph in store.quads())
    assert not any(line.startswith("_:") or " _:" in line.partition('"')[0] for line in lines)
    return hashlib.sha256("\n".join(lines).encode(errors="surrogatepass")).hexdigest()


def neo4j(_folder: Path, file: Path, repeats: int) -> dict[str, object]:
    """Write, write again and read at NEO4J_URI, beside the plain driver."""
    address = os.environ["NEO4J_URI"]
    name = f"bench-{os.getpid()}"
    rounds = [
        {"kgfm": by_store(f"{address}/{name}-{number}", file), "driver": by_driver(address, file)}
        for number in range(repeats)
    ]
    figures: dict[str, object] = {
        what: {
            "statements_a_second": round(statistics.median(one["kgfm"][what] for one in rounds)),
            "share_of_the_plain_driver": round(
                statistics.median(one["kgfm"][what] / one["driver"][what] for one in rounds), 3
            ),
        }
        for what in ("write", "write_again", "read")
    }
    return figures | {"rounds": rounds, "nothing_doubled": all(one["kgfm"]["whole"] for one in rounds)}


def round_trips(folder: Path, _file: Path, _repeats: int) -> dict[str, object]:
    """Take the demo's knowledge base and CoDEx-M with its types to NEO4J_URI and back."""
    with Engine.open(folder / "demo") as engine:
        engine.build([Path(kgfm.__file__).parent / "demo" / "corpus"])
    codex = folder / "codex.nt"
    write_quads(codex, ((one, None) for one in codex_triples()))
    with Engine.open(folder / "codex") as engine:
        engine.import_file(codex)
    address = f"{os.environ['NEO4J_URI']}/bench-{os.getpid()}"
    return {one: there_and_back(folder / one, f"{address}-{one}") for one in ("demo", "codex")}


def by_store(address: str, file: Path) -> dict[str, float]:
    with opened(address, write=True) as store:
        store.counters()
        figures, count = {}, lines(file)
        for what in ("write", "write_again"):
            started = time.perf_counter()
            store.import_triples(GRAPH, read_triples(file))
            figures[what] = round(count / (time.perf_counter() - started))
        started = time.perf_counter()
        found = sum(1 for _ in store.match())
        figures["read"] = round(found / (time.perf_counter() - started))
        return figures | {"whole": found == count == store.recount().triples}


PLAIN = """
UNWIND $rows AS row MERGE (s:Plain {key: row[0]}) MERGE (o:Plain {key: row[2]})
MERGE (s)-[r:SAYS {predicate: row[1]}]->(o)"""

# Relationships by themselves: nodes have thousands, too many for one transaction of a small server.
FORGET = (
    "MATCH (:Plain)-[r]->() CALL (r) { DELETE r } IN TRANSACTIONS OF 5000 ROWS",
    "MATCH (n:Plain) CALL (n) { DELETE n } IN TRANSACTIONS OF 5000 ROWS",
)


def by_driver(address: str, file: Path) -> dict[str, float]:
    """Do the same with a MERGE of both ends and of the relationship, 5,000 at a time."""
    with GraphDatabase.driver(address, auth=credentials()) as driver, driver.session() as session:
        session.run("CREATE CONSTRAINT plain IF NOT EXISTS FOR (n:Plain) REQUIRE n.key IS UNIQUE").consume()
        figures, count = {}, lines(file)
        for what in ("write", "write_again"):
            started = time.perf_counter()
            triples = iter(read_triples(file))
            while rows := [[str(s), str(p), str(o)] for s, p, o in map(astuple_, islice(triples, 5_000))]:
                session.execute_write(lambda run, rows=rows: run.run(PLAIN, rows=rows).consume())
            figures[what] = round(count / (time.perf_counter() - started))
        started = time.perf_counter()
        query = "MATCH (s:Plain)-[r]->(o:Plain) RETURN s.key, r.predicate, o.key"
        found = sum(1 for _ in session.run(query))
        figures["read"] = round(found / (time.perf_counter() - started))
        for cypher in FORGET:
            session.run(cypher).consume()
        return figures


def astuple_(triple: Triple) -> tuple[object, object, object]:
    return triple.subject, triple.predicate, triple.object


def codex_triples() -> Iterator[Triple]:
    """Yield CoDEx-M whole, with the types of its entities and the names of types and relations."""
    folder = data_folder() / "CoDEx"
    named: set[str] = set()
    for part in ("train.txt.gz", "valid.txt", "test.txt"):
        path = folder / "codex-m" / part
        text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        for line in text.decode().splitlines():
            head, relation, tail = line.split("\t")
            named |= {head, tail}
            yield Triple(IRI(WD + head), IRI(WDT + relation), IRI(WD + tail))
    types = json.loads(gzip.decompress((folder / "entity2types.json.gz").read_bytes()))
    labels = json.loads(gzip.decompress((folder / "types.en.json.gz").read_bytes()))
    kinds = {(one, kind) for one in named for kind in types.get(one, ())}
    yield from (Triple(IRI(WD + one), TYPE, IRI(WD + kind)) for one, kind in sorted(kinds))
    for kind in sorted({kind for _, kind in kinds} & labels.keys()):
        yield Triple(IRI(WD + kind), LABEL, Literal(labels[kind]["label"], language="en"))


def there_and_back(kb: Path, address: str) -> dict[str, object]:
    """Take a knowledge base to Neo4j and back, as files; compare the canonical hashes of first and last."""
    out, back = kb.with_suffix(".out.nq"), kb.with_suffix(".back.nq")
    with opened(kb) as store:
        first = canonical_hash(store)
        write_quads(out, store.quads())
    started = time.perf_counter()
    with opened(address, write=True) as store:
        store.import_file(GRAPH, out)
        there = time.perf_counter()
        write_quads(back, store.quads())
    seconds = {"there": round(there - started, 1), "back": round(time.perf_counter() - there, 1)}
    with opened(kb.with_suffix(".last"), write=True) as store:
        store.import_file(GRAPH, back)
        same = canonical_hash(store) == first
        return {"isomorphic": same, "triples": store.counters().triples, "seconds": seconds}


MEASURES = {"oxigraph": oxigraph, "neo4j": neo4j, "round-trip": round_trips}


def lines(file: Path) -> int:
    with file.open("rb") as content:
        return sum(1 for _ in content)


if __name__ == "__main__":
    main()

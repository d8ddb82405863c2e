"""How fast the stores are: embedded Oxigraph beside its own bulk load, and a real Neo4j.

    python pipelines/benchmarks/stores.py oxigraph [--triples 500000] [--repeats 3]
    python pipelines/benchmarks/stores.py oxigraph --millions 5 --repeats 1
    NEO4J_URI=bolt://127.0.0.1:7687 python pipelines/benchmarks/stores.py neo4j [--triples 500000]

The graph is generated: labels, classes, numbers and relations of entities; its provenance is the named graph
of the file that it comes from. Oxigraph's own bulk load gets the very quads that the import leaves
behind (each triple in its file's graph and in the default graph, and the index of labels) as one file.
Imports and bulk loads take turns, each in a process of its own whose peak memory is read at its end;
seconds are of the clock and of the processor, since other work may go on beside them.
"""

import argparse
import json
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
from record import record

from kgfm.data.published import data_folder
from kgfm.demo import corpus_folder
from kgfm.engine import Engine
from kgfm.kg import IRI, Literal, Triple
from kgfm.kg.formats import read_triples, write_quads
from kgfm.kg.namespaces import LABEL, TYPE, XSD

SITE = "http://example.org/"
GRAPH = IRI(f"{SITE}file")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("store", choices=["oxigraph", "neo4j", "child"])
    parser.add_argument("--triples", type=int, default=500_000)
    parser.add_argument("--millions", type=float, default=0)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--work", nargs=3, help="what a process of its own does, from where to where")
    options = parser.parse_args()
    if options.store == "child":
        print(json.dumps(WORK[options.work[0]](*map(Path, options.work[1:]))))
        return
    count = int(options.millions * 1e6) or options.triples
    with tempfile.TemporaryDirectory(prefix="kgfm-stores-") as folder:
        file = Path(folder) / "graph.nt"
        write_quads(file, ((one, None) for one in graph(count, options.seed)))
        measure = oxigraph if options.store == "oxigraph" else neo4j
        figures = measure(Path(folder), file, options.repeats)
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
    figures: dict[str, object] = {
        "share_of_bulk_load_speed": {
            clock: round(statistics.median(b[clock] / a[clock] for a, b in zip(imports, loads, strict=True)), 3)
            for clock in ("seconds", "processor_seconds")
        },
        "import": imports,
        "bulk_load": loads,
        "triples_a_second": round(1 / statistics.median(one["seconds"] for one in imports) * lines(file)),
    }
    return figures | looked_into(kb) | travelled(kb, folder)


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


def looked_into(kb: Path) -> dict[str, float]:
    """Time opening, and point matches through our API, the median of 2,000."""
    openings = []
    for _ in range(5):
        started = time.perf_counter()
        Engine.open(kb)._reader().close()
        openings.append(time.perf_counter() - started)
    with Engine.open(kb) as engine:
        store, matches = engine._reader(), []
        for number in range(2_000):
            subject = IRI(f"{SITE}entity/{number * 37 % 90_000}")
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
        before = canonical_hash(engine)
    with Engine.open(folder / "copy") as engine:
        engine.import_file(path)
        after = canonical_hash(engine)
    return {"export_and_import_isomorphic": before == after, "canonical_hash": before}


def canonical_hash(engine: Engine) -> str:
    """Return a hash of all quads that is the same for isomorphic data sets."""
    dataset = ox.Dataset()
    raise NotImplementedError

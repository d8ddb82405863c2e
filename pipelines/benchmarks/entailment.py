"""OWL 2 RL entailment beside owlrl and reasonable: speed, and what each leaves out.

    pip install owlrl reasonable
    python pipelines/benchmarks/entailment.py [--sizes 10000 100000] [--owlrl-most 10000]

Graphs: a generated university, and the shipped ontology with random facts of its properties. Each reasoner
gets the graph parsed in its own form and is timed from there to the closure; processor seconds, since other
work may go on beside it. What is compared: triples that RDF can say, without tautologies and without what
speaks of the built-in vocabularies alone. owlrl, which is many times slower, gets graphs up to --owlrl-most.
"""

import argparse
import random
import resource
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import owlrl
import rdflib
import reasonable
from record import record
from university import university

from kgfm.engine import Engine
from kgfm.kg import IRI, Triple
from kgfm.kg.formats import write_quads
from kgfm.kg.namespaces import OWL, RDF, RDFS, TYPE, XSD
from kgfm.ontology import Schema
from kgfm.ontology.entailment import Closure
from kgfm.resources import shared_folder

Spelled = set[tuple[str, str, str]]
REPEATS = 3


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--owlrl-most", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    graphs = [(f"university, {size:,}", university(size, options.seed)) for size in options.sizes]
    graphs += [(f"shipped ontology, {size:,}", shipped(size, options.seed)) for size in options.sizes]
    for name, triples in graphs:
        figures = compare(triples, with_owlrl=len(triples) <= options.owlrl_most) | asked(triples)
        files = sorted((shared_folder("ontologies")).rglob("*.ttl"))
        record("entailment", {"graph": name, **figures}, seed=options.seed, data=files)


def shipped(count: int, seed: int) -> list[Triple]:
    """Return random facts of the shipped ontology's properties, after its axioms, about `count` in all."""
    chance = random.Random(seed)
    schema = Schema.default()
    properties = sorted(schema.properties)
    names = [IRI(f"http://example.org/{number}") for number in range(count // 4)]
    kinds = sorted(schema.classes)
    found = dict.fromkeys(schema.triples)
    found |= dict.fromkeys(Triple(one, TYPE, chance.choice(kinds)) for one in names)
    # Functional properties would make one of nearly everything.
    usable = [one for one in properties if not schema.properties[one].functional]
    while len(found) < count:
        found[Triple(chance.choice(names), chance.choice(usable), chance.choice(names))] = None
    return list(found)


def compare(triples: list[Triple], *, with_owlrl: bool) -> dict[str, object]:
    """Time the reasoners on one graph; say what each of the others lacks and has beyond kgfm's closure."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.ttl"  # the only format that reasonable reads
        write_quads(path, ((one, None) for one in triples))
        results = {"kgfm": timed(lambda: triples, ours), "reasonable": timed(lambda: path, by_reasonable)}
        if with_owlrl:
            results["owlrl"] = timed(lambda: rdflib.Graph().parse(path), by_owlrl, repeats=1)
    whole = results["kgfm"][1]
    seconds = {name: time_ for name, (time_, _) in results.items()}
    figures: dict[str, object] = {
        "triples": len(triples),
        "closure": len(whole),
        "times_as_fast_as": {
            one: round(seconds[one] / seconds["kgfm"], 2) for one in seconds if one != "kgfm"
        },
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    for name, (time_, found) in results.items():
        figures[name] = {
            "seconds": round(time_, 3),
            "triples_a_second": round(len(found) / time_),
            "found": len(found),
            "lacks": dict(Counter(predicate for _, predicate, _ in whole - found).most_common(8)),
            "beyond": dict(Counter(predicate for _, predicate, _ in found - whole).most_common(8)),
        }
    return figures


def asked(triples: list[Triple]) -> dict[str, float]:
    """Time a first and a second query with inference of a stored knowledge base, in processor seconds."""
    with tempfile.TemporaryDirectory() as folder, Engine.open(Path(folder) / "kb") as engine:
        path = Path(folder) / "graph.nt"
        write_quads(path, ((one, None) for one in triples))
        engine.import_file(path)
        seconds = []
        for _ in range(2):
            started = time.process_time()
            engine.query("SELECT (COUNT(*) AS ?n) { ?s a ?c }", infer=True)
            seconds.append(round(time.process_time() - started, 3))
    return {"first_query_seconds": seconds[0], "second_query_seconds": seconds[1]}


def timed(given: Callable[[], object], reasoner: Callable, repeats: int = REPEATS) -> tuple[float, Spelled]:
    """Return the median of the processor seconds of reasoning alone, and what was found."""
    seconds, found = [], set()
    for _ in range(repeats):
        run, told = reasoner(given())
        started = time.process_time()
        run()
        seconds.append(time.process_time() - started)
        found = set(comparable(told()))
    return statistics.median(seconds), found


def ours(triples: list[Triple]):
    kept = []

    def told():
        whole = {*triples, *kept[-1].entailed()}
        return ((one.subject.value, one.predicate.value, one.object.value) for one in whole)

    return lambda: kept.append(Closure.of(triples)), told


def by_reasonable(path: Path):
    reasoner = reasonable.PyReasoner()
    reasoner.load_file(str(path))
    kept = []
    return lambda: kept.append(reasoner.reason()), lambda: spelled(kept[-1])


def by_owlrl(graph: rdflib.Graph):
    closure = owlrl.DeductiveClosure(owlrl.OWLRL_Semantics)
    return lambda: closure.expand(graph), lambda: spelled(graph)


def spelled(triples: Iterable[tuple]) -> Iterable[tuple[str, str, str]]:
    return ((str(s), str(p), str(o)) for s, p, o in triples if not isinstance(s, rdflib.Literal))


def comparable(triples: Iterable[tuple[str, str, str]]) -> Iterable[tuple[str, str, str]]:
    """Leave out tautologies, error reports, and what speaks of built-in terms, lists or literals."""
    built_in = (RDF, RDFS, OWL, XSD)
    for s, p, o in triples:
        top = o in (OWL + "Thing", RDFS + "Resource") or s == OWL + "Nothing"
        reflexive = s == o and p.startswith((OWL, RDFS))
        report = p.startswith("http://www.daml.org/") or o.startswith("http://www.daml.org/")
        if not (top or reflexive or report or s.startswith(built_in) or "//" not in s or "//" not in o):
            yield s, p, o


if __name__ == "__main__":
    main()

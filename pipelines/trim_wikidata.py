"""Write ontologies/wikidata/properties.ttl: the properties that the extractor's phrase table speaks of.

    KGFM_DATA=... python pipelines/trim_wikidata.py

Labels and aliases are Wikidata's (CC0), from KGFM_DATA/ontology. Domains and ranges are those kinds that
the phrase table allows, where there is only one: several would, in RDFS, mean all of them at once.
"""

import gzip
import json
import os
from pathlib import Path
from typing import Final

from kgfm.kg.namespaces import ENTITY_CLASSES, PREFIXES, shorten
from kgfm.kg.terms import Literal
from kgfm.resources import shared_folder

FUNCTIONAL: Final = frozenset({"P19", "P20", "P22", "P25", "P569", "P570"})
SYMMETRIC: Final = frozenset({"P26", "P47", "P1038", "P3373"})
INVERSES: Final = {
    "P184": "P185", "P802": "P1066", "P155": "P156", "P1365": "P1366", "P361": "P527",
}  # fmt: skip
VALUES: Final = frozenset({"date", "number", "text"})
LONGEST_ALIASES: Final = 12
USED_PREFIXES: Final = ("owl", "rdfs", "skos", "schema", "kgfm", "wdt")


def main() -> None:
    folder = Path(os.environ["KGFM_DATA"]) / "ontology"
    labels = _read(folder / "prop2label.json.gz")
    aliases = _read(folder / "prop2aliases.json.gz")
    table = shared_folder("ontologies") / "wikidata" / "phrases.tsv"
    ends = _ends(table)
    blocks = [f"@prefix {name}: <{PREFIXES[name]}> ." for name in USED_PREFIXES]
    for identifier in sorted(ends, key=lambda each: int(each[1:])):
        subjects, objects = ends[identifier]
        blocks.append(_block(identifier, labels[identifier], aliases.get(identifier, []), subjects, objects))
    target = table.with_name("properties.ttl")
    target.write_text("\n".join(blocks) + "\n", encoding="utf-8")
    print(f"{len(ends)} properties -> {target}")


def _read(path: Path) -> dict:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return json.load(file)


def _ends(table: Path) -> dict[str, tuple[set[str], set[str]]]:
    found: dict[str, tuple[set[str], set[str]]] = {}
    for line in table.read_text(encoding="utf-8").splitlines()[1:]:
        _, left, right, identifier, direction = line.split("\t")
        kinds = [{kind.partition(":")[0] for kind in end.split(",")} for end in (left, right)]
        if direction == "-":
            kinds.reverse()
        subjects, objects = found.setdefault(identifier, (set(), set()))
        subjects |= kinds[0]
        objects |= kinds[1]
    return found


def _block(identifier: str, label: str, aliases: list[str], subjects: set[str], objects: set[str]) -> str:
    types = ["owl:DatatypeProperty" if objects <= VALUES else "owl:ObjectProperty"]
    types += ["owl:FunctionalProperty"] if identifier in FUNCTIONAL else []
    types += ["owl:SymmetricProperty"] if identifier in SYMMETRIC else []
    lines = [f"wdt:{identifier} a {', '.join(types)}", f"rdfs:label {Literal(label, language='en')}"]
    if aliases:
        short = sorted(aliases, key=lambda alias: (len(alias), alias))[:LONGEST_ALIASES]
        lines.append(
            "skos:altLabel " + ", ".join(str(Literal(alias, language="en")) for alias in sorted(short))
        )
    if len(subjects) == 1 and not subjects & {"*"}:
        lines.append(f"rdfs:domain {shorten(ENTITY_CLASSES[next(iter(subjects))])}")
    if len(objects) == 1 and not objects & (VALUES | {"*"}):
        lines.append(f"rdfs:range {shorten(ENTITY_CLASSES[next(iter(objects))])}")
    if identifier in INVERSES:
        lines.append(f"owl:inverseOf wdt:{INVERSES[identifier]}")
    return " ;\n    ".join(lines) + " ."


if __name__ == "__main__":
    main()

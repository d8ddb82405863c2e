"""What no pretraining graph may hold: the answers that published evaluations ask for.

The graphs of the evaluation table contain parts of each other's test triples (all of GraIL's stand in
the full WN18RR and FB15k-237 graphs; 1,643 of CoDEx-S's 1,828 in CoDEx-M's training graph), so one
list is made of all of them and taken out of every pretraining graph, read forwards and backwards.
"""

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from kgfm.data.published import FOLDERS, Names, data_folder, read_names
from kgfm.errors import FormatError

# Graph of the evaluation table -> the parts that hold its answers. GraIL's training halves are not in
# it: only their unseen halves, `_ind`, are evaluated.
_ANSWERS: Final = {
    **{
        name: ("valid", "test")
        for name in FOLDERS
        if name != "ilpc-small" and (name.endswith("_ind") or not FOLDERS[name].startswith("grail/"))
    },
    "ilpc-small": ("inference_validation", "inference_test"),
}


@dataclass(frozen=True, eq=False)
class Answers:
    """The triples that evaluations ask for, as written."""

    triples: frozenset[Names]

    @classmethod
    def published(cls) -> "Answers":
        """Read those of every evaluated graph and of query2box; raises FormatError without KGFM_DATA."""
        found: set[Names] = set()
        for graph, parts in _ANSWERS.items():
            for part in parts:
                found.update(read_names(graph, part))
        found.update(query2box_answers())
        return cls(frozenset(found))

    @cached_property
    def _both_ways(self) -> frozenset[Names]:
        return self.triples | {(tail, relation, head) for head, relation, tail in self.triples}

    def removed_from(self, triples: Iterable[Names]) -> list[Names]:
        """Return the triples that are none of these, read forwards or backwards."""
        return [names for names in triples if names not in self._both_ways]


def query2box_answers() -> set[Names]:
    """Return the missing triples that the one-step queries over FB15k-237 ask for.

    Hard answers of the longer queries rest on missing triples too, which stand in FB15k-237's valid
    and test parts; the triples that a longer query may rest on besides stand in its training graph.
    """
    folder = data_folder()
    if folder is None:
        raise FormatError("Set KGFM_DATA to the folder with the published data sets.")
    place = folder / "query2box" / "FB15k-237"
    entities, relations = (_json(place / f"ind2{what}.json.gz") for what in ("ent", "rel"))
    found: set[Names] = set()
    for part in ("valid", "test"):
        for line in gzip.decompress((place / f"{part}_1p.jsonl.gz").read_bytes()).splitlines():
            query = json.loads(line)
            anchor, path = query["q"][0]
            name, head = relations[str(path[0])], entities[str(anchor)]
            backwards = name.endswith("_reverse")
            for answer in query["hard"]:
                tail = entities[str(answer)]
                name = name.removesuffix("_reverse")
                found.add((tail, name, head) if backwards else (head, name, tail))
    return found


def _json(path: Path) -> Any:
    return json.loads(gzip.decompress(path.read_bytes()))

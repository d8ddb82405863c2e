"""Words and phrases that say the same, though neither their letters nor their vectors show it.

`thesaurus.txt` has one group a line, as lemmas, phrases joined by underscores: first what says nearly
the same, behind a bar what belongs to the same event (its noun, its doer, its result). A word may stand
in several groups; groups do not chain.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Final

from kgfm.qa.words import stem

_SAME, _RELATED, _BESIDE = 0.85, 0.7, 0.5  # kinship: both say it; one does; both belong to the event
_GAP: Final = 3  # words that may stand within a phrase: "put the first machine together"

Stems = Callable[[str], frozenset[str]]


@cache
def _groups() -> Mapping[str, Mapping[int, bool]]:
    """Map each stem or phrase to its groups, with whether it says the very thing there."""
    found: dict[str, dict[int, bool]] = defaultdict(dict)
    text = resources.files("kgfm.qa").joinpath("thesaurus.txt").read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines()):
        same, _, related = line.partition("|")
        for entry in related.split():
            found[stem(entry)].setdefault(number, False)
        for entry in same.split():
            found[stem(entry)][number] = True
    return found


def kinship_by_groups(one: str, other: str) -> float:
    """Return how near two stems or phrases are by the groups that both stand in; 0 where in none."""
    first, second = _groups().get(one, {}), _groups().get(other, {})
    degrees = (_SAME, _RELATED, _BESIDE)
    shared = [degrees[2 - same - second[group]] for group, same in first.items() if group in second]
    return max(shared, default=0.0)


@cache
def _phrases() -> Mapping[str, Sequence[tuple[str, tuple[str, ...]]]]:
    """Map a phrase's first stem to the phrases that it begins, longest first, each with its other stems."""
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    for entry in _groups():
        if "_" in entry:
            first, *rest = (stem(word) for word in entry.split("_"))
            found[first].append((entry, tuple(rest)))
    return {first: sorted(some, key=lambda one: -len(one[1])) for first, some in found.items()}


def phrases_in(words: Sequence[str], stems_of: Stems) -> list[tuple[str, tuple[int, ...]]]:
    """Return the phrases that folded words hold, each with the places of its words.

    Other words may stand between, as many as _GAP: "put the first machine together".
    """
    found = []
    for place, word in enumerate(words):
        begun = {phrase for form in stems_of(word) for phrase in _phrases().get(form, ())}
        for name, rest in sorted(begun):
            places = [place]
            for wanted in rest:
                nearby = range(places[-1] + 1, min(places[-1] + 2 + _GAP, len(words)))
                following = next((other for other in nearby if wanted in stems_of(words[other])), None)
                if following is None:
                    break
                places.append(following)
            else:
                found.append((name, tuple(places)))
    return found

"""Other words for the same: the thesaurus's groups, WordNet's kinds of things, and the forms of verbs."""

import gzip
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from importlib import resources

from reading.examples import data


@cache
def _groups() -> tuple[dict[str, set[int]], list[list[str]]]:
    """Return the groups that a word stands in, and what says the same in each."""
    of, groups = defaultdict(set), []
    text = resources.files("kgfm.qa").joinpath("thesaurus.txt").read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines()):
        same, _, related = line.partition("|")
        groups.append(same.split())
        for word in (*same.split(), *related.split()):
            of[word].add(number)
    return of, groups


def others(lemma: str) -> list[str]:
    """Return words and phrases that may stand in a word's place, each once, in order."""
    of, groups = _groups()
    found = [
        word for number in sorted(of.get(lemma, ())) if lemma in groups[number] for word in groups[number]
    ]
    return [word for word in dict.fromkeys(found) if word != lemma]


def akin(one: str, other: str) -> bool:
    """Whether two lemmas are the same or stand in one group, however loosely."""
    of, _ = _groups()
    return one == other or bool(of.get(one, set()) & of.get(other, set()))


@cache
def _kinds() -> dict[str, list[str]]:
    """Map a noun to what it is a kind of, by WordNet."""
    names, found = {}, defaultdict(list)
    with gzip.open(data("kg/WN18RR/entity2text.tsv.gz"), "rt", encoding="utf-8") as file:
        for line in file:
            number, _, text = line.rstrip("\n").partition("\t")
            names[number] = text.partition(",")[0]
    with gzip.open(data("kg/WN18RR/train.tsv.gz"), "rt", encoding="utf-8") as file:
        for line in file:
            head, relation, tail = line.split()
            if relation.endswith("hypernym") and head in names and tail in names:
                found[names[head]].append(names[tail])
    return found


def kinds(noun: str) -> list[str]:
    """Return what a noun of a single sense is a kind of, at one or two removes: a dancer is a performer."""
    near = _kinds().get(noun.lower(), [])
    far = _kinds().get(near[0], []) if len(near) == 1 else []
    return [*near, *(far if len(far) == 1 else ())] if len(near) == 1 else []


_IRREGULAR = """be was been|become became become|begin began begun|bring brought brought|build built built
buy bought bought|choose chose chosen|come came come|cut cut cut|deal dealt dealt|do did done|draw drew drawn
drive drove driven|eat ate eaten|fall fell fallen|feel felt felt|fight fought fought|find found found
fly flew flown|forbid forbade forbidden|get got got|give gave given|go went gone|grow grew grown
hang hung hung|have had had|hear heard heard|hide hid hidden|hit hit hit|hold held held|keep kept kept
know knew known|lay laid laid|lead led led|leave left left|lend lent lent|let let let|lie lay lain
lose lost lost|make made made|mean meant meant|meet met met|pay paid paid|put put put|read read read
ride rode ridden|ring rang rung|rise rose risen|run ran run|say said said|see saw seen|seek sought sought
sell sold sold|send sent sent|set set set|shake shook shaken|shoot shot shot|show showed shown
shut shut shut|sing sang sung|sink sank sunk|sit sat sat|sleep slept slept|speak spoke spoken
spend spent spent|split split split|stand stood stood|steal stole stolen|strike struck struck
swim swam swum|take took taken|teach taught taught|tell told told|think thought thought|throw threw thrown
understand understood understood|wear wore worn|win won won|withdraw withdrew withdrawn|write wrote written
wed wed wed|foresee foresaw foreseen|overcome overcame overcome|bear bore born|bind bound bound""".replace(
    "\n", "|"
)


@cache
def _forms() -> dict[str, tuple[str, str]]:
    return {
        base: (past, participle)
        for base, past, participle in (each.split() for each in _IRREGULAR.split("|"))
    }


def inflected(phrase: str, tag: str) -> str:
    """Return a verb, or a phrase that begins with one, in the form of a Penn Treebank tag."""
    verb, *rest = phrase.split("_")
    if tag in ("VBD", "VBN"):
        known = _forms().get(verb)
        verb = known[tag == "VBN"] if known else _past(verb)
    elif tag == "VBZ":
        verb += "es" if verb.endswith(("s", "sh", "ch", "x", "o")) else "s"
        verb = verb[:-2] + "ies" if verb.endswith("ys") and verb[-3:-2] not in "aeiou" else verb
    elif tag == "VBG":
        verb = (verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else verb) + "ing"
    return " ".join((verb, *rest))


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ied"
    if re.fullmatch("[^aeiou]*[aeiou][bdgklmnprt]", verb):
        return verb + verb[-1] + "ed"
    return verb + "ed"


_AUXILIARY = frozenset("be have do will would can could may might must shall should".split())


class Verbs:
    """Verbs as they come in texts: which words are verbs, and which are common."""

    def __init__(self, lemmas: Iterable[str]) -> None:
        self.counts = Counter(lemma for lemma in lemmas if lemma not in _AUXILIARY)
        self._common = [verb for verb, _ in self.counts.most_common(300)]

    def like(self, lemma: str) -> list[str]:
        """Return verbs and phrases that begin with one, that say the same."""
        return [each for each in others(lemma) if self.counts[each.split("_")[0]] > 1]

    def unlike(self, lemma: str, draw: random.Random) -> str:
        """Return another common verb that says something else."""
        return next(verb for verb in draw.sample(self._common, len(self._common)) if not akin(verb, lemma))

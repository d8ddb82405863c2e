"""Who does what to whom: the part that a phrase plays beside a word of its sentence.

A question's gap and a candidate ought to play the same part: of "who succeeded Kirchhoff" only the
one who succeeds is an answer, though both names stand equally near to the verb.
"""

from collections.abc import Sequence
from typing import Final

from kgfm.extraction.tree import Word

SUBJECT, OBJECT, OBLIQUE, SAME = "subject", "object", "oblique", "same"

# Labels by which a word shares the part that its head plays: "Segrè and Chamberlain", "the chemist Hahn".
_SHARING: Final = frozenset(
    {"conj", "appos", "compound", "nmod", "amod", "nummod", "flat", "det", "quantmod"}
)
_SUBJECTS: Final = frozenset({"nsubj", "csubj"})
_OBJECTS: Final = frozenset({"dobj", "obj", "attr", "oprd", "nsubjpass", "dative", "iobj"})
_CLAUSES: Final = frozenset({"conj", "xcomp", "ccomp", "advcl", "relcl", "acl", "pcomp"})
_WITHIN: Final = frozenset("in near outside off on".split())
_UNPLAIN: Final = 0.25  # a word that stands beside the predicate in no part of its own
_AGREEMENT: Final = {
    (SUBJECT, OBJECT): 0.0, (OBJECT, SUBJECT): 0.0,
    (SUBJECT, OBLIQUE): 0.1, (OBJECT, OBLIQUE): 0.3, (OBLIQUE, SUBJECT): 0.1, (OBLIQUE, OBJECT): 0.3,
    (SAME, OBJECT): 0.5, (SAME, SUBJECT): 0.4, (SAME, OBLIQUE): 0.2, (SUBJECT, SAME): 0.8,
    (OBJECT, SAME): 0.6,
}  # fmt: skip


def agreement(wanted: str, found: str) -> float:
    """Return how well two parts agree, in [0, 1]; .5 where nothing is wanted, less where none is found."""
    if not wanted:
        return 0.5
    if not found:
        return _UNPLAIN
    return 1.0 if wanted == found else _AGREEMENT.get((wanted, found), 0.5)


def part(candidate: Word, predicate: Word) -> str:
    """Return the part that `candidate` plays beside `predicate`, a verb or noun; "" if none is plain."""
    shared = _shared(candidate, predicate)
    if shared is None:
        return SAME
    if predicate.is_verb:
        return _beside_verb(shared, predicate)
    return _beside_noun(shared, predicate)


def owners(noun: Word) -> list[Word]:
    """Return whose a noun is: "her mother", "the son of a banker"."""
    possessors = [child for child in noun.children if child.dep == "poss"]
    prepositions = [child for child in noun.children if child.dep == "prep" and child.lower == "of"]
    return possessors + [word for one in prepositions for word in one.children if word.dep == "pobj"]


def belonging(noun: Word, starts: Sequence[Word]) -> float:
    """Return whether a noun is one of the starts', in [0, 1]; .5 where no one's is said."""
    found = owners(noun)
    return float(any(one is other for one in found for other in starts)) if found else 0.5


def distance(one: Word, other: Word) -> int:
    """Return how many edges of the tree lie between two words; 20 where they are in different trees."""
    up: dict[int, int] = {}
    step, word = 0, one
    while True:
        up[id(word)] = step
        if word.head is None:
            break
        word, step = word.head, step + 1
    step, word = 0, other
    while id(word) not in up:
        if word.head is None:
            return 20
        word, step = word.head, step + 1
    return up[id(word)] + step


def head_of(words: Sequence[Word]) -> Word:
    """Return the word of a phrase that the others hang on."""
    inside = {id(word) for word in words}
    return next((word for word in words if word.head is None or id(word.head) not in inside), words[-1])


def lies_within(phrase: Sequence[Word], tree: Sequence[Word]) -> bool:
    """Whether a phrase only tells where the name right before it lies: "at Le Croisic in Brittany"."""
    place = next(place for place, word in enumerate(tree) if word is phrase[0])
    preposition = place - 1
    if preposition > 0 and tree[preposition].tag == "DT":
        preposition -= 1
    return preposition > 0 and tree[preposition].lower in _WITHIN and tree[preposition - 1].is_proper


def _shared(candidate: Word, predicate: Word) -> Word | None:
    """Climb to the head of the coordination or apposition; None where that is the predicate itself."""
    word = candidate
    while True:
        if word is predicate or (word.dep == "appos" and word.head is predicate):
            return None
        if predicate.dep in ("appos", "compound") and predicate.head is word:
            return None
        if word.head is None or word.dep not in _SHARING:
            return word
        word = word.head


def _beside_verb(word: Word, verb: Word) -> str:
    for clause in _chain(verb):
        if word.head is clause and (clause is verb or word.dep in _SUBJECTS | {"nsubjpass"}):
            if word.dep in _SUBJECTS:
                return OBJECT if clause is not verb and _passive(verb) else SUBJECT
            if word.dep in _OBJECTS:
                return SUBJECT if clause is not verb and not _passive(verb) else OBJECT
            if word.dep in ("npadvmod", "advmod", "tmod"):
                return OBLIQUE
    if word.dep in ("pobj", "pcomp") and word.head is not None:
        return _behind_preposition(word.head, verb)
    return _modified(word, verb)


def _behind_preposition(preposition: Word, verb: Word) -> str:
    if preposition.head is verb:
        return SUBJECT if preposition.lower == "by" and _passive(verb) else OBLIQUE
    outer = preposition.head
    # "in a flat in Berlin": a place within what the verb governs.
    while outer is not None and outer is not verb and (outer.is_noun or outer.dep in ("pobj", "prep")):
        outer = outer.head
    return OBLIQUE if outer is verb else ""


def _modified(noun: Word, verb: Word) -> str:
    """Read "the man who found it" and "the element found by her" from the noun's side."""
    for clause in _chain(verb):
        if clause.head is noun and clause.dep == "relcl":
            relative = clause.child("nsubj", "nsubjpass")
            inner = relative is not None and relative.lower in ("who", "which", "that")
            return (OBJECT if _passive(clause) else SUBJECT) if inner else OBJECT
        if clause.head is noun and clause.dep == "acl":
            return OBJECT if clause.tag == "VBN" else SUBJECT
    return ""


def _beside_noun(word: Word, noun: Word) -> str:
    named = word.head if word.dep == "oprd" else None
    if named is not None and (named.head is noun or (noun.head is named and noun.dep == "nsubjpass")):
        return SAME  # "two daughters, who were named ..."
    if word.dep == "poss" and word.head is noun:
        return SUBJECT  # "her discovery"; of "her mother" it is the one who has the mother
    if noun.dep in ("attr", "oprd") and noun.head is not None and noun.head.lemma in ("be", "become"):
        if word.head is noun.head and word.dep in ("nsubj", "attr"):
            return SAME
    if noun.dep == "nsubj" and word.dep in ("attr", "acomp") and word.head is noun.head:
        return SAME
    if noun.dep == "pobj" and noun.head is not None and noun.head.lower == "as":
        return SAME if word.dep in ("dobj", "nsubj", "nsubjpass") and word.head is noun.head.head else ""
    if word.dep == "pobj" and word.head is not None and word.head.head is noun:
        return SUBJECT if word.head.lower == "by" else OBJECT if word.head.lower == "of" else OBLIQUE
    return ""


def _chain(verb: Word) -> list[Word]:
    """Return the verb and the verbs whose subject it may share, nearest first."""
    found = [verb]
    while found[-1].dep in _CLAUSES and found[-1].head is not None and found[-1].head.is_verb:
        if found[-1].child("nsubj", "nsubjpass") is not None:
            break
        found.append(found[-1].head)
    return found


def _passive(verb: Word) -> bool:
    return verb.tag == "VBN" and (verb.child("auxpass") is not None or verb.child("aux") is None)

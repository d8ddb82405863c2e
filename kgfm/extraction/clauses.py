"""Clauses of a sentence: a verb with its subjects, objects and prepositional phrases, all made explicit.

Subjects that English leaves out (coordination, relative and participial clauses, infinitives) are
filled in from the tree, after Del Corro and Gemulla 2013 (ClausIE), section 3, in our own rules.
"""

from dataclasses import dataclass, field
from typing import Final

from kgfm.extraction.tree import Sentence, Word

_RELATIVES: Final = frozenset({"who", "which", "that", "whom"})
_NO_CLAUSE: Final = frozenset(
    {"aux", "auxpass", "amod", "compound", "nmod", "prep", "case", "mark", "advmod", "punct"}
)
_SUBJECT_CONTROL: Final = frozenset(
    {"promise", "help", "begin", "start", "continue", "use", "win", "receive"}
)
_CLAUSE_PREPOSITIONS: Final = frozenset({"to", "until", "in", "on", "from", "since", "during", "at"})
_DEEPEST: Final = 12  # steps up the tree in search of a subject


@dataclass(slots=True)
class Phrase:
    """A prepositional phrase: "at" + the noun; several words for "out of"."""

    preposition: str
    word: Word  # the preposition
    target: Word
    through_object: bool = False  # the parser hung it on the verb's object


@dataclass(slots=True)
class Clause:
    """One verb and what belongs to it; coordinated ends are listed one by one."""

    verb: Word
    passive: bool
    subjects: list[Word]
    inherited: bool  # the subject is not the verb's own
    objects: list[Word] = field(default_factory=list)
    datives: list[Word] = field(default_factory=list)
    attributes: list[Word] = field(default_factory=list)  # "was a physicist", "was elected president"
    adjectives: list[Word] = field(default_factory=list)  # "was famous for"
    agents: list[Word] = field(default_factory=list)
    phrases: list[Phrase] = field(default_factory=list)
    times: list[Word] = field(default_factory=list)  # dates without preposition
    particle: str = ""


def clauses(sentence: Sentence) -> list[Clause]:
    """Return the clauses in the order of their verbs."""
    return [_clause(word) for word in sentence.words if word.is_verb and word.dep not in _NO_CLAUSE]


def _clause(verb: Word) -> Clause:
    subjects, inherited = subjects_of(verb)
    clause = Clause(verb, is_passive(verb), subjects, inherited)
    for child in verb.children:
        _sort_child(clause, child)
    _relative_ends(clause)
    _shared_object(clause)
    for target in clause.objects + clause.attributes:
        for preposition in target.all("prep"):
            if preposition.lower != "of" and target in clause.objects:
                clause.phrases += _phrases(preposition, through_object=True)
            elif target.dep == "oprd" and target.is_proper:
                clause.phrases += _phrases(preposition)  # "born Maria Skłodowska in Warsaw"
    return clause


def _sort_child(clause: Clause, child: Word) -> None:
    match child.dep:
        case "dobj" | "obj":
            clause.objects += child.conjuncts
        case "dative" if child.tag != "IN":
            clause.datives += child.conjuncts
        case "dative":
            clause.phrases += _phrases(child)
        case "attr" | "oprd":
            clause.attributes += child.conjuncts
        case "acomp":
            clause.adjectives.append(child)
        case "agent":
            clause.agents += [each for target in child.all("pobj") for each in target.conjuncts]
            clause.phrases += [p for p in _phrases(child) if p.word is not child]
        case "prep":
            clause.phrases += _phrases(child)
        case "npadvmod" | "advmod" if child.entity == "DATE":
            clause.times.append(child)
        case "prt":
            clause.particle = child.lower
        case _:
            pass


def _phrases(preposition: Word, *, through_object: bool = False, before: str = "") -> list[Phrase]:
    name = f"{before} {preposition.lower}".strip()
    found = [
        Phrase(name, preposition, each, through_object)
        for target in preposition.all("pobj")
        for each in target.conjuncts
    ]
    for child in preposition.children:
        if child.dep in ("prep", "conj") and child.tag in ("IN", "TO"):
            compound = name if child.dep == "prep" and not found else ""
            found += _phrases(child, through_object=through_object, before=compound)
    # "from 1900 to 1910" and "at Paris in 1900": the parser often hangs the later phrase on the first noun.
    for phrase in list(found):
        for child in phrase.target.all("prep"):
            if child.lower in _CLAUSE_PREPOSITIONS and not through_object:
                found += [
                    later
                    for later in _phrases(child)
                    if "DATE" in (later.target.entity, phrase.target.entity)
                    or (child.lower == "at" and later.target.is_proper)
                ]
    return found


def _relative_ends(clause: Clause) -> None:
    """Replace "whom she met" and "where he was born" by what these stand for."""
    antecedent = _antecedent(clause.verb)
    clause.objects = [
        antecedent if word.lower in _RELATIVES and antecedent is not None else word for word in clause.objects
    ]
    for phrase in clause.phrases:
        if phrase.target.lower in _RELATIVES and antecedent is not None:
            phrase.target = antecedent
    if antecedent is not None:
        where = next((w for w in clause.verb.all("advmod") if w.lower == "where"), None)
        if where is not None:
            clause.phrases.append(Phrase("in", where, antecedent))


def _shared_object(clause: Clause) -> None:
    """In "designed and built the bridge" the parser gives the object to the last verb alone."""
    if clause.passive or clause.objects or clause.phrases or clause.attributes or clause.adjectives:
        return
    for later in clause.verb.all("conj"):
        shared = later.child("dobj")
        close = later.index - clause.verb.index <= 2
        if shared is not None and close and later.child("nsubj", "nsubjpass", "aux") is None:
            clause.objects += shared.conjuncts


def _antecedent(verb: Word) -> Word | None:
    steps = verb
    while steps.dep == "conj" and steps.head is not None and steps.head.is_verb:
        steps = steps.head
    return steps.head if steps.dep == "relcl" else None


def is_infinitive(verb: Word) -> bool:
    """Whether "to" stands before the verb."""
    return any(child.dep == "aux" and child.lower == "to" for child in verb.children)


def is_passive(verb: Word) -> bool:
    """Whether the clause is in the passive, its auxiliary written or left out."""
    if any(child.dep in ("auxpass", "nsubjpass") for child in verb.children):
        return True
    if verb.tag != "VBN" or any(child.dep in ("aux", "nsubj") for child in verb.children):
        return False
    if verb.dep == "conj" and verb.head is not None and verb.head.is_verb:
        return is_passive(verb.head) or verb.head.dep in ("acl",)
    return verb.dep in ("acl", "advcl", "relcl", "ROOT", "ccomp", "xcomp")


def subjects_of(verb: Word, depth: int = 0) -> tuple[list[Word], bool]:
    """Return the subjects of a verb, one by one, and whether they were taken from elsewhere."""
    own = verb.child("nsubj", "nsubjpass")
    if own is not None:
        antecedent = _antecedent(verb) if own.lower in _RELATIVES else None
        if antecedent is not None:
            return [antecedent], True
        return own.conjuncts, False
    head = verb.head
    if head is None or depth > _DEEPEST or verb.child("expl") is not None:
        return [], False
    reduced = verb.dep == "acl" or (verb.dep == "relcl" and is_infinitive(verb))
    if reduced and not head.is_verb:
        return [head], True
    return _borrowed(verb, head, depth), True


def _borrowed(verb: Word, head: Word, depth: int) -> list[Word]:
    if verb.dep == "conj" and head.is_verb:
        return subjects_of(head, depth + 1)[0]
    if verb.dep in ("xcomp", "ccomp", "advcl", "oprd"):
        governor: Word | None = head
        if not head.is_verb and head.dep in ("acomp", "attr", "oprd"):
            governor = head.head
        if governor is None or not governor.is_verb:
            return []
        if verb.dep == "xcomp" and governor.lemma not in _SUBJECT_CONTROL and not is_passive(governor):
            controlled = governor.child("dobj", "dative")
            if controlled is not None:
                return controlled.conjuncts
        if verb.dep == "ccomp" and verb.tag not in ("VBG", "VB"):
            return []
        if verb.dep == "advcl" and verb.tag not in ("VBG", "VBN", "VB"):
            return []
        return subjects_of(governor, depth + 1)[0]
    if verb.dep == "pcomp" and head.head is not None and head.head.is_verb:
        return subjects_of(head.head, depth + 1)[0]
    return []

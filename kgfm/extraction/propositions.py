"""Clauses -> propositions: subject, relation phrase, object, as this one sentence has them."""

from dataclasses import dataclass
from typing import Final

from kgfm.extraction.arguments import Argument, Ends, Form
from kgfm.extraction.clauses import Clause, Phrase, clauses
from kgfm.extraction.inflection import participle
from kgfm.extraction.lexicon import noun_class, word_list
from kgfm.extraction.modality import Attitude, Attitudes, denied_argument, hedged_argument
from kgfm.extraction.names import KnownNames
from kgfm.extraction.tree import Sentence, Word
from kgfm.kg.statement import QualifierKind

_TIME_KINDS: Final = {
    "from": QualifierKind.START, "since": QualifierKind.START, "to": QualifierKind.END,
    "until": QualifierKind.END, "till": QualifierKind.END,
}  # fmt: skip
_PLACE_PREPOSITIONS: Final = frozenset({"in", "at", "near"})
# "served as director of X" says of X what "was the director of X" does.
_ROLE_VERBS: Final = frozenset(
    "serve work act appoint elect name hire employ know remember train begin start describe recognize".split()
)
_PEOPLE: Final = ("person", "human", "relative")
_BECOMING: Final = frozenset({"become", "remain"})


@dataclass(frozen=True, slots=True)
class Proposition:
    """One relation that a sentence states, before names are resolved.

    `phrases` are tried against the table of known relations in order; where none fits and `open`
    holds, the first names a relation of its own. Noun classes stand in angle brackets.
    """

    subject: Argument
    phrases: tuple[str, ...]
    object: Argument
    attitude: Attitude
    rule: str
    sentence: tuple[int, int]  # characters
    length: int  # words of the sentence
    qualifiers: tuple[tuple[QualifierKind, Argument], ...] = ()
    open: bool = True
    inherited: bool = False  # the subject was filled in


class Reader:
    """Reads one sentence: holds its ends, attitudes and the propositions made so far."""

    def __init__(self, sentence: Sentence, known: KnownNames) -> None:
        self.sentence = sentence
        self.ends = Ends(sentence, known)
        self.attitudes = Attitudes(sentence)
        self.found: list[Proposition] = []
        self._place = (sentence.start, sentence.end)

    def add(
        self,
        subject: Word | Argument | None,
        phrases: tuple[str, ...],
        object_: Word | Argument | None,
        attitude: Attitude,
        rule: str,
        *,
        qualifiers: tuple[tuple[QualifierKind, Argument], ...] = (),
        open_: bool = True,
        inherited: bool = False,
    ) -> None:
        """Add a proposition where both ends can be ends."""
        for end in (subject, object_):
            if isinstance(end, Word):
                attitude = attitude.also(hedged=hedged_argument(end))
                if not attitude.negated and denied_argument(end):
                    attitude = attitude.also(negated=True)
        left = self.ends.of(subject) if isinstance(subject, Word) else subject
        right = self.ends.of(object_) if isinstance(object_, Word) else object_
        if left is None or right is None or left.form in (Form.DATE, Form.NUMBER):
            return
        if left.start < right.end and right.start < left.end:
            return
        kept = tuple(q for q in qualifiers if q[1].start != right.start)
        self.found.append(
            Proposition(
                left,
                phrases,
                right,
                attitude,
                rule,
                self._place,
                len(self.sentence.words),
                kept,
                open_,
                inherited,
            )
        )

    def anchor(self, word: Word) -> Word:
        """Follow a description to the name it stands beside: "a film" in "X is a film directed by Y"."""
        for _ in range(4):
            if self.ends.name_at(word) is not None or word.tag in ("PRP", "PRP$"):
                return word
            beside = next((c for c in word.all("appos") if self.ends.heads_name(c)), None)
            if beside is not None:
                return beside
            head = word.head
            if head is None or word.dep not in ("attr", "appos", "conj", "oprd"):
                return word
            if word.dep == "attr" and head.lemma in ("be", "become", "remain"):
                subject = head.child("nsubj")
                if subject is None or subject.lower in ("there", "it", "this", "that"):
                    return word
                word = _relative_head(head, subject)
            elif (word.dep == "appos" and head.is_noun) or (
                word.dep == "conj" and head.dep in ("attr", "appos")
            ):
                word = head
            else:
                return word
        return word


def read_clauses(reader: Reader) -> None:
    """Add what the verbs of the sentence say."""
    for clause in clauses(reader.sentence):
        subjects = [anchored for word in clause.subjects if (anchored := reader.anchor(word)) is not None]
        attitude = reader.attitudes.of(clause.verb)
        qualifiers = _qualifiers(reader, clause)
        for subject in subjects:
            _predicate_nominals(reader, clause, subject, attitude, qualifiers)
        if clause.passive:
            _passive(reader, clause, subjects, attitude, qualifiers)
        else:
            _active(reader, clause, subjects, attitude, qualifiers)


Qualifiers = tuple[tuple[QualifierKind, Argument], ...]


def _qualifiers(reader: Reader, clause: Clause) -> Qualifiers:
    found: list[tuple[QualifierKind, Argument]] = []
    for phrase in clause.phrases:
        end = reader.ends.of(phrase.target)
        if end is None:
            continue
        if end.form is Form.DATE:
            found.append((_TIME_KINDS.get(phrase.preposition, QualifierKind.TIME), end))
        elif end.form is Form.NAME and phrase.preposition in _PLACE_PREPOSITIONS:
            found.append((QualifierKind.PLACE, end))
        elif end.form is Form.NUMBER and phrase.preposition == "for":
            found.append((QualifierKind.QUANTITY, end))
    for word in clause.times:
        end = reader.ends.of(word)
        if end is not None and end.form is Form.DATE:
            found.append((QualifierKind.TIME, end))
    return tuple(sorted(set(found), key=lambda item: (item[1].start, item[0].value)))


def _active(
    reader: Reader, clause: Clause, subjects: list[Word], attitude: Attitude, qualifiers: Qualifiers
) -> None:
    verb = " ".join(filter(None, (clause.verb.lemma, clause.particle)))
    for subject in subjects:
        if clause.verb.lemma not in ("be", "become", "remain"):
            for target in clause.objects:
                reader.add(
                    subject, _object_phrases(verb, target), target, attitude, "object",
                    qualifiers=qualifiers, inherited=clause.inherited,
                )  # fmt: skip
        _phrases(reader, clause, subject, verb, attitude, qualifiers)
    for receiver in clause.datives:
        for target in clause.objects:
            reader.add(receiver, (participle(verb), verb), target, attitude, "dative", qualifiers=qualifiers)
    if clause.objects and clause.verb.lemma not in ("have", "be", "do", "make", "take"):
        _of_patients(reader, clause, attitude)


def _object_phrases(verb: str, target: Word) -> tuple[str, ...]:
    kind = noun_class(target.lemma)
    return (verb, f"{verb} <{kind}>") if kind else (verb,)


def _of_patients(reader: Reader, clause: Clause, attitude: Attitude) -> None:
    """ "They founded X in 1909" says what "X was founded in 1909" does; kept where the table knows it."""
    done = participle(clause.verb.lemma)
    for target in clause.objects:
        for phrase in clause.phrases:
            phrases = (f"{done} {phrase.preposition}",)
            reader.add(reader.anchor(target), phrases, phrase.target, attitude, "patient", open_=False)
        for word in clause.times:
            reader.add(reader.anchor(target), (f"{done} in",), word, attitude, "patient", open_=False)


def _passive(
    reader: Reader, clause: Clause, subjects: list[Word], attitude: Attitude, qualifiers: Qualifiers
) -> None:
    lemma = " ".join(filter(None, (clause.verb.lemma, clause.particle)))
    done = " ".join(
        filter(None, (clause.verb.lower if clause.verb.lemma != "bear" else "born", clause.particle))
    )
    for subject in subjects:
        for agent in clause.agents:
            reader.add(
                reader.anchor(agent), (lemma,), subject, attitude, "agent",
                qualifiers=qualifiers, inherited=clause.inherited,
            )  # fmt: skip
        for target in clause.objects:
            reader.add(
                subject, (done,), target, attitude, "passive object",
                qualifiers=qualifiers, inherited=clause.inherited,
            )  # fmt: skip
        _phrases(reader, clause, subject, done, attitude, qualifiers)


def _phrases(
    reader: Reader, clause: Clause, subject: Word, verb: str, attitude: Attitude, qualifiers: Qualifiers
) -> None:
    """Each prepositional phrase as a relation of its own, the verb's object woven in."""
    nominal = [word for word in clause.objects if word.is_noun and reader.ends.name_at(word) is None]
    said = bool(clause.objects or clause.attributes or clause.agents)
    for phrase in clause.phrases:
        end = reader.ends.of(phrase.target)
        if end is None or (clause.verb.lemma == "be" and clause.attributes):
            continue
        phrases = [f"{verb} {word.lemma} {phrase.preposition}" for word in nominal[:1]]
        phrases += [f"{verb} {phrase.preposition}"]
        if kind := noun_class(phrase.target.lemma):
            phrases.append(f"{phrases[-1]} <{kind}>")
        # A date or place beside an object qualifies it; alone it is what the clause says.
        circumstance = end.form in (Form.DATE, Form.NUMBER) or phrase.preposition in _PLACE_PREPOSITIONS
        reader.add(
            subject, tuple(phrases), phrase.target, attitude, "phrase",
            qualifiers=qualifiers, open_=not (said and circumstance) and not phrase.through_object,
            inherited=clause.inherited,
        )  # fmt: skip
        if phrase.preposition == "as":
            _role(reader, subject, phrase.target, clause, attitude, qualifiers)
    for word in clause.times:
        reader.add(
            subject, (f"{verb} on",), word, attitude, "phrase", open_=not said, inherited=clause.inherited
        )
    for adjective in clause.adjectives:
        for preposition in adjective.all("prep"):
            for target in preposition.all("pobj"):
                for each in target.conjuncts:
                    phrases = [f"{adjective.lower} {preposition.lower}"]
                    reader.add(subject, tuple(phrases), each, attitude, "adjective", qualifiers=qualifiers)


def _role(
    reader: Reader, subject: Word, role: Word, clause: Clause, attitude: Attitude, qualifiers: Qualifiers
) -> None:
    if clause.verb.lemma in _ROLE_VERBS and role.is_noun and reader.ends.name_at(role) is None:
        describe(reader, subject, role, attitude, "role", qualifiers)


def _predicate_nominals(
    reader: Reader, clause: Clause, subject: Word, attitude: Attitude, qualifiers: Qualifiers
) -> None:
    nominals = list(clause.attributes)
    if clause.verb.lemma in _BECOMING:
        nominals += clause.objects
    for nominal in nominals:
        if reader.ends.name_at(nominal) is not None:
            if clause.verb.lemma in ("be", "become", "remain") or clause.passive:
                _identity(reader, clause, nominal, attitude)
        elif nominal.is_noun:
            rule = "copula" if clause.verb.lemma == "be" else "role"
            describe(reader, subject, nominal, attitude, rule, qualifiers, clause.phrases)


def _identity(reader: Reader, clause: Clause, name: Word, attitude: Attitude) -> None:
    """ "The capital of France is Paris", "his father was Christian": the name comes behind."""
    for subject in clause.subjects:
        if reader.ends.name_at(subject) is None and subject.is_noun:
            related(reader, name, subject, attitude, "identity")


def describe(
    reader: Reader,
    subject: Word,
    noun: Word,
    attitude: Attitude,
    rule: str,
    qualifiers: Qualifiers = (),
    phrases: list[Phrase] | None = None,
) -> None:
    """Add what "subject is a noun of X at Y" says: the kind of thing, its nationality, each relation."""
    if noun_class(noun.lemma) != "relative":
        kind = noun_class(noun.lemma)
        reader.add(
            subject, ("be", f"be <{kind}>"), reader.ends.kind_of(noun), attitude, rule, qualifiers=qualifiers
        )
    nationality(reader, subject, noun, attitude)
    related(reader, subject, noun, attitude, rule, qualifiers)
    for phrase in phrases or ():
        if phrase.word.head is not noun:
            reader.add(
                subject, _noun_phrases(noun, phrase.preposition), phrase.target, attitude, rule,
                qualifiers=qualifiers, open_=False,
            )  # fmt: skip


def nationality(reader: Reader, subject: Word, noun: Word, attitude: Attitude) -> None:
    """Add the country that "a Polish physicist" names, and the year that "a 1925 film" does."""
    kind = noun_class(noun.lemma)
    demonyms = word_list("demonyms")
    for child in noun.children:
        if child.index > noun.index or child.dep not in ("amod", "compound", "nmod", "nummod"):
            continue
        for each in child.conjuncts:
            if each.text in demonyms and kind:
                country = Argument(
                    Form.NAME, each.start, each.end, demonyms[each.text], each.lower, reader.sentence.number
                )
                reader.add(
                    subject, (f"of nationality <{kind}>",), country, attitude, "nationality", open_=False
                )
        if child.tag == "CD" and len(child.text) == 4:
            reader.add(subject, (f"of year <{kind}>",), child, attitude, "nationality", open_=False)


def related(
    reader: Reader, subject: Word, noun: Word, attitude: Attitude, rule: str, qualifiers: Qualifiers = ()
) -> None:
    """Add "noun of X", "X's noun", "noun at Y" as relations of the subject."""
    times = tuple(
        (_TIME_KINDS.get(preposition.lower, QualifierKind.TIME), end)
        for preposition in noun.all("prep")
        for target in preposition.all("pobj")
        if (end := reader.ends.of(target)) is not None and end.form is Form.DATE
    )
    for owner in noun.all("poss"):
        for each in owner.conjuncts:
            reader.add(
                subject, _noun_phrases(noun, "of"), each, attitude, rule, qualifiers=qualifiers + times
            )
    for preposition in noun.all("prep"):
        for target in preposition.all("pobj"):
            for each in target.conjuncts:
                reader.add(
                    subject, _noun_phrases(noun, preposition.lower), each, attitude, rule,
                    qualifiers=qualifiers + times, open_=noun_class(noun.lemma) in _PEOPLE,
                )  # fmt: skip
                # "professor of physics at Y": the second phrase hangs on the first noun.
                for later in target.all("prep"):
                    for inner in later.all("pobj"):
                        if later.lower in ("at", "in", "from"):
                            reader.add(
                                subject, _noun_phrases(noun, later.lower), inner, attitude, rule,
                                qualifiers=times, open_=False,
                            )  # fmt: skip


def _noun_phrases(noun: Word, preposition: str) -> tuple[str, ...]:
    first = f"{noun.lemma} {preposition}"
    compound = " ".join(c.lower for c in noun.all("compound") if not c.is_proper)
    longer = (f"{compound} {first}",) if compound else ()
    kind = noun_class(noun.lemma)
    return longer + ((first, f"<{kind}> {preposition}") if kind else (first,))


def _relative_head(verb: Word, subject: Word) -> Word:
    if subject.lower in ("who", "which", "that") and verb.dep == "relcl" and verb.head is not None:
        return verb.head
    return subject

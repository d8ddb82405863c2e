"""Whether a clause is affirmed or denied, and whether the text commits itself to it."""

from dataclasses import dataclass
from typing import Final

from kgfm.extraction.clauses import is_infinitive
from kgfm.extraction.tree import Sentence, Word

_HEDGING_MODALS: Final = frozenset("may might could can should must would will 'd 'll shall ought ca".split())
_NARRATED_FUTURE: Final = frozenset("later eventually soon then subsequently ultimately finally".split())
_HEDGING_ADVERBS: Final = frozenset(
    "reportedly allegedly perhaps probably possibly supposedly apparently maybe likely presumably purportedly"
    " seemingly conceivably putatively arguably unsuccessfully almost nearly rumoredly ostensibly"
    " hypothetically potentially theoretically falsely wrongly erroneously mistakenly incorrectly".split()
)
_NEGATING: Final = frozenset("not n't n’t never no neither nor hardly scarcely nowhere".split())
_CONDITIONS: Final = frozenset("if whether unless lest as-if".split())

# Verbs whose complement did not happen, and those that vouch for it. Any other governor leaves it open.
_DENYING: Final = frozenset(
    "deny fail refuse decline reject refute disprove dispute avoid forget neglect omit cease prevent forbid"
    " prohibit disclaim".split()
)
_FACTIVE: Final = frozenset(
    "know discover show prove demonstrate find reveal confirm note remember realize realise learn recall"
    " recognize recognise establish observe see acknowledge admit ensure mean happen explain"
    " emphasize record".split()
)
_IMPLICATIVE: Final = frozenset(
    "manage begin start continue help go come get use serve proceed tend keep stop finish spend succeed"
    " cause lead make let force enable grow live return travel move settle prefer love like enjoy"
    " work join meet credit mark last act perform regard see".split()
)
_HEDGED_IF_PASSIVE: Final = frozenset(
    "regard see find use know".split()
)  # "was found to be": vouched for all the same
_DENYING_ADJECTIVES: Final = frozenset(
    "unable false untrue impossible unwilling incorrect reluctant unlikely".split()
)
_VOUCHING_ADJECTIVES: Final = frozenset(
    "true able clear certain famous first last proud happy instrumental".split()
)
_VOUCHING_NOUNS: Final = frozenset("fact discovery proof realization knowledge first last only".split())
_RUMOUR_NOUNS: Final = frozenset(
    "rumor rumour legend claim theory idea hypothesis allegation belief possibility suggestion myth tradition"
    " speculation proposal evidence story account accusation notion opinion view conjecture assumption plan"
    " attempt hope intention wish dream offer chance opportunity ambition effort bid suspicion tale folklore"
    " accounts sources source critic lore".split()
)
_RECORDS: Final = frozenset("census record records statistics data register survey".split())


@dataclass(frozen=True, slots=True)
class Attitude:
    """What the text makes of a clause."""

    negated: bool = False
    hedged: bool = False

    def also(self, *, negated: bool = False, hedged: bool = False) -> "Attitude":
        """Add a reason to deny it or to leave it open. Denied twice is left open, not affirmed."""
        twice = self.negated and negated
        return Attitude(self.negated or negated, self.hedged or hedged or twice)


class Attitudes:
    """The attitude of each verb of one sentence."""

    def __init__(self, sentence: Sentence) -> None:
        self._question = sentence.words[-1].text == "?"
        self._known: dict[int, Attitude] = {}

    def of(self, verb: Word) -> Attitude:
        """Return the attitude of the clause that `verb` heads, reasons from enclosing clauses included."""
        known = self._known.get(verb.index)
        if known is None:
            # Guards against malformed trees: a verb met again on the way up has no attitude of its own.
            self._known[verb.index] = Attitude(hedged=True)
            known = self._own(verb)
            known = self._enclosed(verb, known)
            self._known[verb.index] = known
        return known

    def _own(self, verb: Word) -> Attitude:
        negated = any(_denies(child) for child in verb.children)
        hedged = self._question or any(_hedges(child, verb) for child in verb.children)
        if verb.dep == "conj" and verb.head is not None:
            negated = negated or any(c.dep == "cc" and c.lower == "nor" for c in verb.head.children)
        return Attitude(negated, hedged)

    def _enclosed(self, verb: Word, own: Attitude) -> Attitude:
        head = verb.head
        if head is None:
            return own
        if verb.dep == "conj":
            return self._coordinated(verb, head, own)
        if verb.dep in ("ccomp", "xcomp", "csubj", "csubjpass", "parataxis", "oprd"):
            return self._complement(verb, head, own)
        if verb.dep == "acl" or (verb.dep == "relcl" and is_infinitive(verb)):
            return self._of_noun(verb, head, own)
        if verb.dep == "relcl":
            return self._relative(head, own)
        if verb.dep == "advcl":
            return self._adverbial(verb, head, own)
        if verb.dep == "pcomp":
            return self._after_preposition(head, own)
        return own

    def _coordinated(self, verb: Word, head: Word, own: Attitude) -> Attitude:
        governing = self.of(head)
        if any(child.dep in ("nsubj", "nsubjpass") for child in verb.children):
            # A clause of its own shares only what encloses both, which reported speech does.
            return own.also(hedged=head.dep in ("ccomp", "advcl") and governing.hedged)
        alone = any(child.dep in ("aux", "auxpass") for child in verb.children)
        contrast = any(child.dep == "cc" and child.lower in ("but", "yet") for child in head.children)
        shares = verb.tag == head.tag and not alone and not contrast
        either = any(child.dep == "cc" and child.lower in ("or", "nor") for child in head.children)
        negated = governing.negated and ((shares and verb.tag in ("VB", "VBN", "VBG")) or either)
        return own.also(negated=negated, hedged=governing.hedged and (not alone or head.dep != "ROOT"))

    def _complement(self, verb: Word, head: Word, own: Attitude) -> Attitude:
        if not head.is_verb:
            if head.lemma in _DENYING_ADJECTIVES:
                return own.also(negated=True)
            return own.also(hedged=head.lemma not in _VOUCHING_ADJECTIVES)
        governing = self.of(head)
        lemma = head.lemma
        if verb.dep == "ccomp" and verb.index < head.index and any(c.dep == "nsubj" for c in verb.children):
            # "X was born in Y, legend has it": the report follows what it reports.
            return own.also(hedged=lemma not in _FACTIVE)
        if lemma in _DENYING:
            return own.also(negated=not governing.negated, hedged=governing.hedged or governing.negated)
        if lemma == "be":
            return self._predicated(head, governing, own)
        if lemma in _FACTIVE or (verb.dep != "ccomp" and lemma in _IMPLICATIVE):
            implied = verb.dep != "ccomp" and governing.negated and lemma in _IMPLICATIVE
            return own.also(negated=implied, hedged=governing.hedged or (governing.negated and not implied))
        return own.also(hedged=True)

    def _predicated(self, be: Word, governing: Attitude, own: Attitude) -> Attitude:
        """ "It is not true that ...", "it is possible that ...", "the truth is that ..."."""
        said = be.child("acomp", "attr")
        lemma = said.lemma if said else ""
        denied = lemma in _DENYING_ADJECTIVES or lemma in ("myth", "lie", "hoax")
        vouched = lemma in _VOUCHING_ADJECTIVES or lemma in _VOUCHING_NOUNS
        if governing.negated and vouched:
            return own.also(negated=True, hedged=governing.hedged)
        if denied and not governing.negated:
            return own.also(negated=True, hedged=governing.hedged)
        return own.also(hedged=governing.hedged or governing.negated or not vouched)

    def _of_noun(self, verb: Word, noun: Word, own: Attitude) -> Attitude:
        clausal = any(child.dep == "mark" for child in verb.children)
        infinitive = is_infinitive(verb)
        if noun.lemma in _RUMOUR_NOUNS or clausal:
            return own.also(hedged=noun.lemma not in _VOUCHING_NOUNS)
        if infinitive:
            chosen = any(
                child.lower in ("first", "last", "only", "youngest", "oldest") for child in noun.children
            )
            own = own.also(hedged=not (chosen or noun.lower in ("first", "last", "only")))
        return self._relative(noun, own)

    def _relative(self, noun: Word, own: Attitude) -> Attitude:
        if any(child.dep == "det" and child.lower in ("no", "neither") for child in noun.children):
            own = own.also(negated=True)
        if noun.lower in ("nobody", "none", "no-one"):
            own = own.also(negated=True)
        head = noun.head
        while head is not None and noun.dep in ("attr", "conj", "appos") and not head.is_verb:
            noun, head = head, head.head
        if head is not None and noun.dep in ("attr", "conj") and head.is_verb:
            governing = self.of(head)  # "is not a film directed by ...": the copula's doubt covers it
            return own.also(negated=governing.negated, hedged=governing.hedged)
        return own

    def _adverbial(self, verb: Word, head: Word, own: Attitude) -> Attitude:
        governing = self.of(head) if head.is_verb else Attitude()
        marks = {child.lower for child in verb.all("mark", "prep", "advmod")}
        purpose = is_infinitive(verb) and head.lemma not in _IMPLICATIVE
        if marks & {"without"}:
            return own.also(negated=True)
        subjectless = not any(child.dep in ("nsubj", "nsubjpass") for child in verb.children)
        return own.also(
            hedged=purpose
            or bool(marks & _CONDITIONS)
            or (subjectless and (governing.hedged or governing.negated))
        )

    def _after_preposition(self, preposition: Word, own: Attitude) -> Attitude:
        if preposition.lower in ("without", "instead", "than", "of") and (
            preposition.lower != "of"
            or (preposition.head is not None and preposition.head.lower == "instead")
        ):
            return own.also(negated=True)
        head = preposition.head
        if head is None:
            return own
        if head.is_verb:
            governing = self.of(head)
            # "was accused of founding", "thought of founding"; "won the prize for founding" vouches for it.
            loose = preposition.lower in ("of", "about", "against", "from", "into")
            return own.also(hedged=loose or governing.hedged or governing.negated)
        return own.also(hedged=head.lemma in _RUMOUR_NOUNS or preposition.lower == "of")


def _denies(child: Word) -> bool:
    """Whether a verb's child denies its clause: "not", "never", "no longer", "nobody"."""
    if child.dep == "neg":
        return True
    if child.dep in ("advmod", "preconj", "cc", "det") and child.lower in _NEGATING:
        return True
    if child.dep == "advmod" and child.lower in ("longer", "ever", "yet"):
        return any(each.dep == "neg" for each in child.children)
    return child.dep in ("nsubj", "nsubjpass") and _denied_subject(child)


def _hedges(child: Word, verb: Word) -> bool:
    """Whether a verb's child leaves its clause open: "may", "reportedly", "if", "according to"."""
    match child.dep:
        case "advmod":
            return child.lower in _HEDGING_ADVERBS
        case "aux":
            return _modal_hedges(child, verb)
        case "mark":
            return child.lower in _CONDITIONS
        case "advcl":
            return any(each.lower in ("if", "unless") for each in child.all("mark"))
        case "npadvmod":
            return child.lower in ("rumor", "rumour", "legend")
        case "prep" if child.lower == "according":
            return not _RECORDS.intersection(word.lower for word in _below(child))
        case "prep":
            return child.lower in ("in", "by") and _is_rumour(child)
        case _:
            return False


def denied_argument(word: Word) -> bool:
    """Whether this end alone is denied: "not in Paris", "no prize", "neither Bohr"."""
    if any(
        child.dep in ("neg", "det", "preconj", "cc", "advmod")
        and child.lower in ("no", "not", "neither", "never")
        for child in word.children
    ):
        return True
    head = word.head
    return bool(
        head is not None
        and head.dep in ("prep", "agent")
        and (
            any(child.dep == "neg" or child.lower in ("not", "never") for child in head.children)
            or head.lower in ("without", "except")
            or (head.lower == "of" and head.head is not None and head.head.lower == "instead")
        )
    ) or bool(
        word.dep == "conj"
        and head is not None
        and any(c.lower in ("not", "nor") for c in head.all("cc", "neg"))
    )


def hedged_argument(word: Word) -> bool:
    """Whether this end alone is left open: "probably in 1850"."""
    nodes = [word] + ([word.head] if word.head is not None and word.head.dep in ("prep", "agent") else [])
    return any(
        child.lower in _HEDGING_ADVERBS for node in nodes for child in node.children if child.dep == "advmod"
    )


def _modal_hedges(modal: Word, verb: Word) -> bool:
    if modal.lower not in _HEDGING_MODALS or modal.tag not in ("MD",):
        return False
    if modal.lower not in ("would", "'d"):
        return True
    narrated = verb.lemma in ("become", "go") or any(
        child.lower in _NARRATED_FUTURE for child in verb.children if child.dep == "advmod"
    )
    return not narrated or any(child.lower == "have" for child in verb.all("aux"))


def _denied_subject(subject: Word) -> bool:
    if subject.lower in ("nobody", "none", "neither", "nothing"):
        return True
    return any(
        child.lower in ("no", "neither") and child.dep in ("det", "preconj", "cc", "advmod")
        for child in subject.children
    )


def _is_rumour(preposition: Word) -> bool:
    target = preposition.child("pobj")
    return target is not None and target.lemma in (
        "rumor",
        "rumour",
        "legend",
        "myth",
        "fiction",
        "tradition",
    )


def _below(word: Word) -> list[Word]:
    found = [word]
    for each in found:
        found += each.children
    return found

"""A parsed sentence as plain Python: what the clause rules walk over.

spaCy's tokens cost a call into C for every attribute; the rules read each many times. The words
also outlive the spaCy document, whose memory is freed window by window.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from kgfm.extraction.pipeline import lemma

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

# spaCy takes these participles for forms of another verb.
_LEMMAS: Final = {("bore", "VBN"): "bear", ("born", "VBN"): "bear", ("born", "VBD"): "bear"}
_BEFORE_BASE_FORM: Final = frozenset("do to will would may might could should can".split())
_CASED: Final = ("NNP", "NNPS")
_PARSED_VERBS: Final = frozenset({"VB", "VBD", "VBG", "VBN", "VBP", "VBZ"})


@dataclass(slots=True, eq=False, repr=False)
class Word:
    """One token: its place in the document's text, its tag and its place in the tree."""

    index: int  # position in the sentence
    text: str
    lower: str
    lemma: str  # lower case
    tag: str  # Penn Treebank
    dep: str  # ClearNLP dependency label
    start: int
    end: int
    entity: str  # spaCy's entity label, or ""
    left: int  # first and last index of its subtree
    right: int
    head: "Word | None" = None  # None for the root
    children: "list[Word]" = field(default_factory=list)

    def __repr__(self) -> str:
        return f"{self.text}/{self.tag}/{self.dep}"

    def child(self, *deps: str) -> "Word | None":
        """Return the first child with one of these labels."""
        for word in self.children:
            if word.dep in deps:
                return word
        return None

    def all(self, *deps: str) -> "list[Word]":
        """Return the children with one of these labels, in order."""
        return [word for word in self.children if word.dep in deps]

    @property
    def is_verb(self) -> bool:
        """Whether the tag is a verb's."""
        return self.tag in _PARSED_VERBS

    @property
    def is_proper(self) -> bool:
        """Whether the tag is a proper noun's."""
        return self.tag in ("NNP", "NNPS")

    @property
    def is_noun(self) -> bool:
        """Whether the tag is a noun's."""
        return self.tag in ("NN", "NNS", "NNP", "NNPS")

    @property
    def conjuncts(self) -> "list[Word]":
        """The word and those coordinated with it, in order: "A, B and C"."""
        found = [self]
        for word in found:
            found += [child for child in word.children if child.dep == "conj"]
        return sorted(found, key=lambda word: word.index)


@dataclass(slots=True, eq=False)
class Sentence:
    """The words of one sentence; `text` is the whole document's, to which the words' offsets refer."""

    text: str
    words: list[Word]
    entities: list[tuple[int, int, str]]  # first word, last word + 1, spaCy's label
    number: int = 0  # position in the document

    @property
    def start(self) -> int:
        """First character."""
        return self.words[0].start

    @property
    def end(self) -> int:
        """Character after the last."""
        return self.words[-1].end

    def between(self, first: int, last: int) -> str:
        """Return the text from word `first` to word `last`, white space made single."""
        return " ".join(self.text[self.words[first].start : self.words[last].end].split())


def sentences(doc: "Doc", starts: list[int], text: str) -> Iterator[Sentence]:
    """Yield the sentences of a parse whose tokens begin at `starts` of `text`."""
    for span in doc.sents:
        words = [_word(token, index, starts[token.i]) for index, token in enumerate(span)]
        _link(words, [token.head.i - span.start for token in span])
        entities = [(e.start - span.start, e.end - span.start, e.label_) for e in span.ents]
        yield Sentence(text, words, entities)


def _word(token: "Token", index: int, start: int) -> Word:
    form, tag = token.text, token.tag_
    lower = form.lower()
    base = _LEMMAS.get((lower, tag)) or lemma(form if tag in _CASED else lower, tag)
    return Word(
        index, form, lower, base, tag, token.dep_, start, start + len(form), token.ent_type_, index, index
    )  # fmt: skip


def _link(words: list[Word], heads: list[int]) -> None:
    for word, head in zip(words, heads, strict=True):
        if head != word.index:
            word.head = words[head]
            word.head.children.append(word)
    for word in words:
        auxiliary = word.child("aux") if word.lower == "found" else None
        if auxiliary is not None and auxiliary.lemma in _BEFORE_BASE_FORM:
            word.lemma = "found"  # "did not found", "to found": not the past of "find"
    _measure(words)


def _measure(words: list[Word]) -> None:
    """Spread each word's extent to its ancestors; trees are shallow, so this stays linear in practice."""
    for word in words:
        head = word.head
        while head is not None and not head.left <= word.index <= head.right:
            head.left = min(head.left, word.index)
            head.right = max(head.right, word.index)
            head = head.head

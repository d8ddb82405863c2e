"""One sentence read whole: names, clauses, noun phrases."""

from kgfm.extraction.names import KnownNames
from kgfm.extraction.nominal import read_nouns
from kgfm.extraction.propositions import Reader, read_clauses
from kgfm.extraction.tree import Sentence


def read(sentence: Sentence, longest: int, known: KnownNames) -> Reader:
    """Return the reader with what the sentence says; longer ones (in words) give names alone."""
    reader = Reader(sentence, known)
    if len(sentence.words) <= longest:
        read_clauses(reader)
        read_nouns(reader)
    return reader

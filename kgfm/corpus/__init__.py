"""Files to documents: readers for text, Markdown, HTML, PDF, JSONL and CSV.

In: paths and streams. Out: `Document` with a stable id, and `SourceError` for what could not be read.
"""

from kgfm.corpus.document import Document, Span

__all__ = ["Document", "Span"]

"""Every error that kgfm raises on purpose, one tree.

    KgfmError
    ├── ConfigError          a setting, recipe or argument is out of its range
    ├── SourceError          a file or record that should become a document cannot
    │   ├── EncodingError    ... because its bytes are not text
    │   └── EmptySourceError ... because it holds no text
    ├── FormatError          a graph file is malformed: names file and line
    ├── StoreError           the knowledge base cannot be opened, read or written
    │   ├── NotAStoreError   the folder is something else
    │   ├── StoreVersionError it was written by a newer kgfm
    │   └── StoreLockedError another process is writing to it
    ├── QueryError           a SPARQL query is malformed or not allowed
    ├── UnknownTermError     a label or name matches nothing
    ├── AmbiguousTermError   a label matches several things: lists them
    ├── EntailmentError      so much follows from a graph that it cannot be held
    ├── ExtractionError      a document could not be extracted
    ├── TrainingError        a graph is too small or a checkpoint does not fit
    └── MemoryLimitError     the work needs more memory than it was given: says how much

A message is one line of plain English: the thing, the place, the remedy. What a program
might want to act on is also an attribute.
"""

from collections.abc import Sequence


class KgfmError(Exception):
    """Base of all errors that kgfm raises on purpose."""


class ConfigError(KgfmError, ValueError):
    """A setting, recipe entry or argument is out of its range."""


class SourceError(KgfmError):
    """A file or record that should become a document cannot; `place` says which."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason

    def __reduce__(self) -> tuple[type["SourceError"], tuple[str, str]]:
        return type(self), (self.place, self.reason)


class EncodingError(SourceError):
    """The bytes are not text in any encoding that could be recognised."""


class EmptySourceError(SourceError):
    """The source holds no text."""


class FormatError(KgfmError, ValueError):
    """A graph file is malformed; the message names file and line."""


class StoreError(KgfmError):
    """The knowledge base cannot be opened, read or written."""


class NotAStoreError(StoreError):
    """The folder exists and is not a knowledge base."""


class StoreVersionError(StoreError):
    """The knowledge base was written by a newer version of kgfm."""


class StoreLockedError(StoreError):
    """Another process holds the knowledge base's writer lock."""


class QueryError(KgfmError, ValueError):
    """A query is malformed, or asks for what is not allowed."""


class UnknownTermError(KgfmError, LookupError):
    """A label or name matches nothing in the graph; `suggestions` lists near ones."""

    def __init__(self, name: str, suggestions: Sequence[str] = ()) -> None:
        near = f" Did you mean {', '.join(suggestions)}?" if suggestions else ""
        super().__init__(f"'{name}' is not in this knowledge base.{near} Try `kgfm search '{name}'`.")
        self.name = name
        self.suggestions = tuple(suggestions)


class AmbiguousTermError(KgfmError, LookupError):
    """A label matches several terms; `candidates` lists their IRIs."""

    def __init__(self, name: str, candidates: Sequence[str]) -> None:
        super().__init__(f"'{name}' is ambiguous: give one of {', '.join(candidates)}.")
        self.name = name
        self.candidates = tuple(candidates)


class EntailmentError(KgfmError):
    """So much follows from a graph that it cannot be held."""


class ExtractionError(KgfmError):
    """A document could not be extracted."""


class TrainingError(KgfmError):
    """A graph is too small to train on, or a checkpoint does not fit it."""


class MemoryLimitError(KgfmError):
    """The work needs more memory than it was given; `needed` and `given` are in bytes."""

    def __init__(self, work: str, needed: int, given: int) -> None:
        super().__init__(
            f"{work} needs about {needed / 1e9:.1f} GB of memory, more than the {given / 1e9:.1f} GB "
            "of --memory. Give more, or a smaller graph."
        )
        self.needed = needed
        self.given = given

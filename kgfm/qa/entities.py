"""What question answering knows of an entity without asking the store: its names."""

from dataclasses import dataclass

from kgfm.kg import IRI
from kgfm.qa.words import words


@dataclass(frozen=True, slots=True)
class NamedEntity:
    """An entity of the knowledge base and its names."""

    iri: IRI
    kind: str  # a key of namespaces.ENTITY_CLASSES, or "" for one of another graph
    label: str
    alt_labels: tuple[str, ...] = ()
    mentions: int = 1  # how often the documents name it

    @property
    def names(self) -> tuple[str, ...]:
        """All its names, the label first."""
        return (self.label, *self.alt_labels)

    @property
    def surnames(self) -> set[str]:
        """The last words of its names, folded."""
        return {word for name in self.names for word in words(name)[-1:]}

"""What question answering knows of an entity without asking the store: its names."""

from dataclasses import dataclass

from kgfm.kg import IRI


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

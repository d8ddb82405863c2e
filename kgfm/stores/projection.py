"""Which default-graph triple a supported triple becomes, given the merge table, and the way back."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from kgfm.errors import StoreError
from kgfm.kg import IRI, Term, Triple
from kgfm.kg.namespaces import ALT_LABEL, LABEL, TYPE
from kgfm.stores.base import Merge


class MergeTable:
    """Merges, read both ways. Chains (a into b, b into c) are followed to their end."""

    def __init__(self, merges: Mapping[IRI, Merge]) -> None:
        self.merges = dict(merges)
        self._canonical = {member: self._end(member) for member in self.merges}
        self._members: dict[IRI, list[IRI]] = defaultdict(list)
        for member, canonical in sorted(self._canonical.items()):
            self._members[canonical].append(member)

    def _end(self, member: IRI) -> IRI:
        seen = {member}
        while member in self.merges:
            member = self.merges[member].canonical
            if member in seen:
                raise StoreError(f"the merges of {member} run in a circle; leave one of them out.")
            seen.add(member)
        return member

    def canonical(self, term: IRI) -> IRI:
        """Return the entity that a name stands for; itself where it is not merged."""
        return self._canonical.get(term, term)

    def members(self, term: IRI) -> tuple[IRI, ...]:
        """Return all names that stand for a canonical entity; none where it is merged away itself."""
        if term in self._canonical:
            return ()
        return (term, *self._members.get(term, ()))

    def changed(self, other: "MergeTable") -> set[IRI]:
        """Return the names that have another canonical entity in `other`."""
        names = self._canonical.keys() | other._canonical.keys()
        return {name for name in names if self.canonical(name) != other.canonical(name)}

    def project(self, triple: Triple) -> Triple | None:
        """Return the default-graph triple that a supported triple becomes; None where it becomes none."""
        if not self.merges:
            return triple
        subject, predicate, object_ = triple.subject, triple.predicate, triple.object
        if isinstance(object_, IRI):
            object_ = self.canonical(object_)
        if isinstance(subject, IRI) and subject in self._canonical:
            if predicate == TYPE:
                return None
            predicate = ALT_LABEL if predicate == LABEL else predicate
            subject = self.canonical(subject)
        return Triple(subject, predicate, object_)

    def origins(self, triple: Triple) -> Iterator[Triple]:
        """Yield every triple that `project` maps to this one."""
        subject = triple.subject
        if not self.merges or not isinstance(subject, IRI):
            yield triple
            return
        for name in self.members(subject):
            merged = name != subject
            if merged and triple.predicate in (TYPE, LABEL):
                continue
            for object_ in self.terms(triple.object):
                yield Triple(name, triple.predicate, object_)
                if merged and triple.predicate == ALT_LABEL:
                    yield Triple(name, LABEL, object_)

    def terms(self, term: Term) -> tuple[Term, ...]:
        """Return all that stands for a term: the names of an entity, or a literal itself."""
        return self.members(term) if isinstance(term, IRI) else (term,)

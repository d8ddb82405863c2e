"""How well an entity fits a place (the head or the tail) of a relation, learned from counts.

A small graph gives each entity too few edges for its vector to say what it is. Its type, and the
places where it stands already, say more: what is somewhere a tail of "place of birth" can be a tail
of "place of death". This prior estimates P(entity | place) by backing off from the entity's own
count there to its classes: its rdf:type where known, and the places it occupies.
"""

import numpy as np
from jaxtyping import Float, Int64

from kgfm.data.triples import TripleSet

_BACK_OFF = 10.0  # edges that the class estimate is worth against the entity's own count


class PlacePrior:
    """Log-probability of each entity at each place, the places being relations and their inverses.

    With n(e, p) edges of entity e at place p, N(p) edges there, and classes C(e):
    P(e | p) = (n(e, p) + 10 P_class(e | p)) / (N(p) + 10), where P_class is proportional to the mean
    over c in C(e) of (n(p, c) + 1) / (n(c) + number of places), add-one smoothed; n(p, c) counts the
    entities of class c at p, and n(c) all entities of class c.
    """

    def __init__(self, graph: TripleSet) -> None:
        """Count a graph without inverse edges."""
        both = graph.with_inverses()
        self._entities, places = graph.entity_count, both.relation_count
        # An edge's tail stands at the place that the edge's relation asks for.
        pairs, counts = np.unique(both.relations * self._entities + both.tails, return_counts=True)
        self._place, self._entity, self._count = pairs // self._entities, pairs % self._entities, counts
        self._total = np.bincount(self._place, weights=counts, minlength=places)
        types = np.full(self._entities, -1, dtype=np.int64) if graph.types is None else graph.types
        typed = np.flatnonzero(types >= 0)
        # (entity, class) incidence: places first, then types, each type counted as much as all places.
        self._member = np.concatenate([self._entity, typed])
        self._class = np.concatenate([self._place, types[typed] + places])
        self._classes = places + len(graph.type_labels)
        self._class_size = np.bincount(self._class, minlength=self._classes)
        share = np.bincount(self._entity, minlength=self._entities)
        weight = np.concatenate([1.0 / share[self._entity], np.ones(len(typed))])
        self._member_weight = weight / np.bincount(self._member, weights=weight, minlength=1)[self._member]
        self._places = places

    def log_probabilities(
        self, relations: Int64[np.ndarray, " queries"]
    ) -> Float[np.ndarray, "queries entities"]:
        """Return log P(entity | tail place of each relation); relation + relation_count: its head place."""
        unique, rows = np.unique(relations, return_inverse=True)
        table = (
            np.stack([self._one_place(int(place)) for place in unique]) if len(unique) else np.empty((0, 0))
        )
        return table[rows] if len(unique) else np.empty((0, self._entities), dtype=np.float32)

    def _one_place(self, place: int) -> Float[np.ndarray, " entities"]:
        here = self._place == place
        present = np.zeros(self._entities, dtype=bool)
        present[self._entity[here]] = True
        together = np.bincount(self._class[present[self._member]], minlength=self._classes)
        likely = (together + 1.0) / (self._class_size + self._places)
        fit = np.bincount(
            self._member, weights=likely[self._class] * self._member_weight, minlength=self._entities
        )
        # An entity without classes fits as well as the smoothing alone says.
        fit[fit == 0] = 1.0 / self._places if self._places else 1.0
        own = np.zeros(self._entities)
        own[self._entity[here]] = self._count[here]
        share = (own + _BACK_OFF * fit / fit.sum()) / (self._total[place] + _BACK_OFF)
        logs: np.ndarray = np.log(share).astype(np.float32)
        return logs

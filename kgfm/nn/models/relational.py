"""A transductive encoder: a vector for each entity and relation, refined by its neighbourhood."""

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from kgfm.nn.config import RelationalConfig
from kgfm.nn.conv.compgcn import CompGCNConv, symmetric_norm
from kgfm.nn.conv.rgcn import RGCNConv
from kgfm.nn.heads import SCORERS


class RelationalModel(nn.Module):
    """CompGCN, R-GCN or nothing over learned embeddings, with a decoder.

    The last row of each embedding stands for entities, relations or types that training never saw.
    """

    def __init__(self, entities: int, relations: int, types: int, config: RelationalConfig) -> None:
        super().__init__()
        self.config = config
        self.entity = nn.Embedding(entities + 1, config.channels)
        self.relation = nn.Embedding(relations + 1, config.channels)
        self.kind = nn.Embedding(types + 1, config.channels)
        self.popularity = nn.Embedding(entities + 1, 1)
        self.layers = nn.ModuleList(_layer(relations + 1, config) for _ in range(config.layers))
        self.dropout = nn.Dropout(config.dropout)
        self.scorer = SCORERS[config.decoder]
        for table, scale in (
            (self.entity, 0.1),
            (self.relation, 0.1),
            (self.kind, 0.05),
            (self.popularity, 0.0),
        ):
            nn.init.normal_(table.weight, std=scale)

    @torch.no_grad()
    def fill_unseen(self) -> None:
        """Let the rows for unseen entities and relations be the mean of the others; done after training."""
        for table in (self.entity, self.relation, self.popularity):
            table.weight[-1] = table.weight[:-1].mean(dim=0)
        for layer in self.layers:
            if isinstance(layer, RGCNConv):
                layer.mixture[-1] = layer.mixture[:-1].mean(dim=0)

    def forward(
        self,
        entity_rows: Int[Tensor, " entities"],
        type_rows: Int[Tensor, " entities"],
        relation_rows: Int[Tensor, " relations"],
        edges: Int[Tensor, "3 edges"],
        weights: Float[Tensor, " edges"],
    ) -> tuple[Float[Tensor, "entities channels"], Float[Tensor, "relations channels"]]:
        """Encode a graph whose entity e has row `entity_rows[e]` of the embedding; -1: never seen.

        `edges` holds sources, relations and targets, in the graph's own ids, inverses included.
        """
        states = self.entity(entity_rows % self.entity.num_embeddings)
        states = states + self.kind(type_rows % self.kind.num_embeddings)
        kinds = self.relation(relation_rows % self.relation.num_embeddings)
        sources, relations, targets = edges
        for layer in self.layers:
            if isinstance(layer, RGCNConv):
                rows = relation_rows[relations] % self.relation.num_embeddings
                passed = layer(self.dropout(states), sources, rows, targets, weights)
            else:
                norm = symmetric_norm(sources, targets, weights, len(entity_rows))
                passed, turned = layer(self.dropout(states), kinds, sources, relations, targets, norm)
                kinds = kinds + turned
            # Added to what went in: an entity without edges keeps its own vector.
            states = states + torch.tanh(passed)
        return states, kinds

    def scores(
        self,
        states: Float[Tensor, "entities channels"],
        kinds: Float[Tensor, "relations channels"],
        entity_rows: Int[Tensor, " entities"],
        heads: Int[Tensor, " queries"],
        relations: Int[Tensor, " queries"],
    ) -> Float[Tensor, "queries entities"]:
        """Score every entity as the tail of each query: unbounded logits."""
        query, kind = self.dropout(states[heads]), self.dropout(kinds[relations])
        popularity: Tensor = self.popularity(entity_rows % self.popularity.num_embeddings).squeeze(-1)
        return self.scorer(query, kind, states) + popularity


def _layer(relations: int, config: RelationalConfig) -> nn.Module:
    if config.encoder == "r-gcn":
        return RGCNConv(config.channels, relations, config.bases)
    return CompGCNConv(config.channels, config.composition)

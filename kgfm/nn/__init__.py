"""Tensors to tensors: neither text nor triples nor files are known here.

The axes that signatures name, once for the whole room:

| axis         | runs over                                                                     |
|--------------|-------------------------------------------------------------------------------|
| `entities`   | all entities of the graph; also called nodes elsewhere                        |
| `relations`  | all relations with their inverses: relation r and, in the second half, r + R  |
| `edges`      | directed edges, inverse ones included, sorted by destination                  |
| `channels`   | features of one state                                                         |
| `queries`    | (head, relation, ?) questions answered together                               |
| `candidates` | entities that could be the tail of a query                                    |
| `types`      | kinds of entity                                                               |
"""

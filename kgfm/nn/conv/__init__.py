"""Message passing, one operator a file: states of entities and relations in, new states out."""

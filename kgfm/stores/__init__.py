"""Knowledge bases: documents' graphs enter whole; triples, statements and counters leave.

`base.py` holds the protocol and documents the layout; `oxigraph.py` is the embedded default.
"""

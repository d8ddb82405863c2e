"""From documents to statements: spaCy's parse, our own clause rules over it, names made one.

In: `corpus.Document`. Out: `kg.DocumentGraph`, a function of the text and the settings alone.
The way through: windows -> pipeline (spaCy) -> tree -> names -> clauses -> propositions
-> coreference -> predicates -> confidence -> extractor.
"""

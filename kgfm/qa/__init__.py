"""Search and question answering over a knowledge base, with citations.

In: a store, an encoder of text, a schema and a question. Out: `SearchResults` and `Answer`.
"""

"""Words into vectors: encoders of text and the cache that spares doing it twice.

In: texts. Out: float32 arrays, one row of unit length a text. Configs import no torch.
"""

"""A sentence in which names stand for some of its words, and what lies where in both."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Self

from kgfm.qa.steps import Span


@dataclass(frozen=True, slots=True)
class Written:
    """The new text; each part of it, in order, with where it and what it stands for begin."""

    text: str
    parts: tuple[tuple[int, int], ...]  # begin in the new text, begin in the old; the ends are the last

    @classmethod
    def of(cls, old: str, names: Mapping[Span, str]) -> Self:
        """Write names in the place of characters of a text; the places do not overlap."""
        text, done, parts = "", 0, [(0, 0)]
        for (begin, end), name in sorted(names.items()):
            text += old[done:begin]
            parts.append((len(text), begin))
            text += name
            parts.append((len(text), end))
            done = end
        text += old[done:]
        return cls(text, (*parts, (len(text), len(old))))

    def there(self, span: Span) -> Span:
        """Return where characters of the old text, parts of them replaced or not, stand in the new."""
        begin, end = span
        return self._mapped(begin, 1), self._mapped(end, 1, closing=True)

    def back(self, span: Span) -> Span:
        """Return what characters of the new text stand for in the old."""
        begin, end = span
        return self._mapped(begin, 0), self._mapped(end, 0, closing=True)

    def _mapped(self, place: int, side: int, *, closing: bool = False) -> int:
        """Map a place of one text (0: the new, 1: the old); within what was replaced, to its begin or end."""
        for one, two in pairwise(self.parts):
            if one[side] <= place < two[side] or (closing and one[side] < place <= two[side]):
                if two[0] - one[0] == two[1] - one[1]:
                    return one[1 - side] + place - one[side]
                return two[1 - side] if closing else one[1 - side]
        return self.parts[-1][1 - side]

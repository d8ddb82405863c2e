"""Whether a candidate and a step's start play, in a sentence, the parts that the step gives them."""

from collections.abc import Sequence
from typing import Final

from kgfm.extraction.tree import Word
from kgfm.qa.kin import excludes, is_kin, is_reverse, other_sex
from kgfm.qa.roles import OBJECT, OBLIQUE, SAME, SUBJECT, agreement, belonging, owners, part
from kgfm.qa.steps import Step
from kgfm.qa.words import stem

# What the start of a step plays beside its verb, by the part of the gap.
_START_PARTS: Final = {SUBJECT: (OBJECT, OBLIQUE), OBJECT: (SUBJECT,), OBLIQUE: (SUBJECT, OBJECT)}


def is_other_kin(step: Step, head: Word, tree: Sequence[Word], starts: Sequence[Word]) -> bool:
    """Whether a sentence calls a candidate by nouns of kin by which it is not what the step asks for.

    "The daughter of a stockbroker" is not the daughter of the step's start, but may be the wife.
    """
    asked = step.gap.word.partition("_")[0]
    if not is_kin(asked):
        return False
    called = [word for word in tree if is_kin(word.lower) and part(head, word) == SAME]
    others = [word for word in called if any(one.is_noun and one not in starts for one in owners(word))]
    nearer = [word for word in called if word not in others]
    if any(other_sex(asked, word.lower) for word in called):
        return True
    if nearer:
        return all(excludes(asked, word.lower) for word in nearer)
    return any(not excludes(asked, word.lower) for word in others)


def is_anothers(step: Step, verb: Word, head: Word, others: Sequence[Word]) -> bool:
    """Whether one of the others plays the part of the step's start beside a verb."""
    wanted = _START_PARTS.get(step.gap.part, ()) if verb.is_verb else ()
    return any(part(one, verb) in wanted for one in others if one is not head)


def agreements(
    step: Step, word: Word, head: Word, starts: Sequence[Word], others: Sequence[Word]
) -> tuple[float, float]:
    """Return how well a candidate and the step's start play their parts beside a word."""
    if step.gap.part == SAME and word.is_noun:
        if is_reverse(stem(step.gap.word), stem(word.lower)):
            # Of "her nephew Otto Frisch" she is the aunt.
            same = max((agreement(SAME, part(one, word)) for one in starts), default=0.5)
            return belonging(word, (head,)), same
        return agreement(SAME, part(head, word)), belonging(word, starts)
    wanted = _START_PARTS.get(step.gap.part, ()) if word.is_verb else ()
    start = max((agreement(each, part(one, word)) for one in starts for each in wanted), default=0.5)
    anothers = start <= 0.5 and is_anothers(step, word, head, others)
    return agreement(step.gap.part, part(head, word)), 0.0 if anothers else start

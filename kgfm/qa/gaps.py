"""Which part a question's gap plays beside its verb or noun: "who succeeded X" asks for a subject."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kgfm.qa.roles import OBJECT, OBLIQUE, SAME, SUBJECT
from kgfm.qa.tokens import Token

_ADVERBS: Final = frozenset({"where", "when"})
_WH: Final = frozenset({"who", "whom", "whose", "what", "which"})
_RELATIVE: Final = frozenset({"who", "which", "that", "whom"})
_AGENT_ENDINGS: Final = ("er", "or")
# Nouns of this form that are no doers of a verb.
_NOT_AGENTS: Final = frozenset(
    "mother father brother sister daughter number member order letter paper water power matter character"
    " chapter quarter year officer minister professor doctor author center colour color mayor".split()
)


@dataclass(frozen=True, slots=True)
class Gap:
    """`word` is the folded verb or noun that the gap belongs to, "" where there is none."""

    word: str = ""
    part: str = ""  # of roles: SUBJECT, OBJECT, OBLIQUE, SAME, or "" where it is not plain


NO_GAP: Final = Gap()


def gap_of_question(body: Sequence[Token], clause: Sequence[Token]) -> Gap:
    """Read the gap of the main clause: the question word's place tells its part."""
    verb = next((token for token in reversed(clause) if token.is_verb and token.is_content), None)
    place = next((index for index, token in enumerate(body) if token.lower in _WH | _ADVERBS), None)
    if place is None:
        return NO_GAP
    before = body[place - 1].tag if place else ""
    if body[place].lower in _ADVERBS or before in ("IN", "TO"):
        return Gap(verb.lower if verb else "", OBLIQUE)
    if verb is None:
        return NO_GAP
    after = body[place + 1 :]
    auxiliary = next((token for token in after if token.is_verb or token.tag == "MD"), verb)
    if auxiliary.lemma == "do" and auxiliary is not verb:
        return Gap(verb.lower, OBJECT)
    subject_between = any(
        token.link or token.is_noun for token in after[_index(after, auxiliary) + 1 : _index(after, verb)]
    )
    if verb.tag == "VBN" and auxiliary.lemma == "be":
        return Gap(verb.lower, OBLIQUE if subject_between else OBJECT)
    if auxiliary is not verb and subject_between:
        return Gap(verb.lower, OBJECT)
    return Gap(verb.lower, SUBJECT)


def gap_of_description(part: Sequence[Token], head: Token) -> Gap:
    """Read the gap of "the discoverer of X", "the man who found X", "the institute that X joined"."""
    tokens = list(part)
    behind = tokens[tokens.index(head) + 1 :]
    relative = next((index for index, token in enumerate(behind) if token.lower in _RELATIVE), None)
    if relative is not None:
        clause = behind[relative + 1 :]
        verb = next((token for token in clause if token.is_verb and token.is_content), None)
        if verb is not None:
            between = clause[: clause.index(verb)]
            return Gap(verb.lower, OBJECT if any(t.link or t.is_noun for t in between) else SUBJECT)
    if head.lemma.endswith(_AGENT_ENDINGS) and head.lemma not in _NOT_AGENTS:
        return Gap(head.lower, SUBJECT)
    return Gap(head.lower, SAME)


def _index(tokens: Sequence[Token], token: Token) -> int:
    return next((index for index, other in enumerate(tokens) if other is token), len(tokens))

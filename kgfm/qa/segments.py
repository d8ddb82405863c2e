"""A question cut into descriptions, from what is asked for down to the innermost one.

"Where was the founder of the Radiation Laboratory born?" -> "where ... born" | "founder of ...".
The cuts follow the order of words and their tags: parsers trained on statements attach the words of
questions badly, but tag them well.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from kgfm.qa.expectation import (
    DATE,
    NUMBER,
    Expectation,
    asks_for_number,
    expectation_of_noun,
    expectation_of_word,
    names_a_kind,
)
from kgfm.qa.gaps import NO_GAP, Gap, gap_of_description, gap_of_question
from kgfm.qa.gender import gender_of_noun
from kgfm.qa.roles import OBLIQUE
from kgfm.qa.tokens import Token

_QUESTION_WORDS: Final = frozenset("who whom whose where when what which how why".split())
_RELATIVE: Final = frozenset("who whom whose which that".split())
_AUXILIARIES: Final = frozenset("be do have can could will would may might shall should must".split())
_COPULA: Final = "be"
_LIVING: Final = frozenset({"do_for_living", "earn_living"})  # phrases of the thesaurus
_LONGEST_OPENING: Final = 10  # words before the question word, as in "In the water of which place"


@dataclass(frozen=True, slots=True)
class Segment:
    """Words of one description; `expects` is what the description stands for."""

    tokens: tuple[Token, ...]
    expects: Expectation
    gap: Gap = NO_GAP

    @property
    def names(self) -> bool:
        """Whether it holds a linked name."""
        return any(token.link for token in self.tokens)

    def merged(self, inner: "Segment") -> "Segment":
        """Return both as one; the outer one says what is asked for, the inner noun becomes a word."""
        expects = self.expects if self.expects.kinds or self.expects.noun else inner.expects
        gap = self.gap if self.gap.word else Gap(inner.gap.word, self.gap.part or inner.gap.part)
        return Segment(self.tokens + inner.tokens, expects, gap)


def segments(tokens: Sequence[Token], *, yes_no: bool = False) -> list[Segment]:
    """Return the segments, outermost first; the first stands for the answer."""
    body = [token for token in tokens if token.tag not in (".", "''", "``") and token.lower not in ("?", "!")]
    if yes_no or not body:
        return [Segment(tuple(body), Expectation())] if body else []
    opening, expects, rest = _opening(body)
    end = _end_of_subject(body, rest)
    outer, inner = _main_clause(rest[:end])
    head = Segment((*opening, *outer, *rest[end:]), expects, gap_of_question(body, outer))
    parts = _descriptions(inner)
    if not _says_something(head) and parts and (not _asks_where(head) or _same_kind(head, parts[0])):
        # "Who was the wife of ...?": the description is the question.
        first = parts[0]
        kept = expects if expects.kinds and not first.expects.kinds else first.expects
        gap = first.gap if first.gap.word else head.gap
        parts[0] = replace(first, expects=_narrowed(expects, kept), gap=gap)
        return parts
    return [head, *parts]


def _end_of_subject(body: Sequence[Token], rest: Sequence[Token]) -> int:
    """Return where the words end that "is" speaks of, and those begin that the question takes apart.

    "Where was the author of the book *from*?", "of which city was her husband *a native*?"
    """
    if not rest or rest[0].lemma != _COPULA:
        return len(rest)
    if body[0].lower == "where" and rest[-1].text == "from":
        return len(rest) - 1
    article = next((i for i in range(len(rest) - 1, 0, -1) if rest[i].tag == "DT"), 0)
    plain = all(token.is_noun or token.tag == "JJ" for token in rest[article + 1 :])
    taken = body[0].lower == "of" and rest[article].lower in ("a", "an") and plain
    return article if taken else len(rest)


def _says_something(segment: Segment) -> bool:
    return (
        any(token.is_content and token.text != segment.expects.noun for token in segment.tokens)
        or segment.names
    )


def _same_kind(head: Segment, described: Segment) -> bool:
    return head.expects.kinds[:1] == described.expects.kinds[:1]


def _asks_where(segment: Segment) -> bool:
    return segment.expects.kinds[:1] in (("place",), (DATE,)) and not segment.expects.noun


def _narrowed(asked: Expectation, described: Expectation) -> Expectation:
    """Join what the question word and the description's noun say, the more special one first."""
    if asked.noun and asked.noun != described.noun:
        return asked
    return described if described.kinds or described.noun else asked


def _opening(tokens: list[Token]) -> tuple[list[Token], Expectation, list[Token]]:
    """Split off the question phrase: its words of content, what it expects, and the rest."""
    place = next(
        (i for i, token in enumerate(tokens[:_LONGEST_OPENING]) if token.lower in _QUESTION_WORDS), None
    )
    if place is None:
        # "Name the wife of Pierre Curie", "birthplace of Marie Curie": a description by itself.
        return [], Expectation(), [token for token in tokens if token.lemma not in ("name", "list", "give")]
    before, word = tokens[:place], tokens[place]
    end = place + 1
    if word.lower == "how":
        return _how(before, tokens[end:])
    expects = expectation_of_word(word.lower)
    if living := [token for token in tokens[end:] if token.lower in _LIVING]:
        return before, expectation_of_noun("living"), [t for t in tokens[end:] if t not in living]
    if word.lower in ("what", "which", "whose"):
        while end < len(tokens) and (
            tokens[end].is_noun or tokens[end].tag in ("JJ", "VBN", "JJS", "POS", "NNP")
        ):
            end += 1
        phrase = [token for token in tokens[place + 1 : end] if token.tag != "POS"]
        nouns = [token for token in phrase if token.is_noun]
        if nouns and any(token.tag == "POS" for token in tokens[place:end]):
            nouns = nouns[:1]
        if word.lower == "whose":
            before = [*before, *phrase]  # "whose book": asked for is who has it
        elif nouns:
            expects = expectation_of_noun(nouns[-1].lemma, nouns[-1].text)
            before = [*before, *(token for token in phrase if token is not nouns[-1])]
    return before, expects, tokens[end:]


def _how(before: list[Token], rest: list[Token]) -> tuple[list[Token], Expectation, list[Token]]:
    if not rest or not asks_for_number(rest[0].lower):
        return before, Expectation(), rest
    if rest[0].lower not in ("many", "much"):
        return [*before, rest[0]], Expectation((NUMBER,)), rest[1:]
    counted = [rest[1]] if len(rest) > 1 and rest[1].is_noun else []
    noun = counted[0].text if counted else ""
    return [*before, *counted], Expectation((NUMBER,), noun), rest[1 + len(counted) :]


def _main_clause(tokens: list[Token]) -> tuple[list[Token], list[Token]]:
    """Split the rest into the main clause's own words and the noun phrases that hold descriptions."""
    auxiliary = None
    if tokens and tokens[0].lemma in _AUXILIARIES and (tokens[0].is_verb or tokens[0].tag == "MD"):
        auxiliary, tokens = tokens[0], tokens[1:]
    verbs = _verb_groups(tokens)
    relatives = [i for i in range(1, len(tokens)) if _opens_relative(tokens, i)]
    if not verbs:
        return _mistaken_verb(tokens) if auxiliary and auxiliary.lemma == "do" else ([], tokens)
    if auxiliary and len(verbs) <= len(relatives):
        # Every verb belongs to a relative clause; beside "did" the last word must be the verb.
        return _mistaken_verb(tokens) if auxiliary.lemma == "do" else ([], tokens)
    outer = verbs[-1] if relatives and relatives[0] < verbs[0][0] else verbs[0]
    if len(verbs) > 1 and not relatives and auxiliary:
        outer = verbs[-1]
    before, verb, after = tokens[: outer[0]], tokens[outer[0] : outer[1]], tokens[outer[1] :]
    if after and after[0].lower in _RELATIVE:
        return verb, [*before, *after]  # "where was the chemist born who ..."
    if _depth(before) >= _depth(after):
        return [*verb, *after], before
    return [*verb, *before], after


def _mistaken_verb(tokens: list[Token]) -> tuple[list[Token], list[Token]]:
    """Find the verb that "did" must have, though the tagger took it for a noun.

    "did Turing attend", "did the discoverer of the neutron study physics": the last noun, or of
    several in a row the second, since the first belongs to what stands before.
    """
    end = len(tokens)
    while end and not tokens[end - 1].is_noun:
        end -= 1
    start = end
    while start and tokens[start - 1].is_noun:
        start -= 1
    if end - start == 0 or end < 2:
        return [], tokens
    verb = start + 1 if end - start > 1 else start
    return [replace(tokens[verb], tag="VB"), *tokens[verb + 1 :]], tokens[:verb]


def _depth(tokens: list[Token]) -> int:
    """How many descriptions lie in these words: none in a bare name or pronoun."""
    return len(_descriptions(tokens)) if any(token.is_noun for token in tokens) else 0


def _verb_groups(tokens: list[Token]) -> list[tuple[int, int]]:
    """Return (first, end) of each run of verbs, auxiliaries of the run included."""
    groups: list[tuple[int, int]] = []
    for index, token in enumerate(tokens):
        verb = token.is_verb or token.tag == "MD" or token.lower == "to"
        if token.tag in ("VBG", "VBN") and index + 1 < len(tokens) and tokens[index + 1].is_noun:
            continue  # "the examining committee"
        if verb and groups and groups[-1][1] == index:
            groups[-1] = (groups[-1][0], index + 1)
        elif verb and token.lower != "to":
            groups.append((index, index + 1))
    return groups


def _opens_relative(tokens: Sequence[Token], index: int) -> bool:
    before = tokens[index - 1]
    # "where did the man die who ...": the clause may stand apart from its noun
    follows = before.is_noun or before.link is not None or before.is_verb
    return tokens[index].lower in _RELATIVE and follows


def _descriptions(tokens: Sequence[Token]) -> list[Segment]:
    """Cut a noun phrase at "of", relative pronouns and possessives, outermost first."""
    parts: list[list[Token]] = [[]]
    heads: list[Token | None] = [None]
    index = 0
    while index < len(tokens):
        token = tokens[index]
        possessor = token.link is not None and index + 1 < len(tokens) and tokens[index + 1].tag == "POS"
        if possessor:
            index = _possessive(tokens, index, parts, heads)
            continue
        if heads[-1] is not None and _begins_inner(tokens, index):
            parts.append([])
            heads.append(None)
        parts[-1].append(token)
        if token.is_noun and not (index + 1 < len(tokens) and tokens[index + 1].is_noun):
            heads[-1] = heads[-1] or token
        index += 1
    made = [_segment(part, head) for part, head in zip(parts, heads, strict=True) if part]
    return [part for part in made if part.names or any(token.is_content for token in part.tokens)]


def _begins_inner(tokens: Sequence[Token], index: int) -> bool:
    """Whether a phrase begins here that may stand for a thing of its own: "of the ..." after a noun."""
    if tokens[index].tag == "IN" and tokens[index].lower == "of":
        return not _bare_name(tokens, index + 1)
    following = tokens[index : index + 4]
    head = next((place for place, token in enumerate(following) if token.is_noun), None)
    return (
        tokens[index].tag in ("DT", "PRP$")
        and head is not None
        and index + head + 1 < len(tokens)
        and (tokens[index + head + 1].lower == "of" or _opens_relative(tokens, index + head + 1))
    )


def _bare_name(tokens: Sequence[Token], index: int) -> bool:
    """Whether a figure comes next, or a name that possesses nothing: they need no step of their own."""
    while index < len(tokens) and tokens[index].link is None and not tokens[index].is_noun:
        index += 1
    if index > 0 and tokens[index - 1].is_number:
        return True
    possessive = index + 1 < len(tokens) and tokens[index + 1].tag == "POS"
    return index < len(tokens) and tokens[index].link is not None and not possessive


def _possessive(
    tokens: Sequence[Token], index: int, parts: list[list[Token]], heads: list[Token | None]
) -> int:
    """Read "NAME 's noun": the noun is a description of its own around the name."""
    end = index + 2
    while end < len(tokens) and (tokens[end].is_noun or tokens[end].tag in ("JJ", "JJS", "VBN", "VBG")):
        end += 1
    nouns = [token for token in tokens[index + 2 : end] if token.is_noun]
    if heads[-1] is not None:
        parts.append([])
        heads.append(None)
    parts[-1] += [tokens[index], *tokens[index + 2 : end]]
    heads[-1] = nouns[-1] if nouns else heads[-1]
    return end


def _segment(part: list[Token], head: Token | None) -> Segment:
    if head is None:
        return Segment(tuple(part), Expectation())
    noun = head.circumstance or head.lemma
    expects = replace(expectation_of_noun(noun, head.circumstance or head.text), gender=gender_of_noun(noun))
    behind = part[part.index(head) + 1 :]
    if not any(token.lower in _RELATIVE for token in behind):
        # "the wife of": the noun is the relation itself, not a class that its end is known by.
        expects = replace(expects, noun="")
    if names_a_kind(head.lemma):
        return Segment(tuple(part), expects)
    gap = Gap(head.lower, OBLIQUE) if head.circumstance else gap_of_description(part, head)
    return Segment(tuple(part), expects, gap)

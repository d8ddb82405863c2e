"""Comparable forms of names: what two spellings of one name have in common."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

# Letters that Unicode does not decompose into a base letter and an accent.
_LETTERS: Final = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i"}
)
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa"})

PERSON_TITLES: Final = frozenset(
    "sir dame lord lady mr mrs ms miss madame madam mme mlle monsieur dr doctor prof professor rev reverend "
    "saint st king queen prince princess duke duchess count countess baron baroness president general "
    "captain colonel major herr frau fräulein".split()
)
GENERATIONS: Final = frozenset({"jr", "sr", "ii", "iii", "iv", "junior", "senior"})
PARTICLES: Final = frozenset(
    "de von van der den du da di del della la le dos das ten ter al bin ibn af zu".split()
)
_LEGAL_FORMS: Final = frozenset(
    "inc incorporated ltd limited corp corporation co company plc llc gmbh ag sa nv bv oy ab".split()
)
_MINOR_WORDS: Final = frozenset("of the and for in at de der für du des la le und et".split())


def folded(name: str) -> str:
    """Drop case, accents, punctuation and a leading article: "The Collège" -> "college"."""
    text = unicodedata.normalize("NFKD", name).casefold().replace("&", " and ").translate(_LETTERS)
    text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    text = re.sub(r"['’`]s\b", "", text)
    words = re.sub(r"[^\w]+", " ", text).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] == "the" else words)


def transliterated(name: str) -> str:
    """Fold with German and Nordic vowels written out: "Schrödinger" -> "schroedinger"."""
    return folded(unicodedata.normalize("NFC", name.casefold()).translate(_UMLAUTS))


def organization_key(name: str) -> str:
    """Fold an organisation's name: no legal form, "University of X" and "X University" alike."""
    words = folded(name).split()
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words.pop()
    for kind in ("university", "college", "institute"):
        if len(words) == 3 and words[:2] == [kind, "of"]:
            return f"{words[2]} {kind}"
    return " ".join(words)


def acronym(name: str) -> str:
    """Return the initials of the words that count, upper case; "" for names of fewer than three."""
    words = [word for word in re.findall(r"\w+", name) if word.casefold() not in _MINOR_WORDS]
    return "".join(word[0] for word in words).upper() if len(words) >= 3 else ""


@dataclass(frozen=True, slots=True)
class PersonName:
    """A person's name in parts, folded; a part that is not given is empty."""

    given: tuple[str, ...]
    surname: str
    generation: str

    @classmethod
    def parse(cls, name: str) -> "PersonName":
        """Split a name; titles are dropped, particles stay with the surname."""
        words = folded(name).split()
        while len(words) > 1 and words[0] in PERSON_TITLES:
            words.pop(0)
        generation = words.pop() if len(words) > 1 and words[-1] in GENERATIONS else ""
        start = len(words) - 1
        while start > 0 and words[start - 1] in PARTICLES:
            start -= 1
        return cls(tuple(words[:start]), " ".join(words[start:]), generation)

    def may_shorten(self, fuller: "PersonName") -> bool:
        """Say whether this can be a shorter form of `fuller`: initials for names, middle names left out."""
        if self.surname != fuller.surname or self.generation not in ("", fuller.generation):
            return False
        if not self.given or not fuller.given or len(self.given) > len(fuller.given):
            return False
        if not _same_or_initial(self.given[0], fuller.given[0]):
            return False
        rest = iter(fuller.given[1:])
        return all(any(_same_or_initial(short, full) for full in rest) for short in self.given[1:])


def _same_or_initial(short: str, full: str) -> bool:
    return short == full or (len(short) == 1 and full.startswith(short))

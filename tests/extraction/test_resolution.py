"""Resolution merges what is surely the same, keeps homonyms apart, and depends on no order."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgfm.extraction.name_keys import PersonName, acronym, folded
from kgfm.extraction.resolution import contenders, resolve
from kgfm.kg import IRI, Entity
from kgfm.kg.namespaces import entity_iri


def name(label: str, kind: str = "person", *others: str, mentions: int = 1) -> Entity:
    return Entity(entity_iri(kind, label), kind, label, others, mentions)


def merged(*names: Entity) -> dict[str, str]:
    labels = {entry.iri: entry.label for entry in names}
    return {labels[member]: labels[found.canonical] for member, found in resolve(names).items()}


@pytest.mark.parametrize(
    ("other", "canonical"),
    [
        (name("MARIE CURIE"), name("Marie Curie", mentions=2)),
        (name("M. Curie"), name("Marie Curie")),
        (name("Curie"), name("Marie Curie")),
        (name("Marie Skłodowska-Curie"), name("Marie Sklodowska Curie", mentions=2)),
        (name("Erwin Schroedinger"), name("Erwin Schrödinger", mentions=2)),
        (name("Sir William Ramsay"), name("William Ramsay")),
        (name("J. J. Thomson"), name("Joseph John Thomson")),
        (name("Maria Skłodowska"), name("Marie Curie", "person", "Maria Skłodowska", mentions=2)),
        (name("MIT", "organization"), name("Massachusetts Institute of Technology", "organization")),
        (name("Cambridge University", "organization"), name("University of Cambridge", "organization")),
        (name("Bell Labs Inc.", "organization"), name("Bell Labs", "organization", mentions=2)),
    ],
)
def test_variants_of_one_name_merge(other: Entity, canonical: Entity) -> None:
    assert merged(other, canonical) == {other.label: canonical.label}


@pytest.mark.parametrize(
    "names",
    [
        (name("Cambridge", "place"), name("Cambridge", "organization")),
        (name("Jordan"), name("Jordan", "place")),
        (name("Curie"), name("Marie Curie"), name("Pierre Curie")),
        (name("William Bragg"), name("William Henry Bragg"), name("William Lawrence Bragg")),
        (name("Martin King Jr."), name("Martin King Sr.")),
        (name("Mrs Curie"), name("Mr Curie")),
        (name("J. Smith"), name("John Smith"), name("Jane Smith")),
    ],
)
def test_what_may_be_two_stays_two(names: tuple[Entity, ...]) -> None:
    assert merged(*names) == {}


def test_a_pair_kept_apart_does_not_merge_again() -> None:
    short, full = name("A. Einstein"), name("Albert Einstein")
    assert resolve([short, full])
    assert resolve([short, full], {(short.iri, full.iri)}) == {}


def test_the_reason_is_told() -> None:
    table = resolve([name("A. Einstein"), name("Albert Einstein")])
    assert table[entity_iri("person", "A. Einstein")].reason == "shorter form of the only name that it fits"


words = st.sampled_from(["Ada", "A.", "Bo", "B.", "King", "king", "Curie", "Dr", "of", "É", "Universität"])
labels = st.lists(words, min_size=1, max_size=3).map(" ".join)
kinds = st.sampled_from(["person", "organization", "place"])


@given(st.lists(st.tuples(labels, kinds), max_size=12, unique=True), st.randoms())
def test_the_table_depends_on_no_order_and_points_to_entities_that_stay(
    entries: list[tuple[str, str]], random: Random
) -> None:
    names = list({entity.iri: entity for entity in (name(*entry) for entry in entries)}.values())
    table = resolve(names)
    shuffled = names[:]
    random.shuffle(shuffled)
    assert resolve(shuffled) == table
    kind = {entity.iri: entity.kind for entity in names}
    for member, found in table.items():
        assert found.canonical not in table
        assert kind[member] == kind[found.canonical]


@given(st.lists(st.tuples(labels, kinds, st.lists(labels, max_size=2)), max_size=12))
def test_names_that_share_no_key_take_no_part(entries: list[tuple[str, str, list[str]]]) -> None:
    found = {entity.iri: entity for entity in (name(label, kind, *rest) for label, kind, rest in entries)}
    names = list(found.values())
    assert resolve(contenders(lambda: names)) == resolve(names)


def test_few_of_many_names_take_part() -> None:
    names = [name(f"Person{number} Family{number}") for number in range(50)]
    pair = [name("Ada Lovelace"), name("A. Lovelace")]
    assert list(contenders(lambda: [*names, *pair])) == pair
    assert list(contenders(list)) == []


@given(st.text().filter(lambda text: "the" not in text.casefold()))
def test_folding_is_idempotent(text: str) -> None:
    assert folded(folded(text)) == folded(text)


def test_parts_of_a_name() -> None:
    assert PersonName.parse("Prof. Louis de Broglie") == PersonName(("louis",), "de broglie", "")
    assert PersonName.parse("Curie").given == ()
    assert acronym("Massachusetts Institute of Technology") == "MIT"
    assert entity_iri("person", "A B") == IRI("urn:kgfm:entity:person:A_B")

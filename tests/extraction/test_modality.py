"""Nothing that a text denies or leaves open may come out as a fact."""

import pytest

from kgfm.kg.statement import Modality, Polarity
from tests.extraction.reading import graph_of, said

DENIED = [
    ("Albert Einstein never received the Fields Medal.", "person:Albert_Einstein P166 award:Fields_Medal"),
    ("Albert Einstein did not found CERN.", "P112 person:Albert_Einstein"),
    ("Grace Hopper failed to win the Nobel Prize.", "person:Grace_Hopper P166 award:Nobel_Prize"),
    (
        "Werner Heisenberg refused to join the Nazi Party.",
        "person:Werner_Heisenberg P102 organization:Nazi_Party",
    ),
    ("Grace Hopper worked in Boston without receiving the Turing Award.", "P166 award:Turing_Award"),
    ("Neither Niels Bohr nor Albert Einstein attended the University of Leipzig.", "person:Niels_Bohr P69"),
    ("Albert Einstein denied that he founded the Royal Society.", "P112 person:Albert_Einstein"),
    ("It is not true that Albert Einstein founded the Royal Society.", "P112 person:Albert_Einstein"),
    (
        "Lise Meitner was nominated for but never received the Nobel Prize.",
        "person:Lise_Meitner P166 award:Nobel_Prize",
    ),
    ("Albert Einstein no longer lived in Berlin.", "person:Albert_Einstein P551 place:Berlin"),
]
HEDGED = [
    "Leonardo da Vinci may have lived in Paris.",
    "Perhaps Leonardo da Vinci painted the Mona Lisa.",
    "Otto Hahn reportedly worked at Harvard University.",
    "Ada Lovelace is said to have married Charles Dickens.",
    "It was rumoured that Mozart married Antonia Salieri.",
    "Some accounts claim that Christopher Columbus discovered Iceland.",
    "According to a legend, Rome was founded by Romulus.",
    "Hypatia is believed to have been born in Alexandria.",
    "Werner Heisenberg planned to work at the Royal Society.",
    "Marie Curie hoped to win the Fields Medal.",
    "If Nikola Tesla had founded Google, Thomas Edison would have moved to California.",
    "Did Thomas Edison invent the telephone?",
    "The claim that Albert Einstein worked at Google is false.",
    "No evidence shows that Isaac Newton married Anne Storer.",
    "Critics allege that Thomas Edison invented the laser.",
]
FACTS = [
    ("Marie Curie was the first woman to win the Nobel Prize.", "person:Marie_Curie P166 award:Nobel_Prize"),
    ("Marie Curie went on to win the Nobel Prize.", "person:Marie_Curie P166 award:Nobel_Prize"),
    ("Alan Turing never married and died in Wilmslow.", "person:Alan_Turing P20 place:Wilmslow"),
    ("Historians know that Marie Curie was born in Warsaw.", "person:Marie_Curie P19 place:Warsaw"),
]


@pytest.mark.parametrize(("text", "part"), DENIED, ids=[text[:40] for text, _ in DENIED])
def test_what_is_denied_is_kept_as_denied(text: str, part: str) -> None:
    assert any(each.startswith("not ") and part in each for each in said(text))
    assert not any(part in each for each in said(text) if not each.startswith("not "))


@pytest.mark.parametrize("text", HEDGED, ids=[text[:40] for text in HEDGED])
def test_what_is_left_open_is_kept_and_never_holds(text: str) -> None:
    statements = graph_of(text).statements
    assert statements
    assert not any(statement.holds for statement in statements)
    assert any(statement.modality is Modality.HEDGED for statement in statements)


@pytest.mark.parametrize(("text", "fact"), FACTS, ids=[text[:40] for text, _ in FACTS])
def test_what_is_vouched_for_holds(text: str, fact: str) -> None:
    assert fact in said(text)


def test_denial_and_assertion_of_the_same_stay_apart() -> None:
    graph = graph_of("Alan Turing was born in London. Alan Turing was not born in London.")
    assert {s.polarity for s in graph.statements} == {Polarity.AFFIRMED, Polarity.NEGATED}
    assert len({s.iri for s in graph.statements}) == len(graph.statements)

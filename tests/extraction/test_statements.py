"""Each rule family on sentences of its own: what must be said, and what must not."""

import pytest

from kgfm.kg.statement import QualifierKind
from tests.extraction.reading import graph_of, said, short

CASES = [
    # active verbs, coordination of subjects and objects
    (
        "Marie Curie and Pierre Curie discovered radium and polonium.",
        {
            "concept:radium P61 person:Marie_Curie",
            "concept:radium P61 person:Pierre_Curie",
            "concept:polonium P61 person:Marie_Curie",
            "concept:polonium P61 person:Pierre_Curie",
        },
    ),
    ("James Cameron directed the film Titanic.", {"work:Titanic P57 person:James_Cameron"}),
    ("Pierre Curie married Marie Curie in 1895.", {"person:Pierre_Curie P26 person:Marie_Curie"}),
    ("Marie Curie worked with Henri Becquerel.", {"person:Marie_Curie work_with person:Henri_Becquerel"}),
    ("Marie Curie was born Maria Skłodowska in Warsaw.", {"person:Marie_Curie P19 place:Warsaw"}),
    # coordinated verbs share the subject
    (
        "Emmy Noether was born in Erlangen and died in Bryn Mawr.",
        {"person:Emmy_Noether P19 place:Erlangen", "person:Emmy_Noether P20 place:Bryn_Mawr"},
    ),
    # passives with and without an agent
    ("Radium was discovered by Marie Curie.", {"concept:radium P61 person:Marie_Curie"}),
    (
        "Microsoft was founded by Bill Gates in 1975.",
        {"organization:Microsoft P112 person:Bill_Gates", "organization:Microsoft P571 1975"},
    ),
    (
        "Lise Meitner was awarded the Enrico Fermi Award in 1966.",
        {"person:Lise_Meitner P166 award:Enrico_Fermi_Award"},
    ),
    ("Polonium was named after Poland.", {"concept:polonium P138 place:Poland"}),
    # the object of an active verb has its own date
    (
        "Niels Bohr founded the Niels Bohr Institute in 1921.",
        {
            "organization:Niels_Bohr_Institute P112 person:Niels_Bohr",
            "organization:Niels_Bohr_Institute P571 1921",
        },
    ),
    # copulas
    ("Warsaw is the capital of Poland.", {"place:Poland P36 place:Warsaw"}),
    ("The capital of France is Paris.", {"place:France P36 place:Paris"}),
    ("Bonn is a city in Germany.", {"place:Bonn P31 concept:city", "place:Bonn P131 place:Germany"}),
    (
        "Niels Bohr was a Danish physicist.",
        {"person:Niels_Bohr P106 concept:physicist", "person:Niels_Bohr P27 place:Denmark"},
    ),
    # appositions
    (
        "Marie Curie, a Polish physicist, was born in Warsaw on 7 November 1867.",
        {
            "person:Marie_Curie P106 concept:physicist",
            "person:Marie_Curie P27 place:Poland",
            "person:Marie_Curie P19 place:Warsaw",
            "person:Marie_Curie P569 1867-11-07",
        },
    ),
    ("Microsoft is based in Redmond, Washington.", {"place:Redmond P131 place:Washington"}),
    ("The physicist Lise Meitner moved to Sweden.", {"person:Lise_Meitner P106 concept:physicist"}),
    # possessives and nouns of kinship
    (
        "Niels Bohr's father, Christian Bohr, taught physiology.",
        {"person:Niels_Bohr P22 person:Christian_Bohr"},
    ),
    ("Marie Curie met her husband Pierre Curie in Paris.", {"person:Pierre_Curie P26 person:Marie_Curie"}),
    (
        "Irène Curie was the daughter of Marie Curie and Pierre Curie.",
        {"person:Irène_Curie P25 person:Marie_Curie", "person:Irène_Curie P22 person:Pierre_Curie"},
    ),
    ("Max Planck's student Lise Meitner came from Vienna.", {"person:Lise_Meitner P1066 person:Max_Planck"}),
    # relative and participial clauses
    (
        "Lise Meitner, who studied under Ludwig Boltzmann, left Berlin.",
        {"person:Lise_Meitner P1066 person:Ludwig_Boltzmann"},
    ),
    ("Warsaw, where Marie Curie was born, lies on the Vistula.", {"person:Marie_Curie P19 place:Warsaw"}),
    (
        "Stella Dallas is a 1925 American drama film directed by Henry King.",
        {
            "work:Stella_Dallas P57 person:Henry_King",
            "work:Stella_Dallas P577 1925",
            "work:Stella_Dallas P495 place:United_States",
            "work:Stella_Dallas P31 concept:drama_film",
        },
    ),
    # several prepositions at once
    (
        "Alan Turing studied under Alonzo Church at Princeton University.",
        {
            "person:Alan_Turing P1066 person:Alonzo_Church",
            "person:Alan_Turing P69 organization:Princeton_University",
        },
    ),
    # brackets
    (
        "Niels Bohr (7 October 1885 – 18 November 1962) was a physicist.",
        {"person:Niels_Bohr P569 1885-10-07", "person:Niels_Bohr P570 1962-11-18"},
    ),
    ("Etan Boritzer (born 1950) is a writer.", {"person:Etan_Boritzer P569 1950"}),
    # events
    (
        "The Solvay Conference was held in Brussels in October 1927.",
        {"event:Solvay_Conference P276 place:Brussels", "event:Solvay_Conference P585 1927-10"},
    ),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text[:40] for text, _ in CASES])
def test_a_sentence_says_what_it_says(text: str, expected: set[str]) -> None:
    assert expected <= said(text)


def test_times_qualify_the_main_statement() -> None:
    graph = graph_of("Marie Curie worked at the University of Paris from 1900 to 1910.")
    (statement,) = (s for s in graph.statements if short(s.predicate) == "P108")
    assert {(q.kind, short(q.value)) for q in statement.qualifiers} == {
        (QualifierKind.START, "1900"),
        (QualifierKind.END, "1910"),
    }


def test_a_description_of_unknown_reference_gives_no_statement() -> None:
    assert said("The company was founded by the engineer. It was sold to them.") == set()


def test_a_party_is_joined_otherwise_than_a_society() -> None:
    text = "Anna Berg joined the Labour Party. Carl Berg joined the Royal Society."
    assert {
        "person:Anna_Berg P102 organization:Labour_Party",
        "person:Carl_Berg P463 organization:Royal_Society",
    } <= said(text)

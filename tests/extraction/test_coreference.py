"""Pronouns, short forms and descriptions: resolved where safe, left alone where not."""

from tests.extraction.reading import graph_of, said


def test_a_pronoun_takes_the_only_person_it_can_mean() -> None:
    text = "Marie Curie lived in Paris. She was born in Warsaw."
    assert "person:Marie_Curie P19 place:Warsaw" in said(text)


def test_a_pronoun_heeds_gender() -> None:
    text = "Marie Curie married Pierre Curie. He was born in Paris. She was born in Warsaw."
    found = said(text)
    assert {"person:Pierre_Curie P19 place:Paris", "person:Marie_Curie P19 place:Warsaw"} <= found
    assert "person:Pierre_Curie P19 place:Warsaw" not in found


def test_a_pronoun_between_two_people_is_left_alone() -> None:
    text = "Niels Bohr and Albert Einstein met in Brussels. He was born in Ulm."
    assert not any("P19" in each for each in said(text))


def test_the_title_says_whom_a_pronoun_means() -> None:
    assert "person:Ada_Lovelace P19 place:London" in said("She was born in London.", title="Ada Lovelace")


def test_they_is_left_alone() -> None:
    assert not any("P551" in each for each in said("Niels Bohr met Albert Einstein. They lived in Berlin."))


def test_a_surname_means_the_only_bearer() -> None:
    graph = graph_of("Marie Curie was a physicist. Curie was born in Warsaw.")
    assert "person:Marie_Curie P19 place:Warsaw" in said(
        "Marie Curie was a physicist. Curie was born in Warsaw."
    )
    (curie,) = (entity for entity in graph.entities if entity.label == "Marie Curie")
    assert curie.alt_labels == ("Curie",)
    assert curie.mentions == 2


def test_what_somebody_is_elected_is_no_part_of_the_name() -> None:
    graph = graph_of("The Royal Society had elected Raman a Fellow in 1924. Raman was born in Trichinopoly.")
    assert not any("Fellow" in entity.label for entity in graph.entities if entity.kind == "person")


def test_a_surname_of_two_people_is_left_alone() -> None:
    text = "Marie Curie and Pierre Curie lived in Paris. Curie was born in Warsaw."
    assert not any("P19" in each for each in said(text))


def test_the_university_is_the_one_named() -> None:
    text = "The University of Göttingen was founded in 1734. The university is located in Lower Saxony."
    assert "organization:University_of_Göttingen P131 place:Lower_Saxony" in said(text)


def test_the_company_between_two_is_left_alone() -> None:
    text = "Apple acquired Beats Electronics. The company was founded by Jimmy Iovine."
    assert not any("P112" in each for each in said(text))


def test_the_film_is_what_the_title_names() -> None:
    text = "The film was released in Japan on 14 June 2017."
    assert "work:Rakka P577 2017-06-14" in said(text, title="Rakka (film)")


def test_an_acronym_in_brackets_is_another_name() -> None:
    text = (
        "The European Organization for Nuclear Research (CERN) was established in 1954. "
        "CERN is based in Geneva."
    )
    assert "organization:European_Organization_for_Nuclear_Research P159 place:Geneva" in said(text)


def test_supports_keep_the_pronoun_and_statements_the_name() -> None:
    text = "Marie Curie lived in Paris. She was born in Warsaw."
    (statement,) = (s for s in graph_of(text).statements if s.predicate.value.endswith("P19"))
    (support,) = statement.supports
    assert text[support.subject_start : support.subject_end] == "She"
    assert text[support.object_start : support.object_end] == "Warsaw"
    assert text[support.start : support.end] == "She was born in Warsaw."


def test_the_title_may_be_the_shorter_name() -> None:
    text = "Isaac Iosifovich Schwartz was a composer. Schwartz was born in Romny."
    graph = graph_of(text, title="Isaac Schwartz")
    (person,) = (entity for entity in graph.entities if entity.kind == "person")
    assert person.label == "Isaac Iosifovich Schwartz"
    assert person.alt_labels == ("Isaac Schwartz", "Schwartz")


def test_the_title_may_be_the_only_full_name() -> None:
    assert "person:Ada_Lovelace P19 place:London" in said(
        "Lovelace was born in London.", title="Ada Lovelace"
    )


def test_a_name_that_begins_with_of_is_read() -> None:
    text = "The Crown Prince of Jordan is the heir to the throne of Jordan."
    assert graph_of(text, title="Crown Prince of Jordan").sentences == 1

"""Each rule of OWL 2 RL/RDF concludes what the W3C's table says, and can say why."""

import pyoxigraph as ox
import pytest

from kgfm.errors import ConfigError, EntailmentError
from kgfm.kg import Triple
from kgfm.kg.namespaces import PREFIXES
from kgfm.kg.oxigraph_terms import to_triple
from kgfm.ontology.entailment import Closure, GeneralTriple, joins, rules

_PREFIXES = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())


def turtle(text: str) -> list[Triple]:
    """Read Turtle; the empty prefix is free for examples."""
    whole = f"{_PREFIXES}@prefix : <http://example.org/> .\n{text}"
    return [to_triple(quad) for quad in ox.parse(whole.encode(), ox.RdfFormat.TURTLE)]


# Rule, what is stated, what follows by that rule.
ENTAILED = [
    ("eq-ref", "owl:sameAs rdfs:label 'same' . :a :p :b .", ":a owl:sameAs :a ."),
    ("eq-sym", ":a owl:sameAs :b .", ":b owl:sameAs :a ."),
    ("eq-trans", ":a owl:sameAs :b . :b owl:sameAs :c .", ":a owl:sameAs :c ."),
    ("eq-rep-s", ":a owl:sameAs :b . :a :p :c .", ":b :p :c ."),
    ("eq-rep-p", ":p owl:sameAs :q . :a :p :c .", ":a :q :c ."),
    ("eq-rep-o", ":a owl:sameAs :b . :c :p :a .", ":c :p :b ."),
    ("prp-dom", ":p rdfs:domain :C . :a :p :b .", ":a a :C ."),
    ("prp-rng", ":p rdfs:range :C . :a :p :b .", ":b a :C ."),
    ("prp-fp", ":p a owl:FunctionalProperty . :a :p :b, :c .", ":b owl:sameAs :c ."),
    ("prp-ifp", ":p a owl:InverseFunctionalProperty . :a :p :c . :b :p :c .", ":a owl:sameAs :b ."),
    ("prp-symp", ":p a owl:SymmetricProperty . :a :p :b .", ":b :p :a ."),
    ("prp-trp", ":p a owl:TransitiveProperty . :a :p :b . :b :p :c .", ":a :p :c ."),
    ("prp-spo1", ":p rdfs:subPropertyOf :q . :a :p :b .", ":a :q :b ."),
    ("prp-spo2", ":p owl:propertyChainAxiom (:q :r :s) . :a :q :b . :b :r :c . :c :s :d .", ":a :p :d ."),
    ("prp-eqp1", ":p owl:equivalentProperty :q . :a :p :b .", ":a :q :b ."),
    ("prp-eqp2", ":p owl:equivalentProperty :q . :a :q :b .", ":a :p :b ."),
    ("prp-inv1", ":p owl:inverseOf :q . :a :p :b .", ":b :q :a ."),
    ("prp-inv2", ":p owl:inverseOf :q . :a :q :b .", ":b :p :a ."),
    ("prp-key", ":C owl:hasKey (:p :q) . :a a :C ; :p 1 ; :q 2 . :b a :C ; :p 1 ; :q 2 .",
     ":a owl:sameAs :b ."),
    ("cls-int1", ":C owl:intersectionOf (:D :E) . :a a :D, :E .", ":a a :C ."),
    ("cls-int2", ":C owl:intersectionOf (:D :E) . :a a :C .", ":a a :E ."),
    ("cls-uni", ":C owl:unionOf (:D :E) . :a a :E .", ":a a :C ."),
    ("cls-svf1", ":C owl:someValuesFrom :D ; owl:onProperty :p . :a :p :b . :b a :D .", ":a a :C ."),
    ("cls-svf2", ":C owl:someValuesFrom owl:Thing ; owl:onProperty :p . :a :p :b .", ":a a :C ."),
    ("cls-avf", ":C owl:allValuesFrom :D ; owl:onProperty :p . :a a :C ; :p :b .", ":b a :D ."),
    ("cls-hv1", ":C owl:hasValue :b ; owl:onProperty :p . :a a :C .", ":a :p :b ."),
    ("cls-hv2", ":C owl:hasValue :b ; owl:onProperty :p . :a :p :b .", ":a a :C ."),
    ("cls-maxc2", ":C owl:maxCardinality 1 ; owl:onProperty :p . :a a :C ; :p :b, :c .",
     ":b owl:sameAs :c ."),
    ("cls-maxqc3", ":C owl:maxQualifiedCardinality '1'^^xsd:nonNegativeInteger ; owl:onProperty :p ; "
     "owl:onClass :D . :a a :C ; :p :b, :c . :b a :D . :c a :D .", ":b owl:sameAs :c ."),
    ("cls-maxqc4", ":C owl:maxQualifiedCardinality '1'^^xsd:nonNegativeInteger ; owl:onProperty :p ; "
     "owl:onClass owl:Thing . :a a :C ; :p :b, :c .", ":b owl:sameAs :c ."),
    ("cls-oo", ":C owl:oneOf (:a :b) .", ":b a :C ."),
    ("cax-sco", ":C rdfs:subClassOf :D . :a a :C .", ":a a :D ."),
    ("cax-eqc1", ":C owl:equivalentClass :D . :a a :C .", ":a a :D ."),
    ("cax-eqc2", ":C owl:equivalentClass :D . :a a :D .", ":a a :C ."),
    ("scm-cls", ":C a owl:Class .", ":C rdfs:subClassOf owl:Thing ."),
    ("scm-sco", ":C rdfs:subClassOf :D . :D rdfs:subClassOf :E .", ":C rdfs:subClassOf :E ."),
    ("scm-eqc1", ":C owl:equivalentClass :D .", ":D rdfs:subClassOf :C ."),
    ("scm-eqc2", ":C rdfs:subClassOf :D . :D rdfs:subClassOf :C .", ":C owl:equivalentClass :D ."),
    ("scm-op", ":p a owl:ObjectProperty .", ":p rdfs:subPropertyOf :p ."),
    ("scm-dp", ":p a owl:DatatypeProperty .", ":p owl:equivalentProperty :p ."),
    ("scm-spo", ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r .", ":p rdfs:subPropertyOf :r ."),
    ("scm-eqp1", ":p owl:equivalentProperty :q .", ":q rdfs:subPropertyOf :p ."),
    ("scm-eqp2", ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :p .", ":p owl:equivalentProperty :q ."),
    ("scm-dom1", ":p rdfs:domain :C . :C rdfs:subClassOf :D .", ":p rdfs:domain :D ."),
    ("scm-dom2", ":q rdfs:domain :C . :p rdfs:subPropertyOf :q .", ":p rdfs:domain :C ."),
    ("scm-rng1", ":p rdfs:range :C . :C rdfs:subClassOf :D .", ":p rdfs:range :D ."),
    ("scm-rng2", ":q rdfs:range :C . :p rdfs:subPropertyOf :q .", ":p rdfs:range :C ."),
    ("scm-hv", ":C owl:hasValue :i ; owl:onProperty :p . :D owl:hasValue :i ; owl:onProperty :q . "
     ":p rdfs:subPropertyOf :q .", ":C rdfs:subClassOf :D ."),
    ("scm-svf1", ":C owl:someValuesFrom :X ; owl:onProperty :p . :D owl:someValuesFrom :Y ; "
     "owl:onProperty :p . :X rdfs:subClassOf :Y .", ":C rdfs:subClassOf :D ."),
    ("scm-svf2", ":C owl:someValuesFrom :X ; owl:onProperty :p . :D owl:someValuesFrom :X ; "
     "owl:onProperty :q . :p rdfs:subPropertyOf :q .", ":C rdfs:subClassOf :D ."),
    ("scm-avf1", ":C owl:allValuesFrom :X ; owl:onProperty :p . :D owl:allValuesFrom :Y ; "
     "owl:onProperty :p . :X rdfs:subClassOf :Y .", ":C rdfs:subClassOf :D ."),
    ("scm-avf2", ":C owl:allValuesFrom :X ; owl:onProperty :p . :D owl:allValuesFrom :X ; "
     "owl:onProperty :q . :p rdfs:subPropertyOf :q .", ":D rdfs:subClassOf :C ."),
    ("scm-int", ":C owl:intersectionOf (:D :E) .", ":C rdfs:subClassOf :E ."),
    ("scm-uni", ":C owl:unionOf (:D :E) .", ":E rdfs:subClassOf :C ."),
    ("dt-type1", ":p rdfs:range xsd:integer .", "xsd:integer a rdfs:Datatype ."),
    ("cls-thing", ":a :p :b .", "owl:Thing a owl:Class ."),
    ("cls-nothing1", ":a :p :b .", "owl:Nothing a owl:Class ."),
    ("prp-ap", ":a :p :b .", "rdfs:label a owl:AnnotationProperty ."),
]  # fmt: skip
# Rule, what is stated and cannot all be true.
CONTRADICTORY = [
    ("eq-diff1", ":a owl:sameAs :b ; owl:differentFrom :b ."),
    ("eq-diff1", ":a owl:differentFrom :a ."),
    ("eq-diff2", "[] a owl:AllDifferent ; owl:members (:a :b :c) . :b owl:sameAs :c ."),
    ("eq-diff2", "[] a owl:AllDifferent ; owl:members (:a :b :a) ."),
    ("eq-diff3", "[] a owl:AllDifferent ; owl:distinctMembers (:a :b) . :a owl:sameAs :b ."),
    ("prp-irp", ":p a owl:IrreflexiveProperty . :a :p :a ."),
    ("prp-asyp", ":p a owl:AsymmetricProperty . :a :p :b . :b :p :a ."),
    ("prp-pdw", ":p owl:propertyDisjointWith :q . :a :p :b ; :q :b ."),
    ("prp-adp", "[] a owl:AllDisjointProperties ; owl:members (:p :q :r) . :a :q :b ; :r :b ."),
    ("prp-npa1", "[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetIndividual :b . "
     ":a :p :b ."),
    ("prp-npa2", "[] owl:sourceIndividual :a ; owl:assertionProperty :p ; owl:targetValue 1 . :a :p 1 ."),
    ("cls-nothing2", ":a a owl:Nothing ."),
    ("cls-com", ":C owl:complementOf :D . :a a :C, :D ."),
    ("cls-maxc1", ":C owl:maxCardinality 0 ; owl:onProperty :p . :a a :C ; :p :b ."),
    ("cls-maxqc1", ":C owl:maxQualifiedCardinality 0 ; owl:onProperty :p ; owl:onClass :D . "
     ":a a :C ; :p :b . :b a :D ."),
    ("cls-maxqc2", ":C owl:maxQualifiedCardinality 0 ; owl:onProperty :p ; owl:onClass owl:Thing . "
     ":a a :C ; :p :b ."),
    ("cax-dw", ":C owl:disjointWith :D . :a a :C, :D ."),
    ("cax-adc", "[] a owl:AllDisjointClasses ; owl:members (:C :D :E) . :a a :D, :E ."),
    ("dt-not-type", ":p rdfs:range xsd:integer . :a :p 'many' ."),
    ("dt-diff", ":p a owl:FunctionalProperty . :a :p 1, 2 ."),
]  # fmt: skip
CONSISTENT = [
    ":p a owl:AsymmetricProperty . :a :p :b . :b :p :c .",
    ":p a owl:FunctionalProperty . :a :p 1, '01'^^xsd:integer, 1.0 .",
    ":p rdfs:range xsd:decimal . :a :p 1 .",
    "[] a owl:AllDisjointClasses ; owl:members (:C :D :E) . :a a :C . :b a :D .",
    ":C owl:maxCardinality 2 ; owl:onProperty :p . :a a :C ; :p :b, :c, :d .",
]


@pytest.mark.parametrize(("rule", "given", "expected"), ENTAILED, ids=[case[0] for case in ENTAILED])
def test_a_rule_concludes(rule: str, given: str, expected: str) -> None:
    stated, (conclusion,) = turtle(given), turtle(expected)
    closure = Closure.of(stated)
    assert conclusion in closure
    assert conclusion in set(closure.entailed(tautologies=True))
    derivation = closure.derivation(conclusion)
    assert derivation is not None
    assert derivation.rule == rule
    assert all(step.rule in ("stated", "dt-eq", rule) for step in closure.proof(conclusion))


@pytest.mark.parametrize(("rule", "given"), CONTRADICTORY, ids=[case[0] for case in CONTRADICTORY])
def test_a_contradiction_is_found_with_what_makes_it(rule: str, given: str) -> None:
    found = Closure.of(turtle(given)).contradictions()
    assert rule in {one.rule for one in found}
    assert all(one.premises for one in found)


@pytest.mark.parametrize("given", CONSISTENT)
def test_what_is_consistent_is_not_called_contradictory(given: str) -> None:
    assert Closure.of(turtle(given)).contradictions() == []


def test_every_rule_of_the_table_has_a_case() -> None:
    table = {one.name for one in rules.rules("owl2rl", lambda _: 0, reflexive=True)}
    assert table <= {case[0] for case in ENTAILED} | {case[0] for case in CONTRADICTORY}


def test_a_proof_leads_from_what_is_stated() -> None:
    text = ":C rdfs:subClassOf :D . :D rdfs:subClassOf :E . :p rdfs:domain :C . :a :p :b ."
    closure = Closure.of(turtle(text))
    steps = closure.proof(*turtle(":a a :E ."))
    known: set[GeneralTriple] = set()
    for step in steps:
        assert step.rule == "stated" or set(step.premises) <= known
        known.add(step.conclusion)
    assert str(steps[-1].conclusion) == str(*turtle(":a a :E ."))
    assert closure.proof(*turtle(":b a :E .")) == ()


def test_the_whole_is_what_is_stated_and_what_follows() -> None:
    given = turtle(
        ":c rdfs:subClassOf :d, :c . :x a :c ; owl:sameAs :x, :y ; :p 1, '1'@en . :q a owl:Thing ."
    )
    closure = Closure.of(given)
    whole = list(closure.whole(str))
    assert len(whole) == len(set(whole))
    expected = {*given, *closure.entailed()}
    assert set(whole) == {(str(one.subject), str(one.predicate), str(one.object)) for one in expected}


def test_things_known_to_be_different_are_not_made_one() -> None:
    text = ":p a owl:FunctionalProperty . :a :p :b, :c . :d :q :b ."
    closure = Closure.of(turtle(text), unique=lambda iri: iri.value.endswith(("b", "c")))
    assert turtle(":d :q :c .")[0] not in closure
    (found,) = closure.contradictions()
    assert found.rule == "prp-fp"
    assert len(found.premises) == 3
    stated = Closure.of(turtle(text + ":b owl:sameAs :c ."), unique=lambda _: True)
    assert turtle(":d :q :c .")[0] in stated


def test_broken_lists_do_no_harm() -> None:
    text = """
    :C owl:intersectionOf _:a . _:a rdf:first :D ; rdf:rest _:a .
    :E owl:unionOf _:b . _:b rdf:first :D ; rdf:rest :nowhere .
    :p owl:propertyChainAxiom 'no list', () . :F owl:oneOf () .
    :x a :D ."""
    found = set(Closure.of(turtle(text)).entailed())
    assert set(turtle(":x a :E . :C rdfs:subClassOf :D . :D rdfs:subClassOf :E .")) <= found
    assert not set(turtle(":x a :C .")) & found


def test_a_list_is_read_once_it_is_known_to_be_one() -> None:
    text = ":hasParts rdfs:subPropertyOf owl:unionOf . :C :hasParts (:D :E) . :x a :E ."
    assert turtle(":x a :C .")[0] in Closure.of(turtle(text))
    chain = ":p :via (:q :r) . :via owl:equivalentProperty owl:propertyChainAxiom . :a :q :b . :b :r :c ."
    assert turtle(":a :p :c .")[0] in Closure.of(turtle(chain))


def test_too_much_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joins, "_MOST_ROWS", 10)
    links = "".join(f":n{one} :p :n{one + 1} . " for one in range(12))
    with pytest.raises(EntailmentError, match="entails too much: one rule has"):
        Closure.of(turtle(f":p a owl:TransitiveProperty . {links}"))
    with pytest.raises(ConfigError, match="'owl' is no profile"):
        Closure.of([], profile="owl")


def test_an_empty_graph_entails_nothing_of_its_own() -> None:
    assert list(Closure.of([]).entailed()) == []


def test_rdfs_alone() -> None:
    text = ":p rdfs:domain :C ; a owl:SymmetricProperty . :C rdfs:subClassOf :D . :a :p :b ."
    closure = Closure.of(turtle(text), profile="rdfs")
    assert set(closure.entailed()) >= set(turtle(":a a :C, :D . :p a rdf:Property ."))
    assert turtle(":b :p :a .")[0] not in closure

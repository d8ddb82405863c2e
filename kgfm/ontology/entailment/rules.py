"""The rule table: OWL 2 RL/RDF and RDFS, each rule under the name that the W3C gives it.

A line is a name, premises, `=>`, conclusions. Words that begin with ? are variables, `a` is rdf:type, 0
and 1 are xsd:nonNegativeInteger. `?l kgfm:listCell ?c` says that c is a cell of the list l: LIST[...] of
the tables, spelled out. A comparison (!=, <, <=, by the terms' numbers) only leaves out what holds
anyway or was found the other way round. `false` is a contradiction.

Rules over a list as a whole (prp-spo2, prp-key, cls-int1) are written for each list by `lists.py`,
those over literals' values (dt-*) stand in `datatypes.py`.

Source: OWL 2 Profiles (second edition, 2012), section 4.3, tables 4 to 9; RDF 1.1 Semantics, section 9.2.1.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from kgfm.kg import IRI, Literal, Term
from kgfm.kg.namespaces import OWL, PREFIXES, RDF, RDFS, XSD

Part = str | int  # a variable (its name begins with ?), or the number of a term
Pattern = tuple[Part, Part, Part]
Comparison = tuple[str, str, str]  # a variable, one of != < <=, another variable

CELL: Final = IRI(PREFIXES["kgfm"] + "listCell")

_EQUALITY: Final = """
eq-sym    ?x owl:sameAs ?y . ?x != ?y  =>  ?y owl:sameAs ?x
eq-trans  ?x owl:sameAs ?y . ?y owl:sameAs ?z . ?x != ?y . ?y != ?z  =>  ?x owl:sameAs ?z
eq-rep-s  ?s owl:sameAs ?t . ?s ?p ?o . ?s != ?t  =>  ?t ?p ?o
eq-rep-p  ?p owl:sameAs ?q . ?s ?p ?o . ?p != ?q  =>  ?s ?q ?o
eq-rep-o  ?o owl:sameAs ?t . ?s ?p ?o . ?o != ?t  =>  ?s ?p ?t
eq-diff1  ?x owl:sameAs ?y . ?x owl:differentFrom ?y  =>  false
eq-diff1  ?x owl:differentFrom ?x  =>  false
"""
_DIFFERENT: Final = """
{name}  ?x a owl:AllDifferent . ?x {members} ?l . ?l kgfm:listCell ?c . ?c rdf:first ?y . ?l kgfm:listCell ?d . ?d rdf:first ?z . ?y owl:sameAs ?z . ?c < ?d  =>  false
{name}  ?x a owl:AllDifferent . ?x {members} ?l . ?l kgfm:listCell ?c . ?c rdf:first ?y . ?l kgfm:listCell ?d . ?d rdf:first ?y . ?c < ?d  =>  false
"""  # noqa: E501
# Said of every term, so written only where something is said of owl:sameAs itself; else understood.
_REFLEXIVE: Final = """
eq-ref  ?s ?p ?o  =>  ?s owl:sameAs ?s . ?p owl:sameAs ?p . ?o owl:sameAs ?o
"""
_PROPERTIES: Final = """
prp-dom   ?p rdfs:domain ?c . ?x ?p ?y  =>  ?x a ?c
prp-rng   ?p rdfs:range ?c . ?x ?p ?y  =>  ?y a ?c
prp-fp    ?p a owl:FunctionalProperty . ?x ?p ?y . ?x ?p ?z . ?y < ?z  =>  ?y owl:sameAs ?z
prp-ifp   ?p a owl:InverseFunctionalProperty . ?x ?p ?z . ?y ?p ?z . ?x < ?y  =>  ?x owl:sameAs ?y
prp-irp   ?p a owl:IrreflexiveProperty . ?x ?p ?x  =>  false
prp-symp  ?p a owl:SymmetricProperty . ?x ?p ?y  =>  ?y ?p ?x
prp-asyp  ?p a owl:AsymmetricProperty . ?x ?p ?y . ?y ?p ?x . ?x <= ?y  =>  false
prp-trp   ?p a owl:TransitiveProperty . ?x ?p ?y . ?y ?p ?z  =>  ?x ?p ?z
prp-spo1  ?p rdfs:subPropertyOf ?q . ?x ?p ?y . ?p != ?q  =>  ?x ?q ?y
prp-eqp1  ?p owl:equivalentProperty ?q . ?x ?p ?y . ?p != ?q  =>  ?x ?q ?y
prp-eqp2  ?p owl:equivalentProperty ?q . ?x ?q ?y . ?p != ?q  =>  ?x ?p ?y
prp-pdw   ?p owl:propertyDisjointWith ?q . ?x ?p ?y . ?x ?q ?y  =>  false
prp-adp   ?z a owl:AllDisjointProperties . ?z owl:members ?l . ?l kgfm:listCell ?c . ?c rdf:first ?p . ?l kgfm:listCell ?d . ?d rdf:first ?q . ?x ?p ?y . ?x ?q ?y . ?c < ?d  =>  false
prp-inv1  ?p owl:inverseOf ?q . ?x ?p ?y  =>  ?y ?q ?x
prp-inv2  ?p owl:inverseOf ?q . ?x ?q ?y  =>  ?y ?p ?x
prp-npa1  ?n owl:sourceIndividual ?x . ?n owl:assertionProperty ?p . ?n owl:targetIndividual ?y . ?x ?p ?y  =>  false
prp-npa2  ?n owl:sourceIndividual ?x . ?n owl:assertionProperty ?p . ?n owl:targetValue ?y . ?x ?p ?y  =>  false
"""  # noqa: E501
_CLASSES: Final = """
cls-nothing2  ?x a owl:Nothing  =>  false
cls-int2      ?c owl:intersectionOf ?l . ?l kgfm:listCell ?i . ?i rdf:first ?d . ?x a ?c  =>  ?x a ?d
cls-uni       ?c owl:unionOf ?l . ?l kgfm:listCell ?i . ?i rdf:first ?d . ?x a ?d  =>  ?x a ?c
cls-com       ?c owl:complementOf ?d . ?x a ?c . ?x a ?d  =>  false
cls-svf1      ?c owl:someValuesFrom ?d . ?c owl:onProperty ?p . ?x ?p ?y . ?y a ?d  =>  ?x a ?c
cls-svf2      ?c owl:someValuesFrom owl:Thing . ?c owl:onProperty ?p . ?x ?p ?y  =>  ?x a ?c
cls-avf       ?c owl:allValuesFrom ?d . ?c owl:onProperty ?p . ?x a ?c . ?x ?p ?y  =>  ?y a ?d
cls-hv1       ?c owl:hasValue ?y . ?c owl:onProperty ?p . ?x a ?c  =>  ?x ?p ?y
cls-hv2       ?c owl:hasValue ?y . ?c owl:onProperty ?p . ?x ?p ?y  =>  ?x a ?c
cls-maxc1     ?c owl:maxCardinality 0 . ?c owl:onProperty ?p . ?x a ?c . ?x ?p ?y  =>  false
cls-maxc2     ?c owl:maxCardinality 1 . ?c owl:onProperty ?p . ?x a ?c . ?x ?p ?y . ?x ?p ?z . ?y < ?z  =>  ?y owl:sameAs ?z
cls-maxqc1    ?c owl:maxQualifiedCardinality 0 . ?c owl:onProperty ?p . ?c owl:onClass ?d . ?x a ?c . ?x ?p ?y . ?y a ?d  =>  false
cls-maxqc2    ?c owl:maxQualifiedCardinality 0 . ?c owl:onProperty ?p . ?c owl:onClass owl:Thing . ?x a ?c . ?x ?p ?y  =>  false
cls-maxqc3    ?c owl:maxQualifiedCardinality 1 . ?c owl:onProperty ?p . ?c owl:onClass ?d . ?x a ?c . ?x ?p ?y . ?y a ?d . ?x ?p ?z . ?z a ?d . ?y < ?z  =>  ?y owl:sameAs ?z
cls-maxqc4    ?c owl:maxQualifiedCardinality 1 . ?c owl:onProperty ?p . ?c owl:onClass owl:Thing . ?x a ?c . ?x ?p ?y . ?x ?p ?z . ?y < ?z  =>  ?y owl:sameAs ?z
cls-oo        ?c owl:oneOf ?l . ?l kgfm:listCell ?i . ?i rdf:first ?x  =>  ?x a ?c
cax-sco       ?c rdfs:subClassOf ?d . ?x a ?c . ?c != ?d  =>  ?x a ?d
cax-eqc1      ?c owl:equivalentClass ?d . ?x a ?c . ?c != ?d  =>  ?x a ?d
cax-eqc2      ?c owl:equivalentClass ?d . ?x a ?d . ?c != ?d  =>  ?x a ?c
cax-dw        ?c owl:disjointWith ?d . ?x a ?c . ?x a ?d  =>  false
cax-adc       ?z a owl:AllDisjointClasses . ?z owl:members ?l . ?l kgfm:listCell ?i . ?i rdf:first ?c . ?l kgfm:listCell ?j . ?j rdf:first ?d . ?x a ?c . ?x a ?d . ?i < ?j  =>  false
"""  # noqa: E501
_SCHEMA: Final = """
scm-cls   ?c a owl:Class  =>  ?c rdfs:subClassOf ?c . ?c owl:equivalentClass ?c . ?c rdfs:subClassOf owl:Thing . owl:Nothing rdfs:subClassOf ?c
scm-sco   ?c rdfs:subClassOf ?d . ?d rdfs:subClassOf ?e . ?c != ?d . ?d != ?e  =>  ?c rdfs:subClassOf ?e
scm-eqc1  ?c owl:equivalentClass ?d  =>  ?c rdfs:subClassOf ?d . ?d rdfs:subClassOf ?c
scm-eqc2  ?c rdfs:subClassOf ?d . ?d rdfs:subClassOf ?c  =>  ?c owl:equivalentClass ?d
scm-op    ?p a owl:ObjectProperty  =>  ?p rdfs:subPropertyOf ?p . ?p owl:equivalentProperty ?p
scm-dp    ?p a owl:DatatypeProperty  =>  ?p rdfs:subPropertyOf ?p . ?p owl:equivalentProperty ?p
scm-spo   ?p rdfs:subPropertyOf ?q . ?q rdfs:subPropertyOf ?r . ?p != ?q . ?q != ?r  =>  ?p rdfs:subPropertyOf ?r
scm-eqp1  ?p owl:equivalentProperty ?q  =>  ?p rdfs:subPropertyOf ?q . ?q rdfs:subPropertyOf ?p
scm-eqp2  ?p rdfs:subPropertyOf ?q . ?q rdfs:subPropertyOf ?p  =>  ?p owl:equivalentProperty ?q
scm-dom1  ?p rdfs:domain ?c . ?c rdfs:subClassOf ?d . ?c != ?d  =>  ?p rdfs:domain ?d
scm-dom2  ?q rdfs:domain ?c . ?p rdfs:subPropertyOf ?q . ?p != ?q  =>  ?p rdfs:domain ?c
scm-rng1  ?p rdfs:range ?c . ?c rdfs:subClassOf ?d . ?c != ?d  =>  ?p rdfs:range ?d
scm-rng2  ?q rdfs:range ?c . ?p rdfs:subPropertyOf ?q . ?p != ?q  =>  ?p rdfs:range ?c
scm-hv    ?c owl:hasValue ?i . ?c owl:onProperty ?p . ?d owl:hasValue ?i . ?d owl:onProperty ?q . ?p rdfs:subPropertyOf ?q  =>  ?c rdfs:subClassOf ?d
scm-svf1  ?c owl:someValuesFrom ?y . ?c owl:onProperty ?p . ?d owl:someValuesFrom ?z . ?d owl:onProperty ?p . ?y rdfs:subClassOf ?z  =>  ?c rdfs:subClassOf ?d
scm-svf2  ?c owl:someValuesFrom ?y . ?c owl:onProperty ?p . ?d owl:someValuesFrom ?y . ?d owl:onProperty ?q . ?p rdfs:subPropertyOf ?q  =>  ?c rdfs:subClassOf ?d
scm-avf1  ?c owl:allValuesFrom ?y . ?c owl:onProperty ?p . ?d owl:allValuesFrom ?z . ?d owl:onProperty ?p . ?y rdfs:subClassOf ?z  =>  ?c rdfs:subClassOf ?d
scm-avf2  ?c owl:allValuesFrom ?y . ?c owl:onProperty ?p . ?d owl:allValuesFrom ?y . ?d owl:onProperty ?q . ?p rdfs:subPropertyOf ?q  =>  ?d rdfs:subClassOf ?c
scm-int   ?c owl:intersectionOf ?l . ?l kgfm:listCell ?i . ?i rdf:first ?d  =>  ?c rdfs:subClassOf ?d
scm-uni   ?c owl:unionOf ?l . ?l kgfm:listCell ?i . ?i rdf:first ?d  =>  ?d rdfs:subClassOf ?c
"""  # noqa: E501
_RDFS: Final = """
rdfD2   ?x ?p ?y  =>  ?p a rdf:Property
rdfs2   ?p rdfs:domain ?c . ?x ?p ?y  =>  ?x a ?c
rdfs3   ?p rdfs:range ?c . ?x ?p ?y  =>  ?y a ?c
rdfs4   ?x ?p ?y  =>  ?x a rdfs:Resource . ?y a rdfs:Resource
rdfs5   ?p rdfs:subPropertyOf ?q . ?q rdfs:subPropertyOf ?r  =>  ?p rdfs:subPropertyOf ?r
rdfs6   ?p a rdf:Property  =>  ?p rdfs:subPropertyOf ?p
rdfs7   ?p rdfs:subPropertyOf ?q . ?x ?p ?y . ?p != ?q  =>  ?x ?q ?y
rdfs8   ?c a rdfs:Class  =>  ?c rdfs:subClassOf rdfs:Resource
rdfs9   ?c rdfs:subClassOf ?d . ?x a ?c . ?c != ?d  =>  ?x a ?d
rdfs10  ?c a rdfs:Class  =>  ?c rdfs:subClassOf ?c
rdfs11  ?c rdfs:subClassOf ?d . ?d rdfs:subClassOf ?e  =>  ?c rdfs:subClassOf ?e
rdfs12  ?p a rdfs:ContainerMembershipProperty  =>  ?p rdfs:subPropertyOf rdfs:member
rdfs13  ?d a rdfs:Datatype  =>  ?d rdfs:subClassOf rdfs:Literal
"""
_TABLES: Final = {
    "owl2rl": "".join(
        (
            _EQUALITY,
            _DIFFERENT.format(name="eq-diff2", members="owl:members"),
            _DIFFERENT.format(name="eq-diff3", members="owl:distinctMembers"),
            _PROPERTIES,
            _CLASSES,
            _SCHEMA,
        )
    ),
    "rdfs": _RDFS,
}
PROFILES: Final = tuple(_TABLES)
# cls-thing, cls-nothing1, prp-ap: hold in every graph.
AXIOMS: Final = (
    *(("cls-thing" if name == "Thing" else "cls-nothing1", IRI(OWL + name), IRI(OWL + "Class"))
      for name in ("Thing", "Nothing")),
    *(("prp-ap", IRI(name), IRI(OWL + "AnnotationProperty"))
      for name in (
          *(RDFS + one for one in ("label", "comment", "seeAlso", "isDefinedBy")),
          *(OWL + one for one in ("deprecated", "versionInfo", "priorVersion", "backwardCompatibleWith",
                                  "incompatibleWith")),
      )),
)  # fmt: skip
# What of OWL 2 RL/RDF is not carried out to the letter, for the README to quote.
NOT_DONE: Final = (
    "eq-ref is understood, not written, unless something is said of owl:sameAs itself",
    "dt-type2 types a literal by its own datatype and those that this derives from, as far as the graph "
    "names them; rdf:XMLLiteral is compared by its text",
    "dt-diff is checked where two literals come out the same, not written for every pair",
    "a list cell with several rdf:first or rdf:rest is read in at most 64 ways by the rules over whole lists",
)


@dataclass(frozen=True, slots=True)
class Rule:
    """Premises and conclusions over numbered terms; without conclusions its match is a contradiction."""

    name: str
    premises: tuple[Pattern, ...]
    conclusions: tuple[Pattern, ...]
    comparisons: tuple[Comparison, ...] = ()
    grounds: tuple[tuple[int, int, int], ...] = ()  # facts for which a rule over a list was written


def rules(profile: str, number: Callable[[Term], int], *, reflexive: bool = False) -> list[Rule]:
    """Read a profile's table (a member of PROFILES), its terms numbered; `reflexive` adds eq-ref."""
    table = _TABLES[profile] + (_REFLEXIVE if reflexive and profile == "owl2rl" else "")
    return [_rule(line, number) for line in table.strip().splitlines() if line]


def _rule(line: str, number: Callable[[Term], int]) -> Rule:
    name, _, rest = line.partition(" ")
    before, _, after = rest.partition("=>")
    premises: list[Pattern] = []
    comparisons: list[Comparison] = []
    for first, second, third in _threes(before):
        if second in ("!=", "<", "<="):
            comparisons.append((first, second, third))
        else:
            premises.append(_pattern((first, second, third), number))
    conclusions = () if after.strip() == "false" else tuple(_pattern(one, number) for one in _threes(after))
    return Rule(name, tuple(premises), conclusions, tuple(comparisons))


def _threes(text: str) -> Iterator[tuple[str, str, str]]:
    for part in text.split(" . "):
        first, second, third = part.split()
        yield first, second, third


def _pattern(words: tuple[str, str, str], number: Callable[[Term], int]) -> Pattern:
    first, second, third = (word if word.startswith("?") else number(_term(word)) for word in words)
    return first, second, third


def _term(word: str) -> Term:
    if word == "a":
        return IRI(RDF + "type")
    if word.isdigit():
        return Literal(word, XSD + "nonNegativeInteger")
    prefix, _, local = word.partition(":")
    return IRI(PREFIXES[prefix] + local)

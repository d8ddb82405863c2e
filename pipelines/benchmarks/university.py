"""A generated university: an ontology that uses what OWL 2 RL has to offer, and people, courses and papers.

In the manner of the Lehigh University Benchmark (Guo, Pan and Heflin 2005), with axioms of our own: the
original asks for little more than subclasses, a transitive and an inverse property. There is no inverse
functional property: reasonable makes one of all that have one, and then of nearly everything.
"""

import random
from collections.abc import Iterator
from itertools import islice

import pyoxigraph as ox

from kgfm.kg import IRI, Literal, Triple
from kgfm.kg.namespaces import TYPE, XSD
from kgfm.kg.oxigraph_terms import to_triple

NAMES = "http://example.org/university#"
ONTOLOGY = """
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix : <http://example.org/university#> .
:Person a owl:Class . :Organization a owl:Class . :Work a owl:Class . :Course rdfs:subClassOf :Work .
:Publication rdfs:subClassOf :Work . :Article rdfs:subClassOf :Publication .
:Book rdfs:subClassOf :Publication .
:Employee rdfs:subClassOf :Person . :Faculty rdfs:subClassOf :Employee . :Lecturer rdfs:subClassOf :Faculty .
:Professor rdfs:subClassOf :Faculty . :FullProfessor rdfs:subClassOf :Professor .
:AssistantProfessor rdfs:subClassOf :Professor . :Student rdfs:subClassOf :Person .
:Undergraduate rdfs:subClassOf :Student . :Graduate rdfs:subClassOf :Student .
:University rdfs:subClassOf :Organization . :Department rdfs:subClassOf :Organization .
:Group rdfs:subClassOf :Organization . :Student owl:disjointWith :Organization .
:Staff owl:equivalentClass :Employee . :Member owl:unionOf (:Student :Employee) .
:TeachingAssistant owl:intersectionOf (:Graduate :Teacher) .
:Teacher owl:someValuesFrom :Course ; owl:onProperty :teaches .
:Author owl:someValuesFrom owl:Thing ; owl:onProperty :wrote .
:Head owl:someValuesFrom :Department ; owl:onProperty :headOf . :Head rdfs:subClassOf :Professor .
:OpenCourse owl:hasValue :everybody ; owl:onProperty :openTo .
:partOf a owl:TransitiveProperty ; rdfs:domain :Organization ; rdfs:range :Organization ;
    owl:inverseOf :hasPart .
:memberOf rdfs:domain :Person ; rdfs:range :Organization ; owl:inverseOf :hasMember .
:worksFor rdfs:subPropertyOf :memberOf . :headOf rdfs:subPropertyOf :worksFor .
:belongsTo owl:propertyChainAxiom (:memberOf :partOf) . :colleague a owl:SymmetricProperty .
:teaches rdfs:domain :Faculty ; rdfs:range :Course ; owl:inverseOf :taughtBy .
:takes rdfs:range :Course . :learnsFrom owl:propertyChainAxiom (:takes :taughtBy) .
:wrote rdfs:domain :Person ; rdfs:range :Publication . :advisor rdfs:domain :Student ; rdfs:range :Professor .
:mail rdfs:domain :Person . :degreeFrom rdfs:range :University .
:Person owl:hasKey (:name :born) . :born rdfs:range xsd:integer .
"""


def university(count: int, seed: int) -> list[Triple]:
    """Return about `count` triples, the axioms among them."""
    axioms = [to_triple(one) for one in ox.parse(ONTOLOGY.encode(), ox.RdfFormat.TURTLE)]
    return list(dict.fromkeys([*axioms, *islice(_facts(random.Random(seed)), count - len(axioms))]))


def _facts(chance: random.Random) -> Iterator[Triple]:
    number = 0
    while True:
        school = _name(f"university{number}")
        yield Triple(school, TYPE, _name("University"))
        for department in range(12):
            yield from _department(chance, school, f"{number}d{department}")
        number += 1


def _department(chance: random.Random, school: IRI, mark: str) -> Iterator[Triple]:
    home = _name(f"department{mark}")
    yield Triple(home, TYPE, _name("Department"))
    yield Triple(home, _name("partOf"), school)
    for group in range(3):
        yield Triple(_name(f"group{mark}g{group}"), _name("partOf"), home)
    teachers = [_name(f"teacher{mark}t{one}") for one in range(12)]
    courses = [_name(f"course{mark}c{one}") for one in range(18)]
    yield Triple(teachers[0], _name("headOf"), home)
    for number, teacher in enumerate(teachers):
        kind = chance.choice(("FullProfessor", "AssistantProfessor", "Lecturer"))
        yield Triple(teacher, TYPE, _name(kind))
        yield Triple(teacher, _name("worksFor"), _name(f"group{mark}g{chance.randrange(3)}"))
        yield Triple(teacher, _name("teaches"), courses[number])
        yield Triple(teacher, _name("colleague"), chance.choice(teachers))
        yield Triple(teacher, _name("degreeFrom"), school)
        yield from _person(teacher, f"{mark}t{number}", chance)
        for paper in range(4):
            yield Triple(teacher, _name("wrote"), _name(f"paper{mark}t{number}p{paper}"))
    yield Triple(courses[-1], _name("openTo"), _name("everybody"))
    for number in range(100):
        student = _name(f"student{mark}s{number}")
        yield Triple(student, TYPE, _name(chance.choice(("Undergraduate", "Undergraduate", "Graduate"))))
        yield Triple(student, _name("memberOf"), home)
        yield from (Triple(student, _name("takes"), one) for one in chance.sample(courses, 3))
        yield Triple(student, _name("advisor"), chance.choice(teachers))
        yield from _person(student, f"{mark}s{number}", chance)


def _person(person: IRI, mark: str, chance: random.Random) -> Iterator[Triple]:
    yield Triple(person, _name("name"), Literal(f"Name {mark}"))
    yield Triple(person, _name("mail"), Literal(f"{mark}@example.org"))
    yield Triple(person, _name("born"), Literal(str(chance.randrange(1940, 2005)), XSD + "integer"))


def _name(local: str) -> IRI:
    return IRI(NAMES + local)

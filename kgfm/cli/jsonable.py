"""Results as plain JSON values."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from kgfm.kg import IRI, BlankNode, Literal, Term


def jsonable(value: Any) -> Any:
    """Turn dataclasses, terms, mappings and sequences into what `json.dump` takes.

    An IRI becomes its text, a literal its lexical form; `sparql_json` keeps datatypes and languages.
    """
    if isinstance(value, IRI | BlankNode | Literal):
        return value.value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Path):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: jsonable(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {_key(key): jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [jsonable(item) for item in value]
    return value


def sparql_term(term: Term) -> dict[str, str]:
    """Write a term as in SPARQL 1.1 Query Results JSON, section 3.2.2."""
    if isinstance(term, IRI):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    result = {"type": "literal", "value": term.value}
    if term.language:
        result["xml:lang"] = term.language
    elif term.datatype:
        result["datatype"] = term.datatype
    return result


def _key(key: Any) -> str:
    return key.value if isinstance(key, IRI) else str(key)

"""A SPARQL 1.1 endpoint over HTTP: requests, credentials, time-outs, retries, and its errors as ours.

Source: SPARQL 1.1 Protocol (W3C 2013), sections 2.1 and 2.2.
"""

import io
import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import IO, Final, Self
from urllib.parse import urlsplit, urlunsplit

import httpx
import pyoxigraph as ox
import stamina

from kgfm.errors import ConfigError, QueryError, StoreError
from kgfm.kg import IRI
from kgfm.kg.oxigraph_terms import well_formed
from kgfm.stores.sparql_part import Part

log = logging.getLogger(__name__)

_RESULTS: Final = "application/sparql-results+json"
_TRIPLES: Final = "application/n-triples"
_BUSY: Final = frozenset({429, 502, 503, 504})  # answers that may be another one in a moment
_SHOWN: Final = 200  # characters of a server's message
_TOKEN: Final = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointConfig:
    """Where an endpoint lies and how patient we are with it; credentials are read apart."""

    queries: str  # addresses
    updates: str
    timeout: float = 60.0  # seconds that one answer may take
    tries: int = 5  # of a request that finds the server away or busy
    page: int = 0  # rows asked for at once, for servers that cap their answers; 0 asks for all
    part: Part = field(default_factory=Part)  # the graphs that are ours

    def __post_init__(self) -> None:
        if self.timeout <= 0 or self.tries < 1 or self.page < 0:
            raise ConfigError(
                f"the endpoint's timeout is {self.timeout}, its tries {self.tries}, its page {self.page}; "
                "the first two must be above zero, the page zero or more."
            )

    @classmethod
    def of(cls, name: str, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the name of a knowledge base, `sparql+http(s)://host/path` or `...#NAME`.

        A path that ends in /query or /sparql is where queries go, and updates go to /update beside it;
        any other path has /query and /update below it. KGFM_SPARQL_UPDATE names another address for
        updates, KGFM_SPARQL_TIMEOUT and KGFM_SPARQL_PAGE set the fields of these names.
        Raises ConfigError where the address is none or carries credentials.
        """
        parts = urlsplit(name.removeprefix("sparql+"))
        if parts.username or parts.password:
            raise ConfigError(
                "the address of a SPARQL endpoint holds credentials; take them out of it and set "
                "KGFM_SPARQL_USERNAME and KGFM_SPARQL_PASSWORD instead."
            )
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ConfigError(f"{name} is no SPARQL endpoint; write sparql+http://host:port/path.")
        path = parts.path.rstrip("/")
        base = path.rpartition("/")[0] if path.endswith(("/query", "/sparql")) else path
        queries = path if base != path else f"{path}/query"
        return cls(
            queries=urlunsplit((parts.scheme, parts.netloc, queries, parts.query, "")),
            updates=environment.get("KGFM_SPARQL_UPDATE")
            or urlunsplit((parts.scheme, parts.netloc, f"{base}/update", parts.query, "")),
            timeout=_number(environment, "KGFM_SPARQL_TIMEOUT", 60.0),
            page=int(_number(environment, "KGFM_SPARQL_PAGE", 0)),
            part=Part(parts.fragment),
        )


def _number(environment: Mapping[str, str], name: str, default: float) -> float:
    text = environment.get(name, "")
    try:
        return float(text) if text else default
    except ValueError:
        raise ConfigError(f"{name} is '{text}'; it must be a number.") from None


def credentials(environment: Mapping[str, str] = os.environ) -> httpx.Auth | None:
    """Return what the environment holds: a bearer token, or else a name and password; None for neither."""
    if token := environment.get("KGFM_SPARQL_TOKEN", ""):
        if not _TOKEN.fullmatch(token):
            raise ConfigError("KGFM_SPARQL_TOKEN holds white space or other characters that no token has.")
        return _Bearer(token)
    if name := environment.get("KGFM_SPARQL_USERNAME", ""):
        return httpx.BasicAuth(name, environment.get("KGFM_SPARQL_PASSWORD", ""))
    return None


class _Bearer(httpx.Auth):
    """Sends a token as RFC 6750, section 2.1, has it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Iterator[httpx.Request]:  # type: ignore[override]
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


class _Busy(Exception):  # noqa: N818 - not an error as yet
    """The server is away or busy; `wait` is how many seconds it asks for."""

    def __init__(self, reason: str, wait: float = 0.0) -> None:
        super().__init__(reason)
        self.wait = wait


class Endpoint:
    """One endpoint; keeps its connections until it is closed."""

    def __init__(self, config: EndpointConfig, auth: httpx.Auth | None = None) -> None:
        self.config = config
        self.place = config.queries + (f"#{config.part.name}" if config.part.name else "")
        self._client = httpx.Client(auth=auth, timeout=config.timeout)

    def close(self) -> None:
        """Let go of all connections; a second call does nothing."""
        self._client.close()

    @contextmanager
    def solutions(self, sparql: str, default: IRI | None = None) -> Iterator[ox.QuerySolutions]:
        """Give the rows of a SELECT query as they arrive; `default` names the graph to ask instead of all."""
        with self._answer(sparql, _RESULTS, default) as body:
            found = ox.parse_query_results(body, ox.QueryResultsFormat.JSON)
            if not isinstance(found, ox.QuerySolutions):
                raise TypeError("only a SELECT query has rows")
            yield found

    def ask(self, sparql: str, default: IRI | None = None) -> bool:
        """Return what an ASK query gives."""
        with self._answer(sparql, _RESULTS, default) as body:
            return bool(ox.parse_query_results(body, ox.QueryResultsFormat.JSON))

    @contextmanager
    def triples(self, sparql: str, default: IRI | None = None) -> Iterator[Iterator[ox.Quad]]:
        """Give the triples of a CONSTRUCT or DESCRIBE query as they arrive."""
        with self._answer(sparql, _TRIPLES, default) as body:
            yield iter(ox.parse(body, ox.RdfFormat.N_TRIPLES))

    def update(self, sparql: str, *, again: bool) -> None:
        """Carry out an update; `again` says that doing it twice does no harm, so that it may be retried."""
        with self._request(self.config.updates, sparql, "application/sparql-update", "*/*", again=again):
            pass

    @contextmanager
    def _answer(self, sparql: str, accept: str, default: IRI | None) -> Iterator[IO[bytes]]:
        url = httpx.URL(self.config.queries)
        if default:
            url = url.copy_merge_params({"default-graph-uri": str(default)[1:-1]})
        with self._request(str(url), sparql, "application/sparql-query", accept, again=True) as response:
            try:
                yield io.BufferedReader(_Body(response.iter_bytes()))
            except (httpx.HTTPError, OSError, SyntaxError) as error:
                raise StoreError(
                    f"the answer of the SPARQL endpoint at {self.place} broke off or is malformed "
                    f"({_one_line(error)}); try again, or raise KGFM_SPARQL_TIMEOUT."
                ) from error

    @contextmanager
    def _request(
        self, url: str, sparql: str, kind: str, accept: str, *, again: bool
    ) -> Iterator[httpx.Response]:
        headers = {"Content-Type": f"{kind}; charset=utf-8", "Accept": accept}
        content = well_formed(sparql).encode()

        def sent() -> httpx.Response:
            request = self._client.build_request("POST", url, content=content, headers=headers)
            return self._sent(request, again=again)

        response = self._patiently(sent, url)
        try:
            yield response
        finally:
            response.close()

    def _patiently(self, send: Callable[[], httpx.Response], url: str) -> httpx.Response:
        try:
            for attempt in stamina.retry_context(
                on=_worth_another_try,
                attempts=self.config.tries,
                timeout=None,
                wait_initial=0.1,
                wait_max=5.0,
                wait_jitter=0.2,
            ):
                with attempt:
                    return send()
        except _Busy as error:
            raise StoreError(
                f"the SPARQL endpoint at {url} cannot be reached after {self.config.tries} tries ({error}); "
                "see whether it is running, then try again."
            ) from error
        raise AssertionError("unreachable")

    def _sent(self, request: httpx.Request, *, again: bool) -> httpx.Response:
        """Send once; raise _Busy where another try may help."""
        try:
            response = self._client.send(request, stream=True)
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise _Busy(_one_line(error)) from error
        except httpx.TimeoutException as error:
            raise StoreError(
                f"the SPARQL endpoint at {request.url} gave no answer within {self.config.timeout:g} s; "
                "ask for less, or raise KGFM_SPARQL_TIMEOUT."
            ) from error
        except httpx.HTTPError as error:
            if again:
                raise _Busy(_one_line(error)) from error
            raise StoreError(
                f"the connection to the SPARQL endpoint at {request.url} broke ({_one_line(error)}); "
                "see whether the update took hold before you repeat it."
            ) from error
        except RuntimeError as error:  # httpx's word for a closed client
            raise StoreError(f"the knowledge base at {self.place} was closed; open it again.") from error
        if response.is_success:
            return response
        try:
            raise self._refusal(response)
        finally:
            response.close()

    def _refusal(self, response: httpx.Response) -> Exception:
        status, url = response.status_code, response.url
        try:
            said = _one_line(response.read().decode(errors="replace"))
        except httpx.HTTPError:
            said = ""
        if status in _BUSY:
            wait = response.headers.get("Retry-After", "")
            return _Busy(f"it answers {status}", float(wait) if wait.isdigit() else 0.0)
        if status == httpx.codes.BAD_REQUEST:
            return QueryError(f"the SPARQL endpoint at {url} refuses the query: {said}.")
        remedy = {
            401: "it wants other credentials: set KGFM_SPARQL_USERNAME and KGFM_SPARQL_PASSWORD, "
            "or KGFM_SPARQL_TOKEN",
            403: f"this account has not the right to do that ({said}); ask for it, or use another account",
            404: "there is no endpoint; give the address where it takes queries",
            405: "there is no endpoint that takes this; give the address where it takes queries",
            413: "it refuses texts of this size; raise its limit",
        }.get(status, said or "see its log")
        return StoreError(f"the SPARQL endpoint at {url} answers {status}: {remedy}.")


def _worth_another_try(error: Exception) -> bool | float:
    if not isinstance(error, _Busy):
        return False
    log.warning("the SPARQL endpoint is away or busy (%s); trying again", error)
    return min(error.wait, 30.0) or True


class _Body(io.RawIOBase):
    """A response's body as a file."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = b""

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill the buffer with what has come; 0 at the end."""
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = chunk
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)


def _one_line(said: object) -> str:
    return " ".join(str(said).split())[:_SHOWN].rstrip(".") or type(said).__name__

"""A knowledge base is opened by its name, whatever keeps it."""

from pathlib import Path

import pytest

from kgfm.errors import ConfigError, NotAStoreError
from kgfm.stores import opening
from kgfm.stores.opening import cache_folder, opened, user_cache
from kgfm.stores.oxigraph import OxigraphStore
from tests.laws import document
from tests.stores.servers import oxigraph_server


def test_a_folder_is_made_for_writing_only(tmp_path: Path) -> None:
    for name in (tmp_path / "kb", str(tmp_path / "kb")):
        with pytest.raises(NotAStoreError, match="kgfm build SOURCE --kb"):
            opened(name)
    with opened(str(tmp_path / "kb"), write=True) as store:
        store.add_document(document())
        assert cache_folder(store) == tmp_path / "kb" / "cache"
    with opened(tmp_path / "kb") as store:
        assert store.document("curie.txt") == document()


def test_an_endpoint_is_a_knowledge_base_with_its_cache_under_its_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    with oxigraph_server() as server:
        with pytest.raises(NotAStoreError, match="kgfm build"):
            opened(server)
        with opened(server, write=True) as store:
            store.add_document(document())
        with opened(server) as store:
            assert store.document("curie.txt") == document()
            assert cache_folder(store) == user_cache() / store.id


def test_a_neo4j_server_is_a_knowledge_base(neo4j_address: str) -> None:
    with pytest.raises(NotAStoreError, match="kgfm build"):
        opened(f"{neo4j_address}/kgfm-test-nowhere")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("http://me:secret@localhost:7878", r"written sparql\+http://host/path"),
        ("postgres://localhost", "neo4j://"),
        ("sparql+http://me:secret@h", "credentials"),
        ("bolt://me:secret@h", "credentials"),
    ],
)
def test_what_is_no_name_is_said_without_its_secrets(name: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said) as caught:
        opened(name)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(("name", "extra"), [("bolt://h", "neo4j"), ("sparql+http://h", "sparql")])
def test_a_driver_that_is_not_installed_is_named(
    name: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_name: str) -> None:
        raise ModuleNotFoundError(name="driver")

    monkeypatch.setattr(opening, "import_module", missing)
    with pytest.raises(ConfigError, match=rf"\(driver\); pip install 'kgfm\[{extra}\]'"):
        opened(name)


def test_nothing_of_a_store_in_memory_is_cached() -> None:
    with OxigraphStore.in_memory() as store:
        assert cache_folder(store) is None


def test_each_system_has_its_place_for_caches() -> None:
    home = Path.home()
    assert user_cache({}, "linux") == home / ".cache" / "kgfm"
    assert user_cache({"XDG_CACHE_HOME": "/x"}, "linux") == Path("/x/kgfm")
    assert user_cache({}, "darwin") == home / "Library" / "Caches" / "kgfm"
    assert user_cache({"LOCALAPPDATA": "/l"}, "win32") == Path("/l/kgfm/Cache")

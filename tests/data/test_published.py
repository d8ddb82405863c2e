import gzip

import pytest

from kgfm.data import published
from kgfm.errors import FormatError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    place = tmp_path / "kg" / "umls"
    place.mkdir(parents=True)
    monkeypatch.setenv("KGFM_DATA", str(tmp_path))
    return place


def test_plain_and_gzipped_parts_are_read_alike(folder):
    (folder / "train.txt").write_text("a\tr\tb\nb\tr\tc\n")
    (folder / "test.txt.gz").write_bytes(gzip.compress(b"a\tr\tc\n"))
    assert published.read_names("umls", "train") == [("a", "r", "b"), ("b", "r", "c")]
    assert published.read_names("umls", "test") == [("a", "r", "c")]
    assert len(published.read_graph("umls", "train", "test")) == 3


def test_what_is_malformed_or_missing_is_told(folder):
    (folder / "train.txt").write_text("a r b\n")
    with pytest.raises(FormatError, match=r"train, line 1.*separated by tabs"):
        published.read_names("umls", "train")
    with pytest.raises(FormatError, match=r"no valid\.txt"):
        published.read_names("umls", "valid")


def test_without_the_folder_the_remedy_is_told(monkeypatch):
    monkeypatch.delenv("KGFM_DATA", raising=False)
    assert published.data_folder() is None
    with pytest.raises(FormatError, match="KGFM_DATA"):
        published.read_names("umls", "train")


@pytest.mark.skipif(published.data_folder() is None, reason="KGFM_DATA is not set")
@pytest.mark.parametrize("name", published.FOLDERS)
def test_every_published_graph_has_edges_of_known_relations(name):
    train, test = "train", "inference_test" if name == "ilpc-small" else "test"
    stated, asked = published.read_names(name, train), published.read_names(name, test)
    assert stated
    assert asked
    assert len({relation for _, relation, _ in stated}) < 1000

import gzip
import tarfile

import pytest

from kgfm.data.folders import evaluated_folders, line_count, part_names, read_part, read_split
from kgfm.errors import FormatError


def a_folder(place, name, **parts):
    folder = place / name
    folder.mkdir()
    for part, text in {"train": "a\tr\tb\n", "test": "b\tr\ta\n", **parts}.items():
        (folder / f"{part}.txt").write_text(text)
    return folder


def test_parts_may_be_plain_gzipped_or_in_an_archive(tmp_path):
    folder = a_folder(tmp_path, "one")
    (folder / "valid.tsv.gz").write_bytes(gzip.compress(b"a\tr\ta\n\n"))
    assert part_names(folder, "valid") == [("a", "r", "a")]
    packed = tmp_path / "packed"
    packed.mkdir()
    with tarfile.open(packed / "all.tar.gz", "w:gz") as archive:
        archive.add(folder / "train.txt", "train.txt")
    assert part_names(packed, "train") == [("a", "r", "b")]
    assert line_count(folder) == 4


def test_a_seen_graph_filters_by_valid_and_an_unseen_one_asks_for_it(tmp_path):
    for name, tests, filters in (("seen", 1, 1), ("graph_ind", 2, 0)):
        split = read_split(a_folder(tmp_path, name, valid="a\tr\ta\n"))
        assert (len(split.test), len(split.filters)) == (tests, filters)
    assert not read_split(a_folder(tmp_path, "bare")).filters


def test_a_folder_stands_for_its_unseen_sibling_and_a_folder_of_folders_for_all(tmp_path):
    for name in ("v1", "v1_ind", "other"):
        a_folder(tmp_path, name)
    unseen, other = tmp_path / "v1_ind", tmp_path / "other"
    assert evaluated_folders([tmp_path / "v1"]) == [unseen]
    assert evaluated_folders([tmp_path / "v1", unseen]) == [unseen]
    assert evaluated_folders([tmp_path]) == [other, unseen]


def test_what_is_missing_malformed_or_damaged_is_told_with_its_place(tmp_path):
    folder = a_folder(tmp_path, "one", train="a\tr\tb\na\tr\n")
    with pytest.raises(FormatError, match=r"one, train, line 2"):
        part_names(folder, "train")
    with pytest.raises(FormatError, match=r"no valid\.txt"):
        part_names(folder, "valid")
    assert read_part(folder, "valid") is None
    (folder / "valid.txt").write_bytes(b"a\tr\t\xff\n")
    with pytest.raises(FormatError, match=r"one, valid: .*UTF-8"):
        part_names(folder, "valid")
    (folder / "valid.txt").unlink()
    (folder / "valid.txt.gz").write_bytes(gzip.compress(b"a\tr\tb\n" * 9)[:-9])
    with pytest.raises(FormatError, match="damaged"):
        part_names(folder, "valid")
    with pytest.raises(FormatError, match="no such folder"):
        evaluated_folders([tmp_path / "none"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(FormatError, match="holds no graph"):
        evaluated_folders([tmp_path / "empty"])

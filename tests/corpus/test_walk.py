import os
from pathlib import Path

import pytest

from kgfm.corpus.walk import Skipped, SourceFile, survey_folder, walk
from kgfm.errors import SourceError


def fill(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("text")


def ids(folder: Path) -> list[str]:
    return [found.id for found in walk(folder, {".txt"}) if isinstance(found, SourceFile)]


def test_files_come_sorted_with_their_paths_under_the_folder(tmp_path: Path) -> None:
    fill(tmp_path, "b.txt", "a/z.txt", "a/B.TXT", "c/d/e.txt", "é.txt")
    assert ids(tmp_path) == ["a/B.TXT", "a/z.txt", "b.txt", "c/d/e.txt", "é.txt"]


def test_hidden_and_unknown_files_are_passed_over_and_counted(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt", ".hidden.txt", ".git/x.txt", "b.docx", "c.docx", "README")
    skipped = [found.path.name for found in walk(tmp_path, {".txt"}) if isinstance(found, Skipped)]
    assert skipped == [".git", ".hidden.txt", "README", "b.docx", "c.docx"]
    survey = survey_folder(tmp_path, {".txt"})
    assert (survey.files, survey.size) == (1, 4)
    assert survey.skipped == ((".docx", 2), ("hidden", 2), ("no suffix", 1))
    assert str(survey) == "1 readable files; passed over: 2 .docx, 2 hidden, 1 no suffix"


def test_links_in_circles_end(tmp_path: Path) -> None:
    fill(tmp_path, "docs/a.txt", "docs/sub/b.txt", "other/c.txt")
    (tmp_path / "docs" / "sub" / "up").symlink_to(tmp_path / "docs")
    (tmp_path / "docs" / "self").symlink_to(tmp_path / "docs" / "self")
    (tmp_path / "docs" / "elsewhere").symlink_to(tmp_path / "other")
    (tmp_path / "other" / "back").symlink_to(tmp_path)
    assert ids(tmp_path / "docs") == ["a.txt", "elsewhere/c.txt", "sub/b.txt"]


def test_a_folder_that_cannot_be_listed_is_an_error_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(tmp_path, "a/x.txt", "b/x.txt")
    listing = os.listdir

    def refuse(folder: Path) -> list[str]:
        if folder.name == "a":
            raise PermissionError(13, "Permission denied")
        return listing(folder)

    monkeypatch.setattr(os, "listdir", refuse)
    error, file = walk(tmp_path, {".txt"})
    assert isinstance(error, SourceError)
    assert "permission denied" in str(error)
    assert isinstance(file, SourceFile)
    assert file.id == "b/x.txt"


def test_a_broken_link_counts_as_a_file_without_bytes(tmp_path: Path) -> None:
    (tmp_path / "x.txt").symlink_to(tmp_path / "gone.txt")
    survey = survey_folder(tmp_path, {".txt"})
    assert (survey.files, survey.size) == (1, 0)

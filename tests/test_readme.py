"""The README's recorded session is what the program prints; `python -m tests.test_readme` records it anew."""

import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
SESSION = re.compile(r"(?<=<!-- session -->\n```console\n).*?(?=```\n<!-- /session -->)", re.DOTALL)

COMMANDS = (
    "kgfm build kgfm/demo/corpus",
    'kgfm ask "Where was Lise Meitner born?" -k 1',
    'kgfm ask "Where was the founder of the Mount Wilson Observatory born?" -k 1',
    "kgfm query 'SELECT ?name { ?who wdt:P19/rdfs:label \"Vienna\"; rdfs:label ?name } ORDER BY ?name'",
    'kgfm ask "What was the name of Lise Meitner\'s landlady?"',
)


def record() -> str:
    """Run the commands on a fresh knowledge base; return them with what they print."""
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for command in COMMANDS:
            arguments = [*shlex.split(command)[1:], "--kb", f"{folder}/kb", "--quiet"]
            done = subprocess.run(
                [sys.executable, "-m", "kgfm", *arguments],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=True,
            )
            lines.append(f"$ {command}\n{done.stdout}")
    return "".join(line.rstrip() + "\n" for line in "".join(lines).splitlines())


def without_figures(text: str) -> str:
    """Leave times, counts and probabilities out: they vary with the machine."""
    return re.sub(r"[\d,.]*\d", "#", text)


def test_the_recorded_session_is_what_the_program_prints() -> None:
    recorded = SESSION.search(README.read_text(encoding="utf-8"))
    assert recorded is not None
    assert without_figures(recorded[0]) == without_figures(record())


def test_the_readme_names_every_verb() -> None:
    from kgfm.cli.main import app

    text = README.read_text(encoding="utf-8")
    for command in app.registered_commands:
        assert f"kgfm {command.name}" in text


if __name__ == "__main__":
    session = record()
    README.write_text(SESSION.sub(lambda _: session, README.read_text(encoding="utf-8")), encoding="utf-8")

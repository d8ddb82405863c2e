"""The program `kgfm`: its verbs, its exit status and its one line for whatever goes wrong.

Exit status: 0 done; 1 the work failed; 2 wrong usage; 130 interrupted. `--debug` shows the traceback.
"""

import gc
import logging
import os
import sys
from collections.abc import Sequence
from typing import Final, NoReturn

import typer

from kgfm.cli import answering, knowledge, maintenance, pipelines, training
from kgfm.errors import KgfmError

_INTERRUPTED: Final = 130

app: Final = typer.Typer(
    name="kgfm",
    help="Text in, knowledge graph out, questions answered with their evidence.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    epilog="Start with: kgfm demo. Any verb takes --debug, which shows the traceback of an error.",
    context_settings={"help_option_names": ["-h", "--help"]},
)
for room in (knowledge, answering, maintenance, pipelines):
    for verb, command in room.COMMANDS.items():
        app.command(verb)(command)
app.add_typer(training.train, name="train")
app.add_typer(training.evaluate, name="evaluate")


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and exit with its status."""
    # What imports make stays: to look for garbage among it is a sixth of the time of a short command.
    gc.set_threshold(300_000, 20, 20)
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given
    given = [argument for argument in given if argument != "--debug"]
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s", stream=sys.stderr)
    logging.getLogger("kgfm").setLevel(logging.DEBUG if debug else logging.WARNING)
    for driver in ("neo4j", "stamina"):  # what matters of what they log, kgfm says in plain words
        logging.getLogger(driver).setLevel(logging.DEBUG if debug else logging.CRITICAL)
    sys.exit(_status(given, debug))


def _status(arguments: Sequence[str], debug: bool) -> int:
    try:
        app(arguments, standalone_mode=True)
    except SystemExit as exit_:
        status = exit_.code if isinstance(exit_.code, int) else 1
        if status == _INTERRUPTED:  # which typer says with nothing but the status
            print("kgfm: interrupted; what was finished is kept, the same command goes on.", file=sys.stderr)
        return status
    except KeyboardInterrupt:
        print("kgfm: interrupted.", file=sys.stderr)
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader of our output went away (`kgfm ... | head`): not our failure, nothing to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (KgfmError, OSError) as error:
        if debug:
            raise
        print(f"kgfm: {_one_line(error)}", file=sys.stderr)
        return 1
    except Exception as error:
        if debug:
            raise
        kind = type(error).__name__
        print(f"kgfm: {kind}: {_one_line(error)} (a defect; --debug shows where)", file=sys.stderr)
        return 1
    return 0


def _one_line(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'the system'}: {error.strerror}"
    return " ".join(str(error).split()) or type(error).__name__

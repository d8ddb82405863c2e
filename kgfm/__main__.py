"""The process `kgfm`, also as `python -m kgfm`: from the shell's words to the exit status."""

import atexit
import os
import sys


def program() -> None:
    """Run the command that the shell gave, and end the process once all it wrote is out.

    The interpreter is not taken down piece by piece, which takes a quarter of a second where torch is loaded.
    """
    status = 1  # what an error that nobody caught ends with

    def leave() -> None:
        os._exit(_written_out(status))

    atexit.register(leave)  # the first to be registered is the last to be called
    from kgfm.cli.main import main

    try:
        main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
        raise


def _written_out(status: int) -> int:
    """Write what waits to be written; return the status, which is 1 if something could not be."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output went away: not our failure
        pass
    except OSError as error:
        print(f"kgfm: standard output: {error.strerror}", file=sys.stderr)
        status = status or 1
    sys.stderr.flush()
    return status


if __name__ == "__main__":
    program()

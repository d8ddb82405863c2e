"""Where the files that lie outside the package are: `ontologies/` and `pipelines/`."""

from pathlib import Path


def shared_folder(name: str) -> Path:
    """Return the folder `name` ("ontologies" or "pipelines"), in a wheel and in a checkout alike.

    Raises FileNotFoundError where neither has it: the installation is broken.
    """
    package = Path(__file__).parent
    for folder in (package / "_shared" / name, package.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"kgfm's own folder '{name}' is missing; install kgfm again.")

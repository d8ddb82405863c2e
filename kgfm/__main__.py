"""`python -m kgfm` is `kgfm`."""

from kgfm.cli.main import main

if __name__ == "__main__":
    main()

"""``python -m auditor``: the command line without an installed script."""

from auditor.cli.main import main

if __name__ == "__main__":
    main()

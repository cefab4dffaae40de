"""The program: `python -m gateway api | worker | all | migrate`."""

from common import run
from gateway.made_of import SERVICE


def main() -> None:
    """Run the role that the command line names."""
    run.main(SERVICE)


if __name__ == "__main__":
    main()

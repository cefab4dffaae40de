"""The program: `routing-svc api | worker | all | migrate`."""

from common import run
from routing_svc.made_of import SERVICE


def main() -> None:
    """Run the role that the command line names."""
    run.main(SERVICE)


if __name__ == "__main__":
    main()

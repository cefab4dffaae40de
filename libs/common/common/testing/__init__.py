"""The test kit: a real Postgres, a stage for one service, and the shared data."""

from pathlib import Path


def shared_data() -> Path:
    """The folder of real test data that stands beside the repository."""
    root = Path(__file__).resolve().parents[4]
    folder = root.parent / "shared" / "data"
    if not folder.is_dir():
        raise FileNotFoundError(f"{folder}: the shared test data must stand beside the checkout")
    return folder

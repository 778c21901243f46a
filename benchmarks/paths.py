"""Where things stand: the project, its content, and what others run."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
CONTENT = ROOT / "content"
#: The interpreter that has what we are measured against; `make bench` makes it.
PEERS = ROOT / ".venv-bench" / "bin" / "python"


def peers() -> Path:
    """Return the interpreter that has what others run. Raises SystemExit where it is missing."""
    if not PEERS.exists():
        raise SystemExit(f"{PEERS.relative_to(ROOT)} is missing: `make bench` makes it")
    return PEERS

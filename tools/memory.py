"""How much memory a process has taken."""

from pathlib import Path


def peak() -> float:
    """The most memory this process has held so far, in MB; not a number where the system does not tell (Windows)."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux, where getrusage would start from the parent's peak
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1e3
    try:
        import resource
    except ImportError:
        return float("nan")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # macOS counts bytes

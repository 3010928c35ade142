"""Named points at which a fault test kills the process, as a power cut would: no clean-up, no goodbye.

`ACORN_FAULT_POINT` names one; `Settings` refuses it in production, and unset it costs one comparison.
"""

import os
import signal

_POINT = os.environ.get("ACORN_FAULT_POINT", "")


def reached(point: str) -> None:
    """Kill this process with SIGKILL if `point` is the one that the environment names."""
    if point == _POINT:
        os.kill(os.getpid(), signal.SIGKILL)

"""One engine of a trial, in a container: `python -m embedded.trial mongodb|kafka|sign-in`.

The same binaries as `make run` has, with their data in /data. They ask for no password: for trying Acorn out, never for
a trust's data. `ACORN_TRIAL_HOST` is where the others reach MongoDB or Kafka (the latter at `ACORN_TRIAL_PORT`). The
sign-in needs `ACORN_OIDC_ISSUER`, its own address as browsers and services reach it, and `ACORN_TRIAL_REDIRECTS`, the
portals that it may send people to.
"""

import os
import signal
import sys
from pathlib import Path
from types import FrameType

from embedded import identity, kafka, mongo
from embedded.identity.serving import serve
from embedded.processes import EngineFailed, Process

DATA = Path("/data")
LOGS = Path("/tmp/acorn")  # noqa: S108 - the container is its only user
MONGODB_PORT = 27017
KAFKA_PORT = 9092
SIGN_IN_PORT = 8409
SIGN_INS = Path(__file__).resolve().parents[1] / "acorn" / "demo" / "sign-ins.json"


def mongodb() -> Process:
    """A replica set of one, which clients find by its name, so that none takes it for ready while it starts."""
    started = mongo.launch(
        DATA / "mongodb",
        LOGS / "mongodb.log",
        MONGODB_PORT,
        bind="0.0.0.0",  # noqa: S104 - others in the cluster use it
        expiry=os.environ.get("ACORN_TRIAL_EXPIRY") != "off",
    )
    return mongo.make_ready(started, seconds=120, host=os.environ.get("ACORN_TRIAL_HOST", "127.0.0.1")).process


def broker() -> Process:
    """A Kafka of one node; it speaks to itself on loopback, and to the others by the name that they know it by."""
    host = os.environ.get("ACORN_TRIAL_HOST", "localhost")
    port = os.environ.get("ACORN_TRIAL_PORT", str(KAFKA_PORT))
    inner, controller = KAFKA_PORT + 1, KAFKA_PORT + 2
    outside = {
        "listeners": f"PLAINTEXT://127.0.0.1:{inner},CONTROLLER://127.0.0.1:{controller},CLIENTS://0.0.0.0:{KAFKA_PORT}",
        "advertised.listeners": f"PLAINTEXT://127.0.0.1:{inner},CLIENTS://{host}:{port}",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,CLIENTS:PLAINTEXT",
        "inter.broker.listener.name": "PLAINTEXT",
    }
    started = kafka.launch(DATA / "kafka", LOGS / "kafka.log", inner, controller, changed=outside)
    return kafka.make_ready(started, seconds=120).process


def sign_in() -> None:
    """The development sign-in; it refuses to be anything else."""
    identity.check_environment(os.environ)
    issuer = os.environ.get("ACORN_OIDC_ISSUER")
    if not issuer:
        raise EngineFailed("ACORN_OIDC_ISSUER is not set: it is the address at which browsers reach this sign-in.")
    redirects = tuple(os.environ.get("ACORN_TRIAL_REDIRECTS", "").split())
    provider = identity.Provider(issuer, DATA / "sign-in", SIGN_INS)
    serve(provider, "0.0.0.0", SIGN_IN_PORT, redirects)  # noqa: S104 - browsers elsewhere use it


def main(role: str) -> int:
    """Run until told to stop; answers the exit code."""
    signal.signal(signal.SIGTERM, _leave)
    try:
        if role == "sign-in":
            sign_in()
            return 0
        process = {"mongodb": mongodb, "kafka": broker}[role]()
    except EngineFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    print(f"{process.name} has started; its log is {process.log}.", flush=True)
    try:
        code = process.popen.wait()
        print(f"{process.name} ended by itself (exit code {code}):\n{process.tail(40)}", file=sys.stderr)
        return code or 1
    finally:
        process.stop(seconds=25)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    if sys.argv[1:] not in (["mongodb"], ["kafka"], ["sign-in"]):
        sys.exit("Usage: python -m embedded.trial mongodb|kafka|sign-in")
    sys.exit(main(sys.argv[1]))

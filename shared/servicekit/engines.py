"""MongoDB and Kafka as a service meets them: whether one is away, or there and refusing us; counted, and told as such.

Nobody gives up for either: processes wait and try again, so that a Secret put right, or a broker that is back, is
enough.
"""

from prometheus_client import Counter
from pymongo.errors import PyMongoError

from servicekit.logs import log
from servicekit.mongo import refuses_us

FAILURES = Counter(
    "acorn_engine_failures_total",
    "Attempts that found an engine unreachable, or refused: our user, password or rights are wrong there.",
    ["engine", "reason"],
)
_log = log(__name__)

# Error codes of the Kafka protocol: rights on topics, groups, the cluster, transactions; SASL mechanism, state, login.
_KAFKA_REFUSES = frozenset({29, 30, 31, 33, 34, 53, 58})

for _engine in ("mongodb", "kafka"):
    for _reason in ("unreachable", "refused"):
        # A series that begins at its first failure has no increase: no alert would see that one.
        FAILURES.labels(_engine, _reason)


def mongodb_failed(error: PyMongoError, who: str) -> None:
    """Count and log an outage of MongoDB that `who` waits for; a refusal says what to put right."""
    if refuses_us(error):
        FAILURES.labels("mongodb", "refused").inc()
        _log.error(
            f"MongoDB refuses us, so {who} waits: check the user, password and rights of ACORN_MONGODB_URI",
            error=type(error).__name__,
            code=getattr(error, "code", None),
        )
        return
    FAILURES.labels("mongodb", "unreachable").inc()
    _log.warning(f"{who} waits for MongoDB", error=type(error).__name__)


def kafka_failed(error: Exception, who: str) -> None:
    """Count and log an outage of Kafka that `who` waits for; a refusal says what to put right."""
    if getattr(error, "errno", None) in _KAFKA_REFUSES:
        FAILURES.labels("kafka", "refused").inc()
        _log.error(
            f"Kafka refuses us, so {who} waits: check ACORN_KAFKA_USERNAME, ACORN_KAFKA_PASSWORD, "
            "ACORN_KAFKA_SASL_MECHANISM and the user's rights there",
            error=type(error).__name__,
        )
        return
    FAILURES.labels("kafka", "unreachable").inc()
    _log.warning(f"{who} waits for Kafka", error=type(error).__name__)

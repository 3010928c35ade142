"""Uninstalling leaves nothing of Acorn on the cluster but its data."""

from embedded.cluster import NAMESPACE, RELEASE, Installation, kubectl, run
from servicekit.testing import wait_until

KINDS = (
    "deployments,statefulsets,daemonsets,replicasets,pods,jobs,services,configmaps,secrets,serviceaccounts,ingresses,"
    "networkpolicies,poddisruptionbudgets,horizontalpodautoscalers,roles,rolebindings"
)


def ours() -> set[str]:
    """What the namespace holds of Acorn."""
    return set(kubectl("get", KINDS, f"--selector=app.kubernetes.io/instance={RELEASE}", "--output=name").split())


def test_uninstalling_leaves_nothing_but_volumes(acorn: Installation) -> None:
    assert ours()
    run("helm", "uninstall", RELEASE, "--namespace", NAMESPACE, "--wait", "--timeout=120s")
    wait_until(lambda: not ours(), seconds=60, what="all of Acorn is gone")
    left = set(kubectl("get", KINDS, "--output=name").split())
    assert left <= {"serviceaccount/default", "configmap/kube-root-ca.crt"}, left

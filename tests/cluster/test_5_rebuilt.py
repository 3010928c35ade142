"""`acorn rebuild` on the cluster: the directory of cpd is made anew from the topics while people work."""

from pathlib import Path

from embedded.cluster import OPERATIONS, Installation, run
from embedded.load import Load


def test_a_rebuild_under_load_leaves_nothing_out(acorn: Installation, tmp_path: Path) -> None:
    terminal = acorn.terminal(tmp_path)
    run("acorn", "sign-in", "--as", OPERATIONS, **terminal)
    with Load(acorn) as load:
        said = run("acorn", "rebuild", "cpd", "--wait", **terminal)
        load.goes_on()
    assert load.failures == []
    assert "is live" in said
    load.nothing_is_lost()

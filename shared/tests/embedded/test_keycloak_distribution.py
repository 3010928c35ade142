"""Keycloak as it is fetched: once, and only what was pinned."""

from pathlib import Path

import pytest

from embedded.keycloak import VERSION, distribution, verify
from embedded.processes import EngineFailed


def test_an_archive_that_is_not_the_pinned_one_is_refused_with_the_remedy(tmp_path: Path) -> None:
    archive = tmp_path / "keycloak.zip"
    archive.write_bytes(b"something else")
    with pytest.raises(EngineFailed, match=r"another SHA-256 than shared/embedded/keycloak\.py pins.*another network"):
        verify(archive)


def test_what_is_here_is_not_fetched_again(tmp_path: Path) -> None:
    home = tmp_path / f"keycloak-{VERSION}" / "home"
    home.mkdir(parents=True)
    assert distribution(tmp_path) == home


def test_a_machine_that_reaches_no_registry_is_told_so_and_nothing_half_fetched_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise OSError("no route")

    monkeypatch.setattr("jgo.maven.MavenContext.project", unreachable)
    with pytest.raises(EngineFailed, match=r"could not be fetched \(OSError: no route\)"):
        distribution(tmp_path)
    assert [left.name for left in (tmp_path / f"keycloak-{VERSION}").iterdir()] == ["lock"]

"""A cluster of worker processes ends, whatever becomes of closing it."""

import asyncio

import pytest
from distributed import SpecCluster
from distributed.security import Security

from protocols.studies import dask_nodes


@pytest.fixture
def closes(monkeypatch):
    """How the cluster's own closing goes; afterwards each is really closed."""
    really, opened = SpecCluster._close, []

    def as_told(does):
        monkeypatch.setattr(SpecCluster, "_close", does)
        monkeypatch.setattr(dask_nodes, "CLOSING", 0.2)
        opened.append(dask_nodes.cluster(Security.temporary(), {"host": "127.0.0.1"}))
        return opened[-1]

    yield as_told
    monkeypatch.setattr(SpecCluster, "_close", really)
    for nodes in opened:
        nodes.close(600)


async def hang(nodes):
    await asyncio.Event().wait()


async def give_up(nodes):
    raise TimeoutError("a process took long to end")


@pytest.mark.parametrize("does", [hang, give_up])
def test_a_cluster_that_cannot_be_closed_is_left(closes, does):
    with closes(does) as nodes:
        assert nodes.scheduler_address.startswith("tls://127.0.0.1:")


def test_another_problem_in_closing_is_told(closes):
    async def fail(nodes):
        raise ArithmeticError("something else")

    with pytest.raises(ArithmeticError), closes(fail):
        pass

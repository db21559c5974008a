"""Workers of a study let nobody in without a key, and leave nothing behind."""

import http.client
import os
import tempfile
from pathlib import Path

import psutil
from study_help import FAKE, Quiet, contents, environment, small

from protocols.studies import cluster_worker, local_workers
from protocols.studies.study_folder import StudyFolder
from protocols.studies.sweep import sweep


def listening(process):
    """Ports on which a process or one of its children listens."""
    family = [process, *process.children(recursive=True)]
    connections = (one for member in family for one in member.net_connections(kind="inet"))
    return {one.laddr.port for one in connections if one.status == psutil.CONN_LISTEN}


def test_no_port_answers_without_a_key(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", environment()["PYTHONPATH"])
    before = listening(psutil.Process())
    with local_workers.local(2)(None, 2, lambda _: None) as workers:
        workers.client.wait_for_workers(2, timeout=300)
        opened = listening(psutil.Process()) - before
        assert len(opened) == 1 + 2 * 2  # a scheduler; a worker and who restarts it, twice
        asked = {port: spoken(port) for port in opened}
    assert not any(asked.values()), asked


def spoken(port):
    """What a port answers to who has no key: nothing."""
    found = []
    for kind in (http.client.HTTPConnection, http.client.HTTPSConnection):
        connection = kind("127.0.0.1", port, timeout=20)
        try:
            connection.request("GET", "/health")
            found.append(connection.getresponse().status)
        except (OSError, http.client.HTTPException):
            continue
        finally:
            connection.close()
    return found


def test_what_a_sweep_needs_lies_in_a_private_folder_that_goes_with_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", environment()["PYTHONPATH"])
    monkeypatch.setenv("CORTICOSTRIATAL_CONDUCT", FAKE.simulate)
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    seen = []

    class Looking(Quiet):
        def done(self, done):
            super().done(done)
            seen.extend((path.name, path.stat().st_mode & 0o777) for path in place.iterdir())

    end = sweep(StudyFolder.start(small(tmp_path), tmp_path / "out"), local_workers.local(1), Looking(), FAKE)
    assert end.done == end.planned == len(contents(tmp_path / "out"))
    assert seen and all(name.startswith("corticostriatal-") and mode == 0o700 for name, mode in seen)
    assert not list(place.iterdir())


def test_temporary_files_of_libraries_go_with_the_workers_that_were_killed_over_them(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", environment()["PYTHONPATH"])
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    with local_workers.local(2)(None, 2, lambda _: None) as workers:
        workers.client.wait_for_workers(2, timeout=300)
        made = [tempfile.mkdtemp(), *workers.client.run(tempfile.mkdtemp).values()]
        made += workers.client.run(tempfile.mkdtemp, nanny=True).values()
        assert len(made) == 1 + 2 * 2
        (private,) = tmp_path.iterdir()
        assert {Path(one).parent for one in made} == {private}
    assert not list(tmp_path.iterdir())
    assert os.environ["TMPDIR"] == tempfile.gettempdir() == str(tmp_path)


def test_a_worker_on_a_cluster_works_in_a_private_folder_and_opens_no_http_server(tmp_path, monkeypatch):
    called = []

    def dask_worker(options):
        called.append((options, os.environ["TMPDIR"], tempfile.gettempdir()))
        assert Path(os.environ["TMPDIR"]).stat().st_mode & 0o777 == 0o700

    monkeypatch.setattr("distributed.cli.dask_worker.main", dask_worker)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    cluster_worker.main(["--nthreads", "1"])
    ((options, variable, folder),) = called
    assert variable == folder != str(tmp_path) and not list(tmp_path.iterdir())
    assert options[:2] == ["--nthreads", "1"] and "--no-dashboard" in options
    assert options[options.index("--local-directory") + 1] == folder
    assert options[options.index("--worker-class") + 1] == "protocols.studies.dask_nodes.ClosedWorker"

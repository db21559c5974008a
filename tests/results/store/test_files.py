"""Files are whole or not there, and a disk that is full is told with the file's name and what to do."""

import errno
import os
import pickle
import resource

import matplotlib.pyplot as plt
import numpy as np
import pytest

from results.figures.drawing import save
from results.recording import Identity, Measure, Recording, Series
from results.store import collected, study_index, write
from results.store.collected import Column
from results.store.files import Unwritable, refuse_full, replacing, write_json


@pytest.fixture
def small_files():
    """No file may grow over 20 kB, which each library meets as it meets a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def index(path):
    study_index.write(path, "s", [{}], ((f"{n:032x}", 0, "e", "g", "t", n, 1, 2, "l") for n in range(2000)))


def table(path):
    lines = (((float(n) ** 0.5,), {"fepsp": Measure(n**0.3, "1")}) for n in range(20_000))
    collected.write(path, [Column("dose", "1", "x")], lines, 20_000, dict)


def recording(path):
    noise = np.random.default_rng(1).normal(size=20_000)
    write(Recording(Identity("e", "g", "t", 0, 1, 2), series={"x": Series(np.arange(20_000.0), noise, "1")}), path)


def figure(path):
    drawn = plt.figure()
    plt.imshow(np.random.default_rng(1).random((200, 200)))
    save(drawn, path.parent, path.stem, (path.suffix[1:],))
    plt.close(drawn)


WRITERS = {
    "index.sqlite": index,
    "table.h5": table,
    "run.h5": recording,
    "figure.png": figure,
    "summary.json": lambda path: write_json(path, list(range(20_000))),
}


@pytest.mark.parametrize("name", WRITERS)
def test_where_no_more_can_be_written_the_file_and_what_to_do_are_told_and_nothing_is_left(tmp_path, small_files, name):
    (tmp_path / name).write_text("what was there before")
    with pytest.raises(Unwritable) as told:
        WRITERS[name](tmp_path / name)
    assert told.value.filename == str(tmp_path / name) and told.value.errno == errno.EFBIG
    assert (
        told.value.strerror == "File too large; raise the limit on the size of files (ulimit -f), and the same "
        "command goes on"
    )
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "what was there before"


@pytest.mark.parametrize(
    ("problem", "number"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), errno.ENOSPC),
        (OSError("Can't write data (errno = 28, error message = 'No space left on device')"), errno.ENOSPC),
        (RuntimeError("Unable to flush: Disk quota exceeded"), errno.EDQUOT),
        (OSError(errno.EROFS, "Read-only file system"), errno.EROFS),
    ],
)
def test_every_library_s_word_for_a_full_disk_is_understood(problem, number):
    with pytest.raises(Unwritable) as told:
        refuse_full(problem, "place")
    found = pickle.loads(pickle.dumps(told.value))  # as from a worker process
    assert (found.errno, found.filename) == (number, "place") and found.strerror.startswith(os.strerror(number))
    with pytest.raises(Unwritable) as again:
        refuse_full(told.value, "elsewhere")
    assert again.value is told.value and again.value.__cause__ is problem


def test_what_is_wrong_for_another_reason_stays_as_it_is(tmp_path):
    refuse_full(PermissionError(errno.EACCES, "Permission denied"), "place")
    with pytest.raises(KeyError), replacing(tmp_path / "a"):
        raise KeyError("x")

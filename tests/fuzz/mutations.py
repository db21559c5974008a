"""Ways to damage a document: its text, or the tree of tables and lists that the text says."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from random import Random
from typing import Any

import tomli_w

NUMBERS = [
    *("0", "-1", "1e308", "-1e308", "1e-320", "inf", "-inf", "nan", "0x" + "f" * 400, "9" * 5000, "1e999", "1_0"),
    *("9223372036854775807", "-9223372036854775808", "2.5", "100000", "1000000000", "00", "1.", "true"),
]
WORDS = [
    *("", " ", "x", "..", "/", "../../escape", "/tmp/escape", "a/b", "*", "group.*.x", "\x00", "\x1b[31m", "é" * 60),
    *("細" * 60, "x" * 100_000, "=1+1", "@a", "naïve", "a\nb", "\u202e", "NaN", "None", "5", "50 Hz", "1e300 Hz"),
    *("-3 mg/kg", "0 s", "9e99 d", "5 kHz", "10 parsec", "1 uM", "PL->NAc core", "cocaine", "NAC", "control", "HFS"),
    *("auto", "tone", "tone.toml", "mine.toml", "moussawi2009", "2 %", "-70 mV", "'", '"', "\\", "${HOME}"),
    "$(touch escape)",
]
VALUES: list[Any] = [
    *(0, -1, 1, 3, 10**6, 2**63 - 1, -(2**63), 0.5, -0.5, 1e308, 1e-320, float("inf"), float("nan"), True, "", [], {}),
    *([[]], [1], {"a": 1}, [{}], [True, "x", 1.5]),
]


def nested(depth: int) -> Any:
    """A list of a list of a list ..."""
    found: Any = 1
    for _ in range(depth):
        found = [found]
    return found


def value(rng: Random) -> Any:
    """Something that does not belong here."""
    kind = rng.randrange(10)
    if kind < 5:
        return rng.choice(WORDS)
    if kind < 9:
        return rng.choice(VALUES)
    return nested(rng.choice((3, 30, 60, 300)))


def text(given: str, rng: Random) -> bytes:
    """A text damaged by a few changes to its lines and signs."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        given = rng.choice(TEXT)(given, rng)
    content = given.encode("utf-8", "surrogatepass")
    if rng.random() < 0.05:
        place = rng.randrange(len(content) + 1)
        content = content[:place] + bytes([rng.randrange(128, 256)]) + content[place:]
    return content


def _line(given: str, rng: Random, change: Callable[[str], str]) -> str:
    lines = given.split("\n")
    place = rng.randrange(len(lines))
    lines[place] = change(lines[place])
    return "\n".join(lines)


def _drop(given: str, rng: Random) -> str:
    return _line(given, rng, lambda _: "")


def _double(given: str, rng: Random) -> str:
    return _line(given, rng, lambda line: f"{line}\n{line}")


def _swap(given: str, rng: Random) -> str:
    lines = given.split("\n")
    a, b = rng.randrange(len(lines)), rng.randrange(len(lines))
    lines[a], lines[b] = lines[b], lines[a]
    return "\n".join(lines)


def _end(given: str, rng: Random) -> str:
    return given[: rng.randrange(len(given) + 1)]


def _number(given: str, rng: Random) -> str:
    return _line(given, rng, lambda line: f"{line.split('=')[0]}= {rng.choice(NUMBERS)}" if "=" in line else line)


def _word(given: str, rng: Random) -> str:
    return _line(given, rng, lambda line: f"{line.split('=')[0]}= {json.dumps(rng.choice(WORDS))}")


def _deep(given: str, rng: Random) -> str:
    depth = rng.choice((50, 400, 3000))
    return given + rng.choice(
        (f"\nx = {'[' * depth}{']' * depth}", f"\n[{'a.' * depth}a]\nb = 1", f"\n{'a.' * depth}a = 1")
    )


def _sign(given: str, rng: Random) -> str:
    place = rng.randrange(len(given) + 1)
    sign = rng.choice("[]{}\"'=#.,\n\x00\\-+_éж\U0001f400\ud800")
    return given[:place] + sign + given[place + rng.randrange(2) :]


def _date(given: str, rng: Random) -> str:
    return _line(given, rng, lambda line: f"{line.split('=')[0]}= 1979-05-27T07:32:00Z")


def _scaled(given: str, rng: Random) -> str:
    """A number made larger or smaller, which often leaves the document in its grammar and brings it to a limit."""
    found = list(re.finditer(r"(?<![\w.])\d+(\.\d+)?", given))
    if not found:
        return given
    one = rng.choice(found)
    factor = rng.choice((1e-6, 1e-3, 0.01, 0.1, 0.5, 2, 3, 10, 100, 1e4, 1e9))
    number = float(one[0]) * factor
    text = repr(round(number)) if "." not in one[0] and number >= 1 else repr(number)
    return given[: one.start()] + text + given[one.end() :]


TEXT: list[Callable[[str, Random], str]] = [
    *(_drop, _double, _swap, _end, _number, _number, _word, _word, _deep, _sign, _sign, _date),
    *[_scaled] * 6,
]


def tree(document: Any, rng: Random) -> Any:
    """A document damaged at a few of its places."""
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        places = _places(document)
        above, key = rng.choice(places)
        way = rng.randrange(7)
        if way < 3:
            above[key] = value(rng)
        elif way == 3:
            del above[key]
        elif way == 4 and isinstance(above, dict):
            above[rng.choice([*WORDS[:20], f"{key}s", str(key)[:-1]])] = above.pop(key)
        elif way == 5:
            above[key] = rng.choice(([above[key]], {"name": above[key]}, [above[key]] * 3))
        else:
            other, name = rng.choice(places)
            if name in other if isinstance(other, dict) else isinstance(name, int) and name < len(other):
                above[key] = json.loads(json.dumps(other[name], default=str))
    return document


def _places(node: Any) -> list[tuple[Any, Any]]:
    """Every table and list with each of its keys."""
    found: list[tuple[Any, Any]] = []
    nodes = [node]
    while nodes:
        one = nodes.pop()
        items = list(one.items()) if isinstance(one, dict) else list(enumerate(one)) if isinstance(one, list) else []
        found += [(one, key) for key, _ in items]
        nodes += [inside for _, inside in items]
    return found or [({"x": node}, "x")]


def toml(given: str, rng: Random) -> bytes:
    """A TOML document damaged as text or as a tree."""
    if rng.random() < 0.4:
        return text(given, rng)
    try:
        return tomli_w.dumps(tree(tomllib.loads(given), rng)).encode("utf-8", "surrogatepass")
    except (TypeError, ValueError, RecursionError):  # a tree that TOML cannot say
        return text(given, rng)


def json_text(given: str, rng: Random) -> bytes:
    """A JSON document damaged as text or as a tree."""
    if rng.random() < 0.3:
        return text(given, rng)
    if rng.random() < 0.1:
        return rng.choice((b"", b"[]", b"{}", b"null", b"5", b'"x"', b"[" * 5000, b'"\\ud800"', b"\x00" * 100))
    return json.dumps(tree(json.loads(given), rng)).encode()


def table(given: str, rng: Random) -> bytes:
    """A CSV table with damaged cells or lines."""
    if rng.random() < 0.3:
        return text(given, rng)
    lines = [line.split(",") for line in given.strip().split("\n")]
    for _ in range(rng.choice((1, 1, 2, 4))):
        row = rng.choice(lines)
        if row:
            row[rng.randrange(len(row))] = rng.choice([*NUMBERS, *WORDS])
    separator = rng.choice((",", ",", ",", ";", "\t"))
    return "\n".join(separator.join(row) for row in lines).encode("utf-8", "surrogatepass")


def binary(given: bytes, rng: Random) -> bytes:
    """A file that was cut off, overwritten or emptied."""
    way = rng.randrange(4)
    if way == 0:
        return b""
    if way == 1:
        return given[: rng.randrange(len(given) + 1)]
    if way == 2:
        return rng.randbytes(200)
    content = bytearray(given)
    for _ in range(rng.choice((1, 10, 100))):
        content[rng.randrange(len(content))] = rng.randrange(256)
    return bytes(content)

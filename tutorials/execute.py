"""Executes notebooks with the kernel JJava, each in its own folder.

What they show is written into them by "execute". The others write them to a directory and compare them with the files:
"check" runs them with small settings and compares the kinds and numbers of outputs, and the headings and row titles of
tables, and no picture may be empty; "compare" runs them as they are and compares all texts, with their figures.
"""
import argparse
import base64
import collections
import html.parser
import itertools
import os
import pathlib
import re
import shutil
import sys
import time
import zlib

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellControlSignal, CellExecutionError

NOTEBOOKS = pathlib.Path(__file__).resolve().parent / "notebooks"
ROOT = NOTEBOOKS.parent.parent
PNG, HTML, TEXT = "image/png", "text/html", "text/plain"
FAILURES = (CellControlSignal, RuntimeError, ValueError, OSError)  # errors, dead kernels, files that are no notebooks

# What another place, hour, run or load of the machine would have changed.
SETTLED = [
    (re.compile(re.escape(str(ROOT)) + r"(?![\w-]|\.\w)"), "."),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)(\[[\w/]+\])?"), "(a time)"),
    (re.compile(r"(?m)^\w[\w ]*  [\w. ]+  [\w. ]+/s(  (ETA|in) .*)?\n?"), ""),
    (re.compile(r"(finished) in \d+[dhms]( \d+[hms])?"), r"\1"),
    (re.compile(r"\b([a-z][\w.]*\.[A-Z][\w$]*|BufferedImage)@[0-9a-f]{5,8}\b"), r"\1"),
]


def settled(text):
    for pattern, replacement in SETTLED:
        text = pattern.sub(replacement, text)
    return text


def chunks(png):
    """The kinds and contents of a PNG's chunks."""
    found, place = [], 8
    while place < len(png):
        end = place + 8 + int.from_bytes(png[place : place + 4], "big")
        found.append((png[place + 4 : place + 8], png[place + 8 : end]))
        place = end + 4
    return found


def pixels(parts):
    return zlib.decompress(b"".join(content for kind, content in parts if kind == b"IDAT"))


def packed(picture):
    """The same PNG, compressed as well as its format can."""
    png = base64.b64decode(picture)
    parts = [part for part in chunks(png) if part[0] != b"IDAT"]
    parts.insert(-1, (b"IDAT", zlib.compress(pixels(chunks(png)), 9)))
    written = [len(c).to_bytes(4, "big") + k + c + zlib.crc32(k + c).to_bytes(4, "big") for k, c in parts]
    return base64.b64encode(png[:8] + b"".join(written)).decode()


def settle(output):
    if output.output_type == "stream":
        output.text = settled(output.text)
    for kind, data in output.get("data", {}).items():
        if kind == PNG:
            output.data[kind] = packed(data)
        elif isinstance(data, str):
            output.data[kind] = settled(data)


def execute(path, option):
    """The notebook with its outputs; stops at the first error."""
    book = nbformat.read(path, as_version=4)
    options = f"-Xmx2g {option} {os.environ.get('JAVA_TOOL_OPTIONS', '')}"
    NotebookClient(
        book,
        timeout=3600,
        startup_timeout=60,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": path.resolve().parent}},
    ).execute(env={**os.environ, "JAVA_TOOL_OPTIONS": options})
    for cell in book.cells:
        for output in outputs(cell):
            settle(output)
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.output_type != "stream" or output.text]
    book.metadata.language_info = {"name": "java", "file_extension": ".jshell", "mimetype": "text/x-java-source"}
    return book


def outputs(cell):
    return cell.get("outputs", [])


def contents(cell, kind):
    return [output.data[kind] for output in outputs(cell) if kind in output.get("data", {})]


def streams(cell):
    return "".join(output.text for output in outputs(cell) if output.output_type == "stream")


class Titles(html.parser.HTMLParser):
    """The headings and row titles of tables, without numbers."""

    def __init__(self, *texts):
        super().__init__()
        self.found, self.cells, self.wanted = set(), 0, False
        for text in texts:
            self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self.cells = 0
        elif tag in ("th", "td"):
            self.cells += 1
            self.wanted = tag == "th" or self.cells == 1

    def handle_endtag(self, tag):
        self.wanted = False

    def handle_data(self, data):
        words = re.sub(r"[\d.,%]+", "", data).strip()
        if self.wanted and words:
            self.found.add(words)


def drawn(picture):
    """Whether a PNG holds more than a plain area."""
    return len(set(pixels(chunks(base64.b64decode(picture))))) > 16


def shape(cell):
    """How many outputs of each kind a cell has, and whether it prints."""
    kinds = collections.Counter(kind for output in outputs(cell) for kind in output.get("data", {}))
    return kinds + collections.Counter(lines=int(bool(streams(cell))))


def other_shape(cell, expected):
    """What a small run does not show as the file does."""
    found, wanted = shape(cell), shape(expected)
    for kind in sorted(found.keys() | wanted.keys()):
        if found[kind] != wanted[kind]:
            yield f"shows {found[kind]} of {kind} in place of {wanted[kind]}"
    missing = Titles(*contents(expected, HTML)).found - Titles(*contents(cell, HTML)).found
    if missing:
        yield f"has no table with {', '.join(sorted(missing))}"
    if not all(map(drawn, contents(cell, PNG))):
        yield "shows an empty picture"


def other_texts(cell, expected):
    """The first line that a whole run shows differently from the file."""
    found, wanted = ([streams(c), *contents(c, TEXT)] for c in (cell, expected))
    lines = ("\n".join(texts).splitlines() for texts in (found, wanted))
    for here, there in itertools.zip_longest(*lines, fillvalue="nothing"):
        if here != there:
            yield f"shows '{here}' in place of '{there}'"
            return


def differences(book, expected, comparison):
    for number, (cell, other) in enumerate(zip(book.cells, expected.cells, strict=True)):
        yield from (f"cell {number} {difference}" for difference in comparison(cell, other))


def arguments():
    parser = argparse.ArgumentParser(prog="tutorials/jupyter", description=__doc__)
    modes = parser.add_subparsers(dest="mode", required=True, metavar="execute | check | compare")
    for mode in ("execute", "check", "compare"):
        mode_parser = modes.add_parser(mode)
        if mode != "execute":
            mode_parser.add_argument("directory", type=pathlib.Path, metavar="DIRECTORY")
        mode_parser.add_argument("files", nargs="*", type=pathlib.Path, metavar="FILE")
    given = parser.parse_args(namespace=argparse.Namespace(directory=None))
    given.files = given.files or sorted(NOTEBOOKS.glob("*.ipynb"))
    for path in given.files:
        if not path.is_file():
            parser.error(f"there is no file {path}")
        if given.directory and given.directory.resolve() == path.resolve().parent:
            parser.error(f"{path} would be overwritten; name another directory than {given.directory}")
    if not shutil.which("java"):
        parser.error("there is no java on the PATH; install Java 17 or later")
    return given


def run(path, given):
    """Executes, compares and writes a notebook: what is wrong, and how many pictures it drew."""
    comparison = other_shape if given.mode == "check" else other_texts
    try:
        expected = nbformat.read(path, as_version=4)
        book = execute(path, "-Dtutorials.small=true" if given.mode == "check" else "")
        place = given.directory or path.parent
        place.mkdir(parents=True, exist_ok=True)
        nbformat.write(book, place / path.name)
    except CellExecutionError as error:
        return [f"{error.ename}: {error.evalue}", str(error)], 0
    except FAILURES as error:
        return [f"{type(error).__name__}: {error}"], 0
    problems = list(differences(book, expected, comparison)) if given.directory else []
    return problems, sum(len(contents(cell, PNG)) for cell in book.cells)


def counted(number, what):
    return f"{number} {what}{'' if number == 1 else 's'}"


def main():
    given = arguments()
    failed, figures = 0, 0
    for path in given.files:
        start = time.monotonic()
        problems, pictures = run(path, given)
        print(f"{path.name}: {time.monotonic() - start:.0f} s", *problems, sep="\n  ", flush=True)
        failed += bool(problems)
        figures += pictures
    print(f"{counted(len(given.files), 'notebook')} executed, {failed} with errors, {counted(figures, 'picture')} drawn")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()

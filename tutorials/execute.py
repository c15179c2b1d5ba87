"""Executes the notebooks with the kernel JJava.

Without --check, what they show is written into them. With it, they run with small settings, are written to a directory,
and each cell must show the kinds of things that it shows in the repository: pictures that are not empty, pages, tables.
"""
import argparse
import base64
import os
import pathlib
import sys
import time
import zlib

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

NOTEBOOKS = pathlib.Path(__file__).resolve().parent / "notebooks"
ROOT = NOTEBOOKS.parent.parent
PNG = "image/png"


def execute(path, options):
    """The notebook with its outputs; stops at the first error."""
    book = nbformat.read(path, as_version=4)
    os.environ["JAVA_TOOL_OPTIONS"] = options
    NotebookClient(
        book,
        timeout=900,
        startup_timeout=60,
        record_timing=False,
        coalesce_streams=True,
        resources={"metadata": {"path": NOTEBOOKS}},
    ).execute()
    for cell in book.cells:
        for output in cell.get("outputs", []):
            without_place(output)
    book.metadata.language_info = {"name": "java", "file_extension": ".jshell", "mimetype": "text/x-java-source"}
    return book


def without_place(output):
    """Where the repository lies on this machine says nothing."""
    if "text" in output:
        output["text"] = output["text"].replace(str(ROOT), ".")
    for kind, data in output.get("data", {}).items():
        if isinstance(data, str) and kind != PNG:
            output["data"][kind] = data.replace(str(ROOT), ".")


def shown(cell):
    """The kinds of what a cell shows beside text."""
    return {kind for output in cell.get("outputs", []) for kind in output.get("data", {})} - {"text/plain"}


def pictures(book):
    return [
        output["data"][PNG] for cell in book.cells for output in cell.get("outputs", []) if PNG in output.get("data", {})
    ]


def drawn(picture):
    """Whether a PNG holds more than a plain area."""
    png = base64.b64decode(picture)
    place, packed = 8, b""
    while place < len(png):
        length = int.from_bytes(png[place : place + 4], "big")
        if png[place + 4 : place + 8] == b"IDAT":
            packed += png[place + 8 : place + 8 + length]
        place += length + 12
    return len(set(zlib.decompress(packed))) > 16


def differences(book, expected):
    """What a small run does not show although the repository shows it."""
    found = []
    for number, (cell, other) in enumerate(zip(book.cells, expected.cells, strict=True)):
        if cell.source != other.source:
            found.append(f"cell {number} is another")
        if missing := shown(other) - shown(cell):
            found.append(f"cell {number} does not show {', '.join(sorted(missing))}")
    found += ["a picture is empty" for picture in pictures(book) if not drawn(picture)]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", type=pathlib.Path, metavar="DIRECTORY")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    arguments = parser.parse_args()
    options = "-Xmx2g" + (" -Dtutorials.small=true" if arguments.check else "")
    options += " " + os.environ.get("JAVA_TOOL_OPTIONS", "")
    failed, figures, files = 0, 0, arguments.files or sorted(NOTEBOOKS.glob("*.ipynb"))
    for path in files:
        start = time.monotonic()
        try:
            book = execute(path, options)
            problems = differences(book, nbformat.read(path, as_version=4)) if arguments.check else []
        except CellExecutionError as error:
            problems = [f"{error.ename}: {error.evalue}", str(error)]
        else:
            figures += len(pictures(book))
            place = arguments.check or path.parent
            place.mkdir(parents=True, exist_ok=True)
            nbformat.write(book, place / path.name)
        print(f"{path.name}: {time.monotonic() - start:.0f} s", *problems, sep="\n  ", flush=True)
        failed += bool(problems)
    print(f"{len(files)} notebooks executed, {failed} with errors, {figures} pictures drawn")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()

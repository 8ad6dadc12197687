"""Read printed paper back: its words and its codes."""

from __future__ import annotations

import shutil
import subprocess
from io import BytesIO

import pytest
import zxingcpp
from PIL import Image


def text_of(content: bytes) -> str:
    """The words of a PDF, as a reader copies them out."""
    return _poppler(content, "pdftotext", "-layout", "-enc", "UTF-8").decode()


def raw_text_of(content: bytes) -> str:
    """The same in the order in which it was drawn: a cell is never torn apart."""
    return _poppler(content, "pdftotext", "-raw", "-enc", "UTF-8").decode()


def codes_of(content: bytes, page: int = 1) -> list[tuple[str, str]]:
    """What a scanner reads off one printed page, at 300 dots to the inch."""
    where = ("-f", str(page), "-l", str(page))
    pixels = _poppler(content, "pdftoppm", "-r", "300", "-gray", *where)
    found = zxingcpp.read_barcodes(Image.open(BytesIO(pixels)))
    return [(str(code.format), code.text) for code in found]


def _poppler(content: bytes, tool: str, *options: str) -> bytes:
    command = shutil.which(tool)
    if command is None:
        pytest.skip("poppler-utils, which read the paper back, are not installed")
    line = [command, *options, "-", *(["-"] if tool == "pdftotext" else [])]
    return subprocess.run(line, input=content, capture_output=True, check=True).stdout

"""The language server, driven over stdio: from a keystroke in a file of 300 lines, in a project of many strategies, to its diagnostics."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

import written
from conditions import Author
from figures import Figure
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, client_capabilities
from timing import Spread

TARGET, LINES, SEED = 0.1, 300, 12  # seconds
PAUSE = 0.05
"""Seconds between keystrokes: somebody types fast, so that nothing is looked at in between."""


def measure(strategies: int, keystrokes: int) -> list[Figure]:
    """Seconds from each keystroke to what is told of the file; half of the texts have an error."""
    folder = written.strategies(strategies)
    taken = asyncio.run(_session(folder, keystrokes))
    name = f"keystroke to diagnostics, {LINES} lines in a project of {strategies:,} strategies"
    return [Figure("editor", name, "s", Spread(tuple(taken)), TARGET)]


async def _session(folder: Path, keystrokes: int) -> list[float]:
    client: Any = await ClientServerConfig([sys.executable, "-m", "strategy_engine.cli.main", "lsp"]).start()
    await client.initialize_session(lsp.InitializeParams(client_capabilities("visual-studio-code"), root_uri=folder.as_uri()))
    uri = (folder / "strategies" / "being_written.strategy").as_uri()
    text = _long_text()
    client.text_document_did_open(lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(uri, "strategy", 1, text)))
    await _told(client, uri)
    taken = []
    for number in range(keystrokes):
        client.diagnostics.pop(uri, None)
        written = f"{text}\ncohort being_written_{number} = aum{'m' * (number % 2)} > {number}万\n"
        document = lsp.VersionedTextDocumentIdentifier(version=number + 2, uri=uri)
        begun = time.perf_counter()
        client.text_document_did_change(lsp.DidChangeTextDocumentParams(document, [lsp.TextDocumentContentChangeWholeDocument(written)]))
        found = await _told(client, uri)
        taken.append(time.perf_counter() - begun)
        if any(each.severity == lsp.DiagnosticSeverity.Error for each in found) is not bool(number % 2):
            raise AssertionError("what was told is not what was typed")
        await asyncio.sleep(PAUSE)
    await client.shutdown_session()
    await client.stop()
    return taken


async def _told(client: Any, uri: str) -> list[lsp.Diagnostic]:
    while uri not in client.diagnostics:
        await asyncio.sleep(0.001)
    return list(client.diagnostics[uri])


def _long_text() -> str:
    """Strategies of 300 lines, with names of their own."""
    author, pick, text, number = Author(SEED), Random(SEED), "", 100_000  # noqa: S311 - nothing is kept secret with it
    while text.count("\n") < LINES:
        text, number = text + written.file(author, pick, number), number + 1
    return "\n".join(text.split("\n")[:LINES]).rpartition("\nstrategy")[0]

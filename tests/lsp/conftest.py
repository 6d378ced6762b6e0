"""An editor before the real server: a client that speaks the protocol over stdio, and a bank to write strategies for.

Positions are computed here once more, from Python's own UTF-16, so that they are not the server's word against itself.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities

PROJECT = """
project: 银行 😀
data:
  customer:
    kind: snapshot
    path: data/customers-{date}.csv
    key: id
    columns:
      id: id
      name: {type: text, label: 姓名, pii: true}
      tier: {type: enum, values: {mass: 大众, gold: 金葵花, private: 私行}, ordered: true, label: 客户层级}
      aum: {type: money, label: 总资产}
      last_login: date?
      has_payroll: {type: bool, label: 代发客户}
  txn:
    kind: events
    path: txn.csv
    key: id
    time: at
    columns: {id: id, at: datetime, amount: money, type: {type: enum, values: [salary, card]}}
"""
COHORTS = """# 客群 😀
param rich_from "富裕门槛 😀" = 50万
cohort rich "富裕客户😀" { label: 富裕客户  where: aum >= rich_from and tier == gold }
channel sms "短信" { cost: 0.05 }
channel app { cost: 0 }
benefit coupon "满减券" { value: 20  cost: 12 }
"""
YAML = """cohorts:
  # 😀 emoji before what is found
  very_rich: {title: 😀私行, where: rich and aum >= 600万}
strategies:
  care:
    title: 关怀😀
    cohort: very_rich
    channel: sms else app
    script: "😀{姓名},您好"
"""
CUSTOMERS = 25_000
PATIENCE = 30
"""Seconds to wait for a notification, on a machine that has more to do."""


@pytest.fixture
def bank(tmp_path: Path) -> Path:
    """A project with 25,000 customers; every fifth is gold and owns a million."""
    tiers = ("mass", "gold", "mass", "private", "mass")
    assets = {"mass": 100, "gold": 1_000_000, "private": 1_000_000}
    numbered = ((n, tiers[n % 5]) for n in range(CUSTOMERS))
    rows = (f"{n},客户{n},{tier},{assets[tier]},,{'true' if n % 2 else 'false'}" for n, tier in numbered)
    files = {
        "strategy.yaml": PROJECT,
        "data/customers-2026-11-20.csv": "\n".join(["id,name,tier,aum,last_login,has_payroll", *rows]) + "\n",
        "txn.csv": "id,at,amount,type\n",
        "strategies/cohorts.strategy": COHORTS,
        "strategies/more.yaml": YAML,
    }
    folder = tmp_path / "银行"
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return folder


def units(text: str) -> int:
    """The length in UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def position(text: str, offset: int) -> lsp.Position:
    """Where an offset of the text is."""
    before = text[:offset]
    return lsp.Position(before.count("\n"), units(before.rpartition("\n")[2]))


def span(text: str, word: str, nth: int = 0) -> lsp.Range:
    """Where the n-th occurrence of a word is."""
    offset = -1
    for _ in range(nth + 1):
        offset = text.index(word, offset + 1)
    return lsp.Range(position(text, offset), position(text, offset + len(word)))


def cut(text: str, where: lsp.Range) -> str:
    """The text in a range, by UTF-16 alone."""
    lines = text.split("\n")
    picked = lines[where.start.line : where.end.line + 1]
    start, end = where.start.character * 2, where.end.character * 2
    encoded = [line.encode("utf-16-le") for line in picked]
    encoded[-1] = encoded[-1][:end]
    encoded[0] = encoded[0][start:]
    return b"\n\0".join(encoded).decode("utf-16-le")


def changed(text: str, edits: Sequence[lsp.TextEdit]) -> str:
    """The text with the edits done, as an editor does them."""
    for edit in sorted(edits, key=lambda each: (each.range.start.line, each.range.start.character), reverse=True):
        low = sum(len(line) + 1 for line in text.split("\n")[: edit.range.start.line])
        low += len(cut(text, lsp.Range(lsp.Position(edit.range.start.line, 0), edit.range.start)))
        text = text[:low] + edit.new_text + text[low + len(cut(text, edit.range)) :]
    return text


class Editor:
    """One editor with a project's folder open."""

    def __init__(self, client: LanguageClient, folder: Path) -> None:
        self.client, self.folder = client, folder
        self.texts: dict[str, str] = {}

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    def file(self, name: str) -> lsp.TextDocumentIdentifier:
        return lsp.TextDocumentIdentifier(self.uri(name))

    async def open(self, name: str) -> list[lsp.Diagnostic]:
        """Show a file; what is told of it at once."""
        text = self.texts[name] = (self.folder / name).read_text("utf-8")
        tongue = "yaml" if name.endswith("yaml") else "strategy"
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(lsp.TextDocumentItem(self.uri(name), tongue, 1, text)))
        return await self._told(name)

    async def type(self, name: str, text: str) -> list[lsp.Diagnostic]:
        """Let the file be this text; what is told of it at once."""
        self.texts[name] = text
        document = lsp.VersionedTextDocumentIdentifier(uri=self.uri(name), version=2)
        change = lsp.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(document, [change]))
        return await self._told(name)

    async def later(self, name: str) -> list[lsp.Diagnostic]:
        """What is told of the file next."""
        return await self._told(name)

    async def _told(self, name: str) -> list[lsp.Diagnostic]:
        """What is told of the file from now on; what was told before is forgotten."""
        self.client.diagnostics.pop(self.uri(name), None)
        for _ in range(PATIENCE * 100):
            await asyncio.sleep(0.01)
            if self.uri(name) in self.client.diagnostics:
                return list(self.client.diagnostics[self.uri(name)])
        raise TimeoutError(f"nothing is told of {name}")

    def at(self, name: str, word: str, nth: int = 0) -> dict[str, Any]:
        """The cursor inside a word, as requests want it."""
        where = span(self.texts[name], word, nth)
        return {"text_document": self.file(name), "position": lsp.Position(where.start.line, where.start.character + 1)}

    async def completed(self, name: str, text: str) -> list[lsp.CompletionItem]:
        """What is offered where `|` stands in the text."""
        offset = text.index("¦")
        await self.type(name, text.replace("¦", ""))
        params = lsp.CompletionParams(self.file(name), position(text, offset))
        found = await self.client.text_document_completion_async(params)
        assert isinstance(found, lsp.CompletionList)
        return sorted(found.items, key=lambda each: each.sort_text or each.label)


CONFIG = ClientServerConfig(server_command=[sys.executable, "-m", "strategy_engine.cli.main", "lsp"])


@asynccontextmanager
async def session(bank: Path, locale: str) -> AsyncIterator[Editor]:
    """An editor in that tongue, with the project's folder open."""
    client: Any = await CONFIG.start()
    folders = [lsp.WorkspaceFolder(bank.as_uri(), "银行")]
    capabilities = client_capabilities("visual-studio-code")
    await client.initialize_session(lsp.InitializeParams(capabilities=capabilities, workspace_folders=folders, locale=locale))
    yield Editor(client, bank)
    await client.shutdown_session()
    await client.stop()


@pytest.fixture
async def editor(bank: Path) -> AsyncIterator[Editor]:
    """The editor, in a session of its own."""
    async with session(bank, "en") as found:
        yield found

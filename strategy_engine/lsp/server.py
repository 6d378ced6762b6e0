"""The protocol's face: every feature is one function, which asks a module of its own."""

from __future__ import annotations

import logging
from contextlib import suppress
from pathlib import Path

from lsprotocol import types as lsp
from pygls import uris
from pygls.exceptions import JsonRpcException, JsonRpcInvalidParams
from pygls.lsp.server import LanguageServer

from strategy_engine import __version__
from strategy_engine.diagnostics import tongue
from strategy_engine.diagnostics.model import Diagnostic
from strategy_engine.language.printing.format import form_of, formatted
from strategy_engine.lsp import completion, findings, hints, hover, lenses, navigation, outline, tokens
from strategy_engine.lsp.bank import Bank, Look
from strategy_engine.lsp.desk import Desk
from strategy_engine.lsp.places import Place
from strategy_engine.lsp.positions import Positions
from strategy_engine.record import record
from strategy_engine.source.file import SourceFile, Span

WATCHED = ("**/*.strategy", "**/*.{yaml,yml}", "**/*.csv")


@record
class Asked:
    """A file that the editor asks about.      place: what is named under the cursor, where a position was given."""

    bank: Bank
    look: Look
    positions: Positions
    place: Place | None = None


class StrategyServer(LanguageServer):
    """The server, and the desk with all that is open."""

    def __init__(self) -> None:
        # the whole text at every keystroke: what pygls makes of changes counts lines by another rule than editors do
        super().__init__("strategy", __version__, lsp.TextDocumentSyncKind.Full)
        self.desk = Desk(self._tell, self._counted, self._log)

    @property
    def units(self) -> str:
        """In what columns are counted."""
        return lsp.PositionEncodingKind(self.workspace.position_encoding or lsp.PositionEncodingKind.Utf16).value

    def asked(self, uri: str, position: lsp.Position | None = None) -> Asked | None:
        """What the editor asks about; None where the file is none of a project's."""
        path = path_of(uri)
        opened = None if path is None else self.desk.of(path)
        if path is None or opened is None or not opened.bank.concerns(path):
            return None
        look = opened.bank.look(path)
        positions = Positions(look.source, self.units)
        return Asked(opened.bank, look, positions, None if position is None else look.place_at(positions.offset(position)))

    def location(self, bank: Bank, span: Span) -> lsp.Location:
        """A place in any file of a project."""
        source = bank.source(span.path) or SourceFile(span.path, "")
        return lsp.Location(findings.uri_of(span.path), Positions(source, self.units).range(span))

    def _tell(self, bank: Bank, path: str, found: list[Diagnostic]) -> None:
        positions = Positions(bank.source(path) or SourceFile(path, ""), self.units)
        told = findings.told(found, positions, bank)
        self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(findings.uri_of(path), told))

    async def _counted(self) -> None:
        workspace = self.client_capabilities.workspace
        if workspace is not None and workspace.code_lens is not None and workspace.code_lens.refresh_support:
            with suppress(JsonRpcException):  # an editor that promised more than it does: it asks again by itself
                await self.workspace_code_lens_refresh_async(None)

    def _log(self, message: str) -> None:
        self.window_log_message(lsp.LogMessageParams(lsp.MessageType.Error, message))


server = StrategyServer()


def path_of(uri: str) -> str | None:
    """The path of a file by its address; None where it is no file on disk."""
    path = uris.to_fs_path(uri) if uri.startswith("file:") else None
    return None if path is None else Path(path).as_posix()


def serve() -> None:
    """Speak the protocol on standard input and output until the editor says good-bye."""
    logging.getLogger("pygls.protocol.json_rpc").addFilter(_no_refusal)
    server.start_io()


def _no_refusal(record: logging.LogRecord) -> bool:
    """What is refused is told to who asked; its traceback would frighten in the editor's log."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, JsonRpcInvalidParams)


# ------------------------------------------------------------------------------------------------ what is open


@server.feature(lsp.INITIALIZE)
def initialize(params: lsp.InitializeParams) -> None:
    if params.locale is not None:  # else as in a terminal: by the environment
        tongue.choose(tongue.CHINESE if params.locale.lower().startswith(tongue.CHINESE) else tongue.ENGLISH)


@server.feature(lsp.INITIALIZED)
def initialized(ls: StrategyServer, _params: lsp.InitializedParams) -> None:
    workspace = ls.client_capabilities.workspace
    watching = None if workspace is None else workspace.did_change_watched_files
    if watching is not None and watching.dynamic_registration:
        watchers = [lsp.FileSystemWatcher(pattern) for pattern in WATCHED]
        options = lsp.DidChangeWatchedFilesRegistrationOptions(watchers)
        wanted = lsp.Registration("files", lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
        ls.client_register_capability(lsp.RegistrationParams([wanted]))


@server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
async def opened(ls: StrategyServer, params: lsp.DidOpenTextDocumentParams) -> None:
    _edit(ls, params.text_document.uri, params.text_document.text)


@server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
async def changed(ls: StrategyServer, params: lsp.DidChangeTextDocumentParams) -> None:
    _edit(ls, params.text_document.uri, ls.workspace.get_text_document(params.text_document.uri).source)


@server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
async def closed(ls: StrategyServer, params: lsp.DidCloseTextDocumentParams) -> None:
    _edit(ls, params.text_document.uri, None)


@server.feature(lsp.WORKSPACE_DID_CHANGE_WATCHED_FILES)
async def watched(ls: StrategyServer, _params: lsp.DidChangeWatchedFilesParams) -> None:
    ls.desk.refresh()


@server.feature(lsp.SHUTDOWN)
def ended(ls: StrategyServer, _params: None) -> None:
    ls.desk.close()


def _edit(ls: StrategyServer, uri: str, text: str | None) -> None:
    path = path_of(uri)
    if path is not None:
        ls.desk.edit(path, text)


# ------------------------------------------------------------------------------------------------ writing


@server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions(trigger_characters=[".", " ", "{", "["]))
def complete(ls: StrategyServer, params: lsp.CompletionParams) -> lsp.CompletionList:
    asked = ls.asked(params.text_document.uri)
    if asked is None:
        return lsp.CompletionList(False, [])
    offset = asked.positions.offset(params.position)
    return lsp.CompletionList(False, completion.completions(asked.look, asked.positions, offset))


@server.feature(lsp.TEXT_DOCUMENT_FORMATTING)
def layout(ls: StrategyServer, params: lsp.DocumentFormattingParams) -> list[lsp.TextEdit] | None:
    """The canonical layout; nothing where the file has errors."""
    asked = ls.asked(params.text_document.uri)
    if asked is None or asked.look.module is None:
        return None
    source = asked.look.source
    text, _ = formatted(source, form_of(source.path))
    if text is None or text == source.text:
        return []
    return [lsp.TextEdit(asked.positions.range(source.whole), text)]


@server.feature(
    lsp.TEXT_DOCUMENT_CODE_ACTION,
    lsp.CodeActionOptions(code_action_kinds=[lsp.CodeActionKind.QuickFix]),
)
def actions(ls: StrategyServer, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    asked = ls.asked(params.text_document.uri)
    if asked is None:
        return []
    path = asked.look.source.path
    return findings.mends(ls.desk.findings(ls.desk.of(path), path), asked.positions, asked.bank, params.range)


@server.feature(lsp.TEXT_DOCUMENT_RENAME, lsp.RenameOptions(prepare_provider=True))
def rename(ls: StrategyServer, params: lsp.RenameParams) -> lsp.WorkspaceEdit | None:
    asked = ls.asked(params.text_document.uri, params.position)
    if asked is None or asked.place is None:
        return None
    try:
        edits = navigation.rename(asked.bank, asked.look, asked.place, params.new_name)
    except navigation.RenameError as error:
        raise JsonRpcInvalidParams(str(error)) from error
    changes: dict[str, list[lsp.TextEdit]] = {}
    for edit in edits:
        place = ls.location(asked.bank, edit.span)
        changes.setdefault(place.uri, []).append(lsp.TextEdit(place.range, edit.text))
    return lsp.WorkspaceEdit(changes=changes)


@server.feature(lsp.TEXT_DOCUMENT_PREPARE_RENAME)
def prepare_rename(ls: StrategyServer, params: lsp.PrepareRenameParams) -> lsp.PrepareRenamePlaceholder | None:
    asked = ls.asked(params.text_document.uri, params.position)
    if asked is None or asked.place is None:
        return None
    try:
        navigation.can_rename(asked.look, asked.place)
    except navigation.RenameError as error:
        raise JsonRpcInvalidParams(str(error)) from error
    return lsp.PrepareRenamePlaceholder(asked.positions.range(asked.place.span), asked.place.written)


# ------------------------------------------------------------------------------------------------ reading


@server.feature(lsp.TEXT_DOCUMENT_HOVER)
def explain(ls: StrategyServer, params: lsp.HoverParams) -> lsp.Hover | None:
    asked = ls.asked(params.text_document.uri, params.position)
    if asked is None:
        return None
    if asked.place is not None:
        text, span = hover.hover(asked.bank, asked.look, asked.place, tongue.chosen()), asked.place.span
    else:
        text, span = hover.of_key(asked.look, asked.positions.offset(params.position)) or (None, asked.look.source.whole)
    return None if text is None else lsp.Hover(lsp.MarkupContent(lsp.MarkupKind.Markdown, text), asked.positions.range(span))


@server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
def definition(ls: StrategyServer, params: lsp.DefinitionParams) -> lsp.Location | None:
    asked = ls.asked(params.text_document.uri, params.position)
    if asked is None or asked.place is None:
        return None
    span = navigation.definition(asked.bank, asked.look, asked.place)
    return None if span is None else ls.location(asked.bank, span)


@server.feature(lsp.TEXT_DOCUMENT_REFERENCES)
def references(ls: StrategyServer, params: lsp.ReferenceParams) -> list[lsp.Location]:
    asked = ls.asked(params.text_document.uri, params.position)
    if asked is None or asked.place is None:
        return []
    found = navigation.references(asked.bank, asked.place, declaration=params.context.include_declaration)
    return [ls.location(asked.bank, each.span) for each in found]


@server.feature(lsp.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
def symbols(ls: StrategyServer, params: lsp.DocumentSymbolParams) -> list[lsp.DocumentSymbol]:
    asked = ls.asked(params.text_document.uri)
    return [] if asked is None else outline.outline(asked.look, asked.positions)


@server.feature(lsp.TEXT_DOCUMENT_SEMANTIC_TOKENS_FULL, tokens.LEGEND)
def colours(ls: StrategyServer, params: lsp.SemanticTokensParams) -> lsp.SemanticTokens:
    asked = ls.asked(params.text_document.uri)
    return lsp.SemanticTokens([]) if asked is None else tokens.tokens(asked.look, asked.positions)


@server.feature(lsp.TEXT_DOCUMENT_INLAY_HINT)
def inlay(ls: StrategyServer, params: lsp.InlayHintParams) -> list[lsp.InlayHint]:
    asked = ls.asked(params.text_document.uri)
    return [] if asked is None else hints.hints(asked.look, asked.positions, params.range)


@server.feature(lsp.TEXT_DOCUMENT_CODE_LENS)
def counts(ls: StrategyServer, params: lsp.CodeLensParams) -> list[lsp.CodeLens]:
    asked = ls.asked(params.text_document.uri)
    return [] if asked is None else lenses.lenses(asked.look, asked.positions, ls.desk.of(asked.look.source.path).counts, tongue.chosen())

"""An editing session: every feature, on both spellings, with Chinese text and emoji before what is found."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException

from tests.lsp.conftest import COHORTS, YAML, Editor, changed, cut, position, session, span

TEXT, MORE = "strategies/cohorts.strategy", "strategies/more.yaml"
pytestmark = pytest.mark.asyncio


# ------------------------------------------------------------------------------------------------ as one types


async def test_what_is_wrong_is_told_at_once_and_gone_when_it_is_mended(editor: Editor) -> None:
    assert [each for each in await editor.open(TEXT) if each.severity == lsp.DiagnosticSeverity.Error] == []
    wrong = COHORTS.replace("tier == gold", "tier == golld")
    (found,) = await editor.type(TEXT, wrong)
    assert (found.code, found.severity, found.source) == ("S0202", lsp.DiagnosticSeverity.Error, "strategy")
    assert found.range == span(wrong, "golld")
    assert "did you mean `gold`" in found.message
    assert await editor.type(TEXT, COHORTS) == []


async def test_syntax_errors_leave_the_rest_alive(editor: Editor) -> None:
    await editor.open(TEXT)
    found = await editor.type(TEXT, COHORTS + "cohort half { where: aum >= }\n")
    assert [each.code for each in found if each.severity == lsp.DiagnosticSeverity.Error] != []
    hover = await editor.client.text_document_hover_async(lsp.HoverParams(**editor.at(TEXT, "rich_from", 1)))
    assert hover is not None


async def test_yaml_is_told_of_at_its_places(editor: Editor) -> None:
    await editor.open(MORE)
    wrong = YAML.replace("rich and aum", "rich and aumm")
    (found,) = await editor.type(MORE, wrong)
    assert found.range == span(wrong, "aumm")


async def test_a_change_in_one_file_is_told_in_another(editor: Editor) -> None:
    await editor.open(TEXT)
    await editor.type(TEXT, COHORTS.replace("cohort rich ", "cohort richer "))
    found = await editor.later(MORE)  # the file is not open: told when all of the project was looked at
    assert [(each.code, cut(YAML, each.range)) for each in found if each.severity == lsp.DiagnosticSeverity.Error] == [("S0201", "rich")]


async def test_what_needs_the_whole_project_is_told_a_moment_later_and_moves_along(editor: Editor) -> None:
    await editor.open(MORE)
    found = {each.code: each for each in await editor.later(MORE)}
    note = found["S0420"]
    assert cut(YAML, note.range) == "care"
    longer = YAML.replace("strategies:", "# 多一行 😀\nstrategies:")
    moved = {each.code: each for each in await editor.type(MORE, longer)}
    assert moved["S0420"].range == span(longer, "care")


async def test_the_project_file_is_checked_as_well(editor: Editor) -> None:
    await editor.open("strategy.yaml")
    text = editor.texts["strategy.yaml"]
    (found,) = await editor.type("strategy.yaml", text.replace("kind: snapshot", "kind: snapshut"))
    assert cut(text.replace("kind: snapshot", "kind: snapshut"), found.range) == "snapshut"


async def test_other_yaml_is_left_alone(editor: Editor, bank: Path) -> None:
    hidden = bank / ".github"
    hidden.mkdir()
    (hidden / "ci.yml").write_text("on: push\njobs: {}\n", "utf-8")
    document = lsp.TextDocumentItem((hidden / "ci.yml").as_uri(), "yaml", 1, "on: push\njobs: {}\n")
    editor.client.text_document_did_open(lsp.DidOpenTextDocumentParams(document))
    symbols = await editor.client.text_document_document_symbol_async(lsp.DocumentSymbolParams(lsp.TextDocumentIdentifier(document.uri)))
    assert symbols in (None, [])


# ------------------------------------------------------------------------------------------------ completion

COMPLETED = {
    "values of an enum": ('cohort c "😀" = tier == ¦', ["gold", "mass", "private"]),
    "values of an enum by its label": ("客群 c = 客户层级 属于 [金葵花, ¦", ["gold", "mass", "private"]),
    "columns": ("cohort c = a¦", ["aum", "has_payroll", "id", "last_login", "name", "tier"]),
    "columns of rows": ("attribute a = sum(txn.¦", ["amount", "at", "id", "type"]),
    "columns inside where": ("attribute a = count(txn where ¦", ["amount", "at", "id", "type"]),
    "values inside where": ("attribute a = count(txn where type == ¦", ["card", "salary"]),
    "channels": ("strategy s {\n  cohort: rich\n  channel: ¦\n}", ["app", "sms"]),
    "benefits": ("strategy s {\n  cohort: rich\n  benefit: ¦\n}", ["coupon"]),
    "what a test expects": ('test "😀" {\n  on: 2026-11-20\n  expect: care offers ¦\n}', ["coupon"]),
    "columns of what a test sets up": ('test "t" {\n  given customer { id: 1, ¦ }\n}', ["aum", "has_payroll", "id"]),
    "values of what a test sets up": ('test "t" {\n  given customer { id: 1, tier: ¦ }\n}', ["gold", "mass", "private"]),
    "in a script": ('strategy s {\n  cohort: rich\n  channel: sms\n  script: "😀{a¦', ["aum", "has_payroll"]),
}


@pytest.mark.parametrize(("text", "first"), COMPLETED.values(), ids=COMPLETED)
async def test_completion_of_the_text_form(editor: Editor, text: str, first: list[str]) -> None:
    await editor.open(TEXT)
    items = await editor.completed(TEXT, COHORTS + text)
    assert [each.label for each in items[: len(first)]] == first


IN_YAML = {
    "values of an enum": ("cohorts:\n  c: {where: 😀 or tier == ¦}", ["gold", "mass", "private"]),
    "channels": ("strategies:\n  s:\n    cohort: rich\n    channel: ¦", ["app", "sms"]),
    "keys": ("strategies:\n  s:\n    cohort: rich\n    ch¦", ["benefit", "category", "channel"]),
    "sections": ("¦", ["arbitration", "attributes"]),
    "columns of rows": ('attributes:\n  a: "sum(txn.¦"', ["amount", "at", "id", "type"]),
}


@pytest.mark.parametrize(("text", "first"), IN_YAML.values(), ids=IN_YAML)
async def test_completion_of_the_yaml_form(editor: Editor, text: str, first: list[str]) -> None:
    await editor.open(TEXT)
    await editor.open(MORE)
    items = await editor.completed(MORE, text)
    assert [each.label for each in items[: len(first)]] == first


async def test_completion_says_what_is_offered_and_replaces_the_word(editor: Editor) -> None:
    await editor.open(TEXT)
    text = COHORTS + 'cohort c "😀😀" = au¦'
    items = {each.label: each for each in await editor.completed(TEXT, text)}
    aum = items["aum"]
    assert aum.detail is not None
    assert "money" in aum.detail
    assert "总资产" in aum.detail
    assert isinstance(aum.documentation, lsp.MarkupContent)
    assert "50万" in aum.documentation.value
    assert isinstance(aum.text_edit, lsp.TextEdit)
    assert changed(editor.texts[TEXT], [aum.text_edit]).endswith('cohort c "😀😀" = aum')
    assert "years_between(" in (items["years_between"].detail or "")


async def test_keys_and_kinds_are_offered_in_both_tongues(editor: Editor) -> None:
    await editor.open(TEXT)
    keys = {each.label for each in await editor.completed(TEXT, COHORTS + "strategy s {\n  ¦\n}")}
    assert {"cohort", "客群", "channel", "渠道", "script", "话术"} <= keys
    kinds = {each.label for each in await editor.completed(TEXT, COHORTS + "\n¦")}
    assert {"strategy", "策略", "cohort", "客群"} <= kinds


async def test_nothing_is_offered_in_comments_and_texts(editor: Editor) -> None:
    await editor.open(TEXT)
    assert await editor.completed(TEXT, COHORTS + "# a comment ¦") == []
    assert await editor.completed(TEXT, COHORTS + 'strategy s {\n script: "some words ¦') == []


# ------------------------------------------------------------------------------------------------ reading


@pytest.mark.parametrize(
    ("word", "nth", "told"),
    [("aum", 0, ["总资产", "money", "50万"]), ("tier", 0, ["客户层级", "金葵花", "<"]), ("rich_from", 1, ["param", "富裕门槛 😀", "50万"])],
    ids=["a column", "an enum", "a param"],
)
async def test_hover(editor: Editor, word: str, nth: int, told: list[str]) -> None:
    await editor.open(TEXT)
    found = await editor.client.text_document_hover_async(lsp.HoverParams(**editor.at(TEXT, word, nth)))
    assert found is not None
    assert isinstance(found.contents, lsp.MarkupContent)
    assert all(each in found.contents.value for each in told), found.contents.value
    assert found.range == span(COHORTS, word, nth)


async def test_hover_in_yaml_and_over_functions(editor: Editor) -> None:
    await editor.open(TEXT)
    await editor.open(MORE)
    text = YAML.replace("aum >= 600万", "round(aum) >= 600万")
    await editor.type(MORE, text)
    for word, told in {"rich and": "富裕客户😀", "round": "round("}.items():
        found = await editor.client.text_document_hover_async(lsp.HoverParams(**editor.at(MORE, word)))
        assert found is not None
        assert isinstance(found.contents, lsp.MarkupContent)
        assert told in found.contents.value


async def test_definition_leads_to_other_files_and_to_the_project_file(editor: Editor, bank: Path) -> None:
    await editor.open(MORE)
    project = (bank / "strategy.yaml").read_text("utf-8")
    for word, name, text, target in (
        ("rich and", TEXT, COHORTS, "rich"),
        ("very_rich\n", MORE, YAML, "very_rich"),
        ("sms", TEXT, COHORTS, "sms"),
        ("aum", "strategy.yaml", project, "aum"),
        ("姓名", "strategy.yaml", project, "name"),
    ):
        found = await editor.client.text_document_definition_async(lsp.DefinitionParams(**editor.at(MORE, word)))
        assert isinstance(found, lsp.Location)
        assert found.uri == editor.uri(name)
        assert cut(text, found.range) == target


async def test_references_in_both_spellings(editor: Editor) -> None:
    await editor.open(TEXT)
    params = lsp.ReferenceParams(context=lsp.ReferenceContext(include_declaration=True), **editor.at(TEXT, "rich ", 0))
    found = await editor.client.text_document_references_async(params)
    texts = {editor.uri(TEXT): COHORTS, editor.uri(MORE): YAML}
    assert found is not None
    places = sorted((each.uri.rpartition("/")[2], cut(texts[each.uri], each.range)) for each in found)
    assert places == [("cohorts.strategy", "rich"), ("more.yaml", "rich")]


async def test_symbols(editor: Editor) -> None:
    await editor.open(TEXT)
    await editor.open(MORE)
    for name, text, expected in ((TEXT, COHORTS, ["rich_from", "rich", "sms", "app", "coupon"]), (MORE, YAML, ["very_rich", "care"])):
        found = await editor.client.text_document_document_symbol_async(lsp.DocumentSymbolParams(editor.file(name)))
        assert found is not None
        symbols = [each for each in found if isinstance(each, lsp.DocumentSymbol)]
        assert [each.name for each in symbols] == expected
        assert [cut(text, each.selection_range) for each in symbols] == expected
    assert [each.name for each in symbols[-1].children or ()] == ["cohort", "channel", "script"]


async def test_semantic_tokens(editor: Editor) -> None:
    await editor.open(TEXT)
    await editor.open(MORE)
    legend = ["property", "struct", "enumMember", "function", "parameter"]
    for name, text in ((TEXT, COHORTS), (MORE, YAML)):
        found = await editor.client.text_document_semantic_tokens_full_async(lsp.SemanticTokensParams(editor.file(name)))
        assert found is not None
        line, character, tokens = 0, 0, {}
        for place in range(0, len(found.data), 5):
            down, right, length, kind, _ = found.data[place : place + 5]
            line, character = line + down, right if down else character + right
            tokens[cut(text, lsp.Range(lsp.Position(line, character), lsp.Position(line, character + length)))] = kind
        assert {word: legend[kind] for word, kind in tokens.items() if kind < len(legend)} == (
            {"aum": "property", "tier": "property", "gold": "enumMember", "rich_from": "parameter"}
            if name == TEXT
            else {"aum": "property", "姓名": "property"}
        )


async def test_inlay_hints(editor: Editor) -> None:
    await editor.open(TEXT)
    await editor.open(MORE)
    for name, text, written, label in ((TEXT, COHORTS, "50万", "= 500,000"), (MORE, YAML, "600万", "= 6,000,000")):
        whole = lsp.Range(lsp.Position(0, 0), lsp.Position(99, 0))
        found = await editor.client.text_document_inlay_hint_async(lsp.InlayHintParams(editor.file(name), whole))
        assert found is not None
        assert [(each.label, each.position) for each in found] == [(label, span(text, written).end)]


# ------------------------------------------------------------------------------------------------ changing


async def test_rename_across_files_and_spellings(editor: Editor) -> None:
    await editor.open(TEXT)
    await editor.open(MORE)
    edit = await editor.client.text_document_rename_async(lsp.RenameParams(new_name="富裕", **editor.at(MORE, "rich and")))
    assert edit is not None
    assert edit.changes is not None
    assert changed(COHORTS, edit.changes[editor.uri(TEXT)]) == COHORTS.replace("cohort rich ", "cohort 富裕 ")
    assert changed(YAML, edit.changes[editor.uri(MORE)]) == YAML.replace("rich and", "富裕 and")


@pytest.mark.parametrize(
    ("word", "new"),
    [("rich and", "aum"), ("rich and", "very_rich"), ("rich and", "two words"), ("rich and", "today"), ("aum", "assets")],
)
async def test_no_rename_that_would_break_something(editor: Editor, word: str, new: str) -> None:
    await editor.open(MORE)
    with pytest.raises(JsonRpcException, match="`"):
        await editor.client.text_document_rename_async(lsp.RenameParams(new_name=new, **editor.at(MORE, word)))


async def test_no_rename_past_what_cannot_be_read(editor: Editor) -> None:
    await editor.open(TEXT)
    await editor.open(MORE)
    await editor.type(TEXT, COHORTS + "cohort half = rich && aum > 1\n")
    with pytest.raises(JsonRpcException, match="has syntax errors"):
        await editor.client.text_document_rename_async(lsp.RenameParams(new_name="wealthy", **editor.at(MORE, "rich and")))


async def test_prepare_rename(editor: Editor) -> None:
    await editor.open(MORE)
    found = await editor.client.text_document_prepare_rename_async(lsp.PrepareRenameParams(**editor.at(MORE, "rich and")))
    assert isinstance(found, lsp.PrepareRenamePlaceholder)
    assert (cut(YAML, found.range), found.placeholder) == ("rich", "rich")


async def test_formatting(editor: Editor) -> None:
    await editor.open(TEXT)
    await editor.open(MORE)
    for name, text in ((TEXT, COHORTS.replace(" >= ", ">=  ")), (MORE, YAML.replace("rich and", "rich   and"))):
        await editor.type(name, text)
        options = lsp.FormattingOptions(tab_size=2, insert_spaces=True)
        edits = await editor.client.text_document_formatting_async(lsp.DocumentFormattingParams(editor.file(name), options))
        assert edits
        after = changed(text, edits)
        assert ">=  " not in after
        assert "rich   and" not in after
        await editor.type(name, after)
        assert not await editor.client.text_document_formatting_async(lsp.DocumentFormattingParams(editor.file(name), options))


async def test_code_actions_mend_what_is_wrong(editor: Editor) -> None:
    await editor.open(TEXT)
    await editor.open(MORE)
    for name, text, slip, word in ((TEXT, COHORTS, "golld", "gold"), (MORE, YAML, "aumm", "aum")):
        wrong = text.replace(word, slip, 1)
        await editor.type(name, wrong)
        where = lsp.Range(position(wrong, wrong.index(slip)), position(wrong, wrong.index(slip)))
        params = lsp.CodeActionParams(editor.file(name), where, lsp.CodeActionContext([]))
        actions = await editor.client.text_document_code_action_async(params)
        assert actions
        (action,) = [each for each in actions if isinstance(each, lsp.CodeAction)]
        assert action.title == f"replace `{slip}` by `{word}`"
        assert action.edit is not None
        assert action.edit.changes is not None
        assert changed(wrong, action.edit.changes[editor.uri(name)]) == text


# ------------------------------------------------------------------------------------------------ how many customers


async def test_lenses_count_the_latest_snapshot_on_a_sample(editor: Editor) -> None:
    await editor.open(TEXT)
    await editor.open(MORE)
    titles: dict[str, str] = {}
    for _ in range(200):
        for name, text in ((TEXT, COHORTS), (MORE, YAML)):
            found = await editor.client.text_document_code_lens_async(lsp.CodeLensParams(editor.file(name)))
            titles |= {cut(text, each.range): each.command.title for each in found or () if each.command is not None}
        if len(titles) == 3:
            break
        await asyncio.sleep(0.1)
    assert titles == {
        "rich": "≈ 5,001 customers (20.0%) on 2026-11-20, from a sample",
        "very_rich": "≈ 0 customers (0.0%) on 2026-11-20, from a sample",
        "care": "≈ 0 customers (0.0%) on 2026-11-20, from a sample",
    }


async def test_everything_is_said_in_the_tongue_of_the_editor(bank: Path) -> None:
    async with session(bank, "zh-cn") as editor:
        await editor.open(TEXT)
        (found,) = await editor.type(TEXT, COHORTS.replace("tier == gold", "tier == golld"))
        assert "`gold`" in found.message
        assert "did you mean" not in found.message
        hover = await editor.client.text_document_hover_async(lsp.HoverParams(**editor.at(TEXT, "rich ", 0)))
        assert hover is not None
        assert isinstance(hover.contents, lsp.MarkupContent)
        assert "客户" in hover.contents.value

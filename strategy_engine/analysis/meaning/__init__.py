"""What a declaration says, in sentences of English or Chinese; for hovers of an editor and pages of a site.

meaning(model, "cohort", "dormant_rich", "en")      the paragraphs; a list in one is Markdown
condition_in_words(expr, model, "zh")               one condition, standing for itself
"""

from strategy_engine.analysis.meaning.declarations import condition_in_words, meaning

__all__ = ["condition_in_words", "meaning"]

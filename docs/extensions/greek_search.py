"""The search knows Greek letters by their names: η_crit is eta_crit, in pages and in queries."""

import json

from letters import GREEK
from sphinx.search.en import SearchEnglish

NAMES = {sign: name for name, sign in GREEK.items() if len(sign) == 1}


def spelt(text: str) -> str:
    """A text with each Greek letter written as its name."""
    return "".join(NAMES.get(sign, sign) for sign in text)


class SearchGreek(SearchEnglish):
    """English, with Greek letters spelt out."""

    # declared by var, as searchtools.js declares it again
    js_splitter_code = f"""
var greekNames = {json.dumps(NAMES, ensure_ascii=False)};
var splitQuery = (query) =>
  [...query].map((sign) => greekNames[sign] ?? sign).join("")
    .split(/[^\\p{{Letter}}\\p{{Number}}_]+/gu).filter((term) => term);
"""

    def split(self, text: str) -> list[str]:
        return super().split(spelt(text))


def setup(app):
    app.add_search_language(SearchGreek)
    return {"parallel_read_safe": True, "parallel_write_safe": True}

"""Labels of official annexes: one canonical form of what is printed in a label cell, however it is spaced or broken.

Annexes print labels as "案\\n例\\n内\\n容", "成果 内 容", "参选作品剧情摘要\\n（100字）" or "备注：". All spellings of
a label become the same string here, so that a label can be looked up in any organiser's own form.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_LIMIT = r"(?:字数)?(?:不超过|不多于|控制在|限|约)?\d+(?:[-~—至]\d+)?个?(?:汉)?字(?:以内|以下|左右|之内|内)?"
_REMARK = r"必填|选填|可选|可?多选|可?单选|限选|盖章|签章|公章|加盖公章|可另?附页|可另附"
_SUFFIX = re.compile(rf"\((?:{_LIMIT}|{_REMARK})\)|[:*※★☆]+$")
_ORDINAL = re.compile(r"^(?:[*※★☆]+|\(?[一二三四五六七八九十]{1,3}[、)]|\d{1,2}(?:、|\.(?!\d)))")
_QUOTES = str.maketrans(dict.fromkeys("“”„‟「」『』«»＂", '"'))


@lru_cache(maxsize=4096)
def normal(text: str) -> str:
    """The canonical label: width folded (NFKC), without white space, numbering, limits, remarks and trailing marks.

    Both "参选作品剧情摘要\\n（100字）" and "参选作品剧情摘要：" give "参选作品剧情摘要". Brackets that belong to the
    name stay, in half width: "省(自治区、直辖市)信用牵头部门组委会意见". Quotation marks of all shapes become '"'.
    """
    folded = unicodedata.normalize("NFKC", text).translate(_QUOTES)
    inked = "".join(char for char in folded if not char.isspace() and unicodedata.category(char) not in ("Cf", "Cc"))
    # Once more: a mark that stood after a space may now join the letter before it.
    kept = unicodedata.normalize("NFKC", inked)
    while (shorter := _SUFFIX.sub("", _ORDINAL.sub("", kept))) != kept and shorter:
        kept = shorter
    return kept


def is_label(cell_text: str, label: str) -> bool:
    """Whether a cell prints this label and nothing else."""
    wanted = normal(label)
    return bool(wanted) and normal(cell_text) == wanted

"""Whether a customer's message says nothing but thanks, or nothing but that they have understood.

Cautious on purpose: one word that is neither makes the message one that wants an answer. A ticket that stays resolved
although the customer asked something is worse than one that is reopened for nothing.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

Said = Literal["thanks", "acknowledgement"]

_LONGEST = 80
"""Characters; whoever writes more says more."""

_THANKS = (
    "非常感谢", "万分感谢", "感激不尽", "谢谢您", "谢谢你", "谢谢", "谢啦", "谢了", "多谢", "感谢", "感恩",
    "辛苦了", "辛苦", "谢", "thank you very much", "thank you so much", "many thanks", "thanks a lot",
    "thanks so much", "thank you", "thanks", "thankyou", "thx", "tks", "ty", "much appreciated", "appreciate it",
    "appreciated", "cheers",
)  # fmt: skip
_UNDERSTOOD = (
    "好的好的", "好的", "好滴", "好哒", "好嘞", "好", "嗯嗯", "嗯", "收到", "明白了", "明白", "知道了", "了解了",
    "了解", "可以了", "行", "已经解决了", "已经解决", "已解决", "解决了", "没问题了", "没问题", "没有问题了",
    "搞定了", "搞定", "完美", "满意", "okay", "ok", "got it", "understood", "noted", "great", "perfect", "awesome",
    "all good", "will do", "sure", "alright", "that works", "it works now", "works now", "that solved it",
    "solved", "fixed", "no problem",
)  # fmt: skip
_BESIDE = (
    "您的帮助", "你的帮助", "您的耐心", "你的耐心", "帮助", "帮忙", "客服", "小姐姐", "小哥哥", "老师", "亲", "您",
    "你", "大家", "们", "非常", "十分", "特别", "太", "真的", "真", "很", "的", "了", "啦", "哈", "哦", "呀", "啊",
    "呢", "再次", "祝好", "祝您生活愉快", "再见", "拜拜", "for your help", "for the help", "for your quick reply",
    "for the quick reply", "for your patience", "again", "so much", "very much", "a lot", "you", "all", "team",
    "everyone", "everything", "hi", "hello", "dear", "best regards", "kind regards", "regards", "have a nice day",
    "have a great day", "bye", "now",
)  # fmt: skip
_HEARTS = "🙏❤♥💕💖💗🌹💐😊☺😀😃😄😁🥰😍🤗🎉✨🤝🫶🧡💛💚💙💜"
_THUMBS = "👍👌🆗✅💪🙂"
# What may stand around words: punctuation that asks nothing, blanks, skin tones and what joins emoji.
_AROUND = re.compile(r"[\s,.!~;:，。！～；：、…·()（）\"'“”‘’\-\u200d\ufe0f\U0001f3fb-\U0001f3ff]+")


def what_is_said(text: str) -> Said | None:
    """`thanks` or `acknowledgement` when the text is nothing else; None when it may want an answer.

    >>> what_is_said("好的，谢谢！"), what_is_said("谢谢 🙏"), what_is_said("谢谢，不过还没收到")
    ('acknowledgement', 'thanks', None)
    """
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if not plain or len(plain) > _LONGEST:
        return None
    found: set[str] = set()
    at = 0
    while at < len(plain):
        step, kind = _next(plain, at)
        if step == 0:
            return None
        found.add(kind)
        at += step
    if "understood" in found:
        return "acknowledgement"
    return "thanks" if "thanks" in found else None


def _next(text: str, at: int) -> tuple[int, str]:
    """How many characters the longest known words take from here, and their kind; 0 when none fit."""
    around = _AROUND.match(text, at)
    if around:
        return around.end() - at, "around"
    if text[at] in _HEARTS:
        return 1, "thanks"
    if text[at] in _THUMBS:
        return 1, "understood"
    for word, kind in _WORDS:
        if text.startswith(word, at) and _ends_well(text, at, word):
            return len(word), kind
    return 0, ""


def _ends_well(text: str, at: int, word: str) -> bool:
    """An English word must be whole: `ok` does not begin `oktober`."""
    if not word.isascii():
        return True
    before, after = text[at - 1 : at], text[at + len(word) : at + len(word) + 1]
    return not (_is_latin(before) or _is_latin(after))


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


_WORDS: tuple[tuple[str, str], ...] = tuple(
    sorted(
        [(word, "thanks") for word in _THANKS]
        + [(word, "understood") for word in _UNDERSTOOD]
        + [(word, "beside") for word in _BESIDE],
        key=lambda one: -len(one[0]),
    )
)

"""The survey's HTML pages: small, without scripts, usable by keyboard, foreign text escaped. Text in, HTML out."""

import base64
from hashlib import sha256
from html import escape

from common.contracts.tickets import Language
from feedback_svc.surveys.messages import LOCALE, MESSAGES

STYLE = (
    ":root{color-scheme:light dark;--ink:#1b2733;--soft:#5a6878;--line:#c9d1da;--face:#fff;--ground:#f3f5f8;"
    "--act:#1658b8}"
    "@media(prefers-color-scheme:dark){:root{--ink:#e8edf3;--soft:#a6b3c2;--line:#3c4957;--face:#1a222c;"
    "--ground:#11171e;--act:#8ab8ff}}"
    "*{box-sizing:border-box}body{margin:0;padding:1rem;background:var(--ground);color:var(--ink);"
    'font:1rem/1.6 system-ui,"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif}'
    "main{max-width:34rem;margin:4vh auto;padding:1.5rem;background:var(--face);border:1px solid var(--line);"
    "border-radius:.75rem}h1{margin:0 0 .5rem;font-size:1.4rem}p{margin:.5rem 0;overflow-wrap:anywhere}"
    ".about{color:var(--soft)}fieldset{margin:1rem 0;padding:0;border:0}legend{padding:0;font-weight:600}"
    ".score{display:flex;align-items:center;gap:.75rem;padding:.6rem .75rem;margin-top:.4rem;border:1px solid "
    "var(--line);border-radius:.5rem;cursor:pointer}.score:focus-within,textarea:focus,button:focus,a:focus{"
    "outline:3px solid var(--act);outline-offset:2px}input{width:1.2rem;height:1.2rem;accent-color:var(--act)}"
    "label.words{font-weight:600}textarea{display:block;width:100%;margin-top:.4rem;padding:.6rem;font:inherit;"
    "color:inherit;background:transparent;border:1px solid var(--line);border-radius:.5rem}button{margin-top:1rem;"
    "padding:.7rem 1.6rem;font:inherit;font-weight:600;color:var(--face);background:var(--act);border:0;"
    "border-radius:.5rem;cursor:pointer}a{color:var(--act)}"
)
_STYLE_HASH = base64.b64encode(sha256(STYLE.encode()).digest()).decode()
HEADERS = {
    "content-security-policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; base-uri 'none';"
        " frame-ancestors 'none'"
    ),
    # The address is the key to the answer: not to be stored, passed on or found.
    "cache-control": "no-store",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex, nofollow",
}


def form(language: Language, *, number: int, subject: str, score: int | None = None, comment: str | None = None) -> str:
    """The question, with what was answered before filled in."""
    words = MESSAGES[language]
    about = words["about"].format(number=number, subject=subject)
    again = f"<p>{escape(words['answered'])}</p>" if score else ""
    choices = "".join(_choice(language, value, chosen=value == score) for value in (5, 4, 3, 2, 1))
    return _page(
        language,
        words["title"],
        f'<p class="about">{escape(about)}</p>{again}<form method="post" action="">'
        f"<fieldset><legend>{escape(words['question'])}</legend>{choices}</fieldset>"
        f'<label class="words" for="comment">{escape(words["comment"])}</label>'
        f'<textarea id="comment" name="comment" rows="4" maxlength="2000">\n{escape(comment or "")}</textarea>'
        f'<button type="submit">{escape(words["send"])}</button></form>',
    )


def thanks(language: Language, score: int) -> str:
    """The answer was recorded."""
    words = MESSAGES[language]
    text = words["thanks"].format(score=score, words=words[str(score)])
    link = f'<p><a href="">{escape(words["change"])}</a></p>'
    return _page(language, words["thanks.title"], f'<p role="status">{escape(text)}</p>{link}')


def notice(language: Language, about: str, *, back: bool = False) -> str:
    """A polite page instead of the question: `about` is closed, withdrawn, unknown, expired, invalid or away."""
    words = MESSAGES[language]
    link = f'<p><a href="">{escape(words["back"])}</a></p>' if back else ""
    return _page(language, words[f"{about}.title"], f"<p>{escape(words[about])}</p>{link}")


def _choice(language: Language, value: int, *, chosen: bool) -> str:
    checked = " checked" if chosen else ""
    return (
        f'<label class="score"><input type="radio" name="score" value="{value}" required{checked}>'
        f"<span>{value} · {escape(MESSAGES[language][str(value)])}</span></label>"
    )


def _page(language: Language, title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="{LOCALE[language]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )

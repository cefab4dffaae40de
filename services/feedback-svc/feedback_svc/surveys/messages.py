"""The texts of the survey page, one catalogue per language."""

from collections.abc import Mapping

from common.contracts.tickets import Language

LOCALE: Mapping[Language, str] = {"zh": "zh-CN", "en": "en"}

MESSAGES: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "title": "服务评价",
        "about": "关于您的请求 #{number}：{subject}",
        "question": "您对本次服务满意吗？",
        "5": "非常满意",
        "4": "满意",
        "3": "一般",
        "2": "不满意",
        "1": "非常不满意",
        "comment": "您还想告诉我们什么？（选填）",
        "send": "提交评价",
        "answered": "您已经评价过。24 小时内可以修改，以最后一次为准。",
        "thanks.title": "谢谢您的评价",
        "thanks": "我们已收到您的评价：{score} 分（{words}）。",
        "change": "修改评价",
        "closed.title": "您已评价",
        "closed": "谢谢！您的评价已生效，不能再修改。",
        "withdrawn.title": "您的请求正在继续处理",
        "withdrawn": "这份评价已取消。处理完成后，我们会再次邀请您评价。",
        "unknown.title": "链接无效",
        "unknown": "这个评价链接无效。请使用我们发给您的完整链接。",
        "expired.title": "链接已过期",
        "expired": "这个评价链接已过期（有效期 14 天）。感谢您的关注。",
        "invalid.title": "请选择一个评分",
        "invalid": "请返回，选择 1 到 5 分后再提交；留言最多 2000 字。",
        "away.title": "请稍后再试",
        "away": "系统暂时不可用，您的评价尚未提交。请过一会儿再试。",
        "back": "返回",
    },
    "en": {
        "title": "How did we do?",
        "about": "About your request #{number}: {subject}",
        "question": "How satisfied are you with our service?",
        "5": "Very satisfied",
        "4": "Satisfied",
        "3": "Neither",
        "2": "Dissatisfied",
        "1": "Very dissatisfied",
        "comment": "Anything else you want to tell us? (optional)",
        "send": "Send",
        "answered": "You have answered already. You can change your answer for 24 hours; the last one counts.",
        "thanks.title": "Thank you",
        "thanks": "We have your answer: {score} of 5 ({words}).",
        "change": "Change my answer",
        "closed.title": "You have answered",
        "closed": "Thank you. Your answer stands and can no longer be changed.",
        "withdrawn.title": "We are working on your request again",
        "withdrawn": "This survey was withdrawn. We will ask you again when the work is done.",
        "unknown.title": "This link is not valid",
        "unknown": "This survey link is not valid. Please use the whole link that we sent you.",
        "expired.title": "This link has expired",
        "expired": "This survey link has expired (it is good for 14 days). Thank you all the same.",
        "invalid.title": "Please choose a score",
        "invalid": "Please go back, choose a score from 1 to 5 and send again; a comment has at most 2,000 characters.",
        "away.title": "Please try again later",
        "away": "A part of our system is away, and your answer was not sent. Please try again in a while.",
        "back": "Back",
    },
}


def preferred(accept_language: str) -> Language:
    """The better of our languages for an Accept-Language header; Chinese when it names neither."""
    best: tuple[float, Language] = (0.0, "zh")
    for part in accept_language.split(",")[:20]:
        name, _, quality = part.strip().partition(";q=")
        language = name.strip().lower()[:2]
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if language in ("zh", "en") and weight > best[0]:
            best = (weight, "zh" if language == "zh" else "en")
    return best[1]

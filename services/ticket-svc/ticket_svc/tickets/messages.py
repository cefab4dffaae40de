"""What the tickets room says to people, in each language."""

from typing import Literal

from common.contracts.tickets import Language

NO_SUBJECT: dict[Language, str] = {"zh": "（无主题）", "en": "(no subject)"}
"""The subject of a ticket whose text has nothing to show."""

TRAIL: dict[Language, dict[str, str]] = {
    "zh": {
        "ticket.opened": "工单已创建",
        "ticket.replied": "新增公开回复",
        "ticket.noted": "新增内部备注",
        "ticket.mentioned": "备注中提及同事",
        "message.edited": "消息已修改",
        "message.redacted": "消息内容已遮盖",
        "ticket.assigned": "已分配客服",
        "ticket.updated": "工单信息已修改",
        "ticket.pended": "等待客户回复，解决时限暂停",
        "ticket.resumed": "继续处理，解决时限恢复计时",
        "ticket.resolved": "工单已解决",
        "ticket.reopened": "工单重新打开",
        "ticket.closed": "工单已关闭",
        "sla.met": "在时限内完成",
        "sla.breached": "超出时限",
        "suggestion.made": "知识库已推荐文章",
        "survey.answered": "客户已评价",
        "recovery.opened": "低分回访任务已创建",
        "recovery.closed": "低分回访任务已完成",
    },
    "en": {
        "ticket.opened": "Ticket opened",
        "ticket.replied": "Public reply added",
        "ticket.noted": "Internal note added",
        "ticket.mentioned": "Colleagues mentioned in a note",
        "message.edited": "Message edited",
        "message.redacted": "Something was made unreadable",
        "ticket.assigned": "Assigned to an agent",
        "ticket.updated": "Ticket data changed",
        "ticket.pended": "Waiting on the customer; the resolution clock stands",
        "ticket.resumed": "Work goes on; the resolution clock runs again",
        "ticket.resolved": "Ticket resolved",
        "ticket.reopened": "Ticket reopened",
        "ticket.closed": "Ticket closed",
        "sla.met": "Deadline kept",
        "sla.breached": "Deadline missed",
        "suggestion.made": "Articles suggested",
        "survey.answered": "The customer gave a score",
        "recovery.opened": "A low score is to be made good",
        "recovery.closed": "The low score was followed up",
    },
}
"""The line that stands for each entry of the trail."""

Entry = Literal["redacted"]
"""What Kefu itself may enter among the messages."""

ENTRIES: dict[Language, dict[Entry, str]] = {
    "zh": {"redacted": "{name} 遮盖了此工单中的内容。"},
    "en": {"redacted": "{name} made something in this ticket unreadable."},
}
"""The text of each system entry."""

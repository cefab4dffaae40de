"""What the tickets room says to people, in each language."""

from typing import Literal

from common.contracts.tickets import Language

NO_SUBJECT: dict[Language, str] = {"zh": "（无主题）", "en": "(no subject)"}
"""The subject of a ticket whose text has nothing to show."""

TRAIL: dict[Language, dict[str, str]] = {
    "zh": {
        "ticket.opened": "工单已创建",
        "ticket.imported": "历史工单已导入",
        "ticket.replied": "新增公开回复",
        "ticket.noted": "新增内部备注",
        "ticket.mentioned": "备注中提及同事",
        "message.edited": "消息已修改",
        "message.redacted": "消息内容已遮盖",
        "ticket.assigned": "已分配客服",
        "ticket.updated": "工单信息已修改",
        "ticket.tagged": "标签已修改",
        "ticket.pended": "等待客户回复，解决时限暂停",
        "ticket.held": "挂起，等待第三方，时限照常计时",
        "ticket.resumed": "继续处理",
        "ticket.snoozed": "已暂时搁置",
        "ticket.woken": "搁置结束",
        "ticket.resolved": "工单已解决",
        "ticket.reopened": "工单重新打开",
        "ticket.close_announced": "已通知客户工单即将关闭",
        "ticket.closed": "工单已关闭",
        "ticket.followed_up": "客户再次来信，已建立后续工单",
        "ticket.merged": "已合并到另一工单",
        "ticket.absorbed": "并入了另一工单",
        "ticket.unmerged": "合并已撤销",
        "ticket.released": "并入的工单已拆出",
        "ticket.split": "部分消息已拆分为新工单",
        "ticket.linked": "已关联工单",
        "incident.declared": "已定为事件",
        "incident.joined": "归入事件",
        "incident.left": "移出事件",
        "incident.told": "已通知事件的全部报告人",
        "ticket.unlinked": "工单关联已取消",
        "message.reclassified": "客户的消息改判为需要答复",
        "sla.met": "在时限内完成",
        "sla.breached": "超出时限",
        "suggestion.made": "知识库已推荐文章",
        "survey.answered": "客户已评价",
        "recovery.opened": "低分回访任务已创建",
        "recovery.closed": "低分回访任务已完成",
        "customer.merged": "客户已合并，工单归属合并后的客户",
        "customer.unmerged": "客户合并已撤销，工单归还原客户",
        "ticket.erased": "工单内容已删除",
    },
    "en": {
        "ticket.opened": "Ticket opened",
        "ticket.imported": "Brought in as history",
        "ticket.replied": "Public reply added",
        "ticket.noted": "Internal note added",
        "ticket.mentioned": "Colleagues mentioned in a note",
        "message.edited": "Message edited",
        "message.redacted": "Something was made unreadable",
        "ticket.assigned": "Assigned to an agent",
        "ticket.updated": "Ticket data changed",
        "ticket.tagged": "Tags changed",
        "ticket.pended": "Waiting on the customer; the resolution clock stands",
        "ticket.held": "On hold: waits on another party, the clocks run on",
        "ticket.resumed": "Work goes on",
        "ticket.snoozed": "Snoozed",
        "ticket.woken": "Awake again",
        "ticket.resolved": "Ticket resolved",
        "ticket.reopened": "Ticket reopened",
        "ticket.close_announced": "The customer was told that the ticket is about to close",
        "ticket.closed": "Ticket closed",
        "ticket.merged": "Merged into another ticket",
        "ticket.absorbed": "Another ticket was merged into this one",
        "ticket.unmerged": "The merge was undone",
        "ticket.released": "A ticket that had been merged into this one is on its own again",
        "ticket.split": "Some of it became a ticket of its own",
        "incident.declared": "Declared an incident",
        "incident.joined": "Taken in as a report of an incident",
        "incident.left": "Taken out of an incident",
        "incident.told": "All who reported the incident are told",
        "ticket.linked": "Linked with another ticket",
        "ticket.unlinked": "Link with another ticket removed",
        "ticket.followed_up": "The customer wrote again: a follow-up was opened",
        "message.reclassified": "The customer's message wants an answer after all",
        "sla.met": "Deadline kept",
        "sla.breached": "Deadline missed",
        "suggestion.made": "Articles suggested",
        "survey.answered": "The customer gave a score",
        "recovery.opened": "A low score is to be made good",
        "recovery.closed": "The low score was followed up",
        "customer.merged": "The customer was merged; the ticket is the survivor's",
        "customer.unmerged": "The merge was undone; the ticket is its customer's again",
        "ticket.erased": "The ticket's content was erased",
    },
}
"""The line that stands for each entry of the trail."""

CLOSES: dict[Language, str] = {
    "zh": "您的工单 #{number} 已解决，将在 {days} 天后自动关闭。如果问题仍未解决，请直接回复本消息。",
    "en": "Your request #{number} has been resolved and closes in {days} days. If anything is left open, just reply.",
}
"""What a customer is told before a resolved ticket closes."""
Entry = Literal["redacted"]
"""What Kefu itself may enter among the messages."""

ENTRIES: dict[Language, dict[Entry, str]] = {
    "zh": {"redacted": "{name} 遮盖了此工单中的内容。"},
    "en": {"redacted": "{name} made something in this ticket unreadable."},
}
"""The text of each system entry."""

"""What the tickets room says to people, in each language."""

from common.contracts.tickets import Language

NO_SUBJECT: dict[Language, str] = {"zh": "（无主题）", "en": "(no subject)"}
"""The subject of a ticket whose text has nothing to show."""

TRAIL: dict[Language, dict[str, str]] = {
    "zh": {
        "ticket.opened": "工单已创建",
        "ticket.replied": "新增公开回复",
        "ticket.noted": "新增内部备注",
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
        "customer.merged": "客户已合并，工单归属合并后的客户",
        "customer.unmerged": "客户合并已撤销，工单归还原客户",
    },
    "en": {
        "ticket.opened": "Ticket opened",
        "ticket.replied": "Public reply added",
        "ticket.noted": "Internal note added",
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
        "customer.merged": "The customer was merged; the ticket is the survivor's",
        "customer.unmerged": "The merge was undone; the ticket is its customer's again",
    },
}
"""The line that stands for each entry of the trail."""

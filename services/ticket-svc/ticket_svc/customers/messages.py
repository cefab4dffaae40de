"""What the customers room says to people, in each language."""

from common.contracts.tickets import Language

VISITOR: dict[Language, str] = {"zh": "访客", "en": "Visitor"}
"""The name of a customer who told us nothing."""

TRAIL: dict[Language, dict[str, str]] = {
    "zh": {
        "customer.updated": "客户资料已修改",
        "customer.tier_changed": "客户等级已变更",
        "customer.identity_added": "新增客户身份标识",
        "customer.identity_verified": "客户身份标识已核实",
        "customer.identity_removed": "客户身份标识已移除",
        "customer.merged": "另一位客户已合并到此客户",
        "customer.unmerged": "客户合并已撤销",
        "customer.hold_set": "已设置法律保留",
        "customer.hold_lifted": "法律保留已解除",
        "customer.erased": "客户数据已删除",
        "customer.exported": "已导出客户数据副本",
    },
    "en": {
        "customer.updated": "Customer data changed",
        "customer.tier_changed": "Tier changed",
        "customer.identity_added": "Identity added",
        "customer.identity_verified": "Identity verified",
        "customer.identity_removed": "Identity removed",
        "customer.merged": "Another customer was merged into this one",
        "customer.unmerged": "A merge was undone",
        "customer.hold_set": "A legal hold was set",
        "customer.hold_lifted": "The legal hold was lifted",
        "customer.erased": "The customer's data were erased",
        "customer.exported": "A copy of the customer's data was asked for",
    },
}
"""The line that stands for each step of a customer's trail."""

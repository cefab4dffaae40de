"""What can be brought in, and the column names each field is recognised by, in English and Chinese."""

from __future__ import annotations

from typing import Literal

Kind = Literal["tickets", "customers", "articles"]


def _names(words: str) -> tuple[str, ...]:
    return tuple(words.split())


FIELDS: dict[Kind, dict[str, tuple[str, ...]]] = {
    # Best name first. They are compared in lower case, without blanks, dashes and underscores.
    "tickets": {
        "text": _names(
            "text narrative body message content description comment reviewbody 内容 正文 描述 问题描述 留言 评论"
        ),
        "subject": _names("subject title summary 标题 主题"),
        "topic": _names("topic product category complainttype issue 类别 分类 类型 产品"),
        "priority": _names("priority 优先级"),
        "language": _names("language lang 语言"),
        "customer.external_id": _names("customer.externalid customer.id customerid userid 客户编号 客户id 用户id"),
        "customer.name": _names("customer.name customername customer name 客户 客户姓名 姓名 客户名称"),
        "customer.email": _names("customer.email customeremail email mail requester 邮箱 电子邮件"),
        "customer.phone": _names("customer.phone customerphone phone mobile tel telephone 电话 手机 手机号"),
        "id": _names("externalid id ticketid number row index 编号 工单号 工单编号"),
    },
    "customers": {
        "name": _names("name fullname customername customer 姓名 客户 客户姓名 客户名称 名称"),
        "email": _names("email mail emailaddress 邮箱 电子邮件"),
        "phone": _names("phone mobile tel telephone 电话 手机 手机号"),
        "tier": _names("tier level 等级 级别"),
        "language": _names("language lang 语言"),
        "id": _names("externalid id customerid userid 编号 客户编号 客户id"),
    },
    "articles": {
        "title": _names("title subject question 标题 题目 问题"),
        "body": _names("body text content answer 正文 内容 答案"),
        "locale": _names("locale language lang 语言"),
        "keywords": _names("keywords tags labels 关键词 标签"),
        "audience": _names("audience 可见范围"),
        "id": _names("externalid id articleid slug 编号"),
    },
}

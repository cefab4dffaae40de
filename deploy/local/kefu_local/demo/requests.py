"""What the demo's customers and agents write, by topic and language."""

from __future__ import annotations

REQUESTS: dict[tuple[str, str], tuple[str, ...]] = {
    ("delivery", "zh"): (
        "我的订单 {order} 三天前就显示已发货，到现在物流一直停在中转站，到底什么时候能送到？",
        "快递显示已签收，可是我根本没有收到包裹，订单号 {order}，请帮忙查一下。",
        "想问一下订单 {order} 能不能改收货地址，我下周出差不在家。",
    ),
    ("delivery", "en"): (
        "My parcel for order {order} has been stuck at the same depot for four days. When will it be delivered?",
        "Tracking says order {order} was delivered yesterday, but nothing arrived. Can you please check?",
        "Can I still change the delivery address of order {order}? I am away next week.",
    ),
    ("returns", "zh"): (
        "衣服尺码不合适，想退货，订单 {order}，运费谁来承担？",
        "退货的包裹上周就寄回去了，订单 {order} 的退款怎么还没有到账？",
        "收到的杯子是碎的，订单 {order}，我要求换货或者退款。",
    ),
    ("returns", "en"): (
        "The shoes from order {order} are too small. How do I send them back, and who pays the postage?",
        "I returned order {order} ten days ago and still have no refund. What is going on?",
        "The lamp in order {order} arrived broken. I would like a replacement or my money back.",
    ),
    ("invoice", "zh"): (
        "订单 {order} 需要开公司抬头的发票报销，请问怎么操作？",
        "发票的税号写错了，订单 {order}，可以重开吗？月底要交给财务。",
    ),
    ("invoice", "en"): (
        "I need an invoice with our company name and VAT number for order {order}, please.",
        "The invoice for order {order} shows the wrong company. Can you correct it before the end of the month?",
    ),
    ("account", "zh"): (
        "登录一直提示密码错误，账号被锁定了，怎么办？",
        "原来的手机号不用了，收不到验证码，怎么换绑新的手机号？",
    ),
    ("account", "en"): (
        "I cannot log in any more, it says my account is locked. Please help.",
        "The password reset link never arrives, I have looked in the spam folder too.",
    ),
    ("warranty", "zh"): (
        "耳机用了两个月，左边没有声音了，订单 {order}，能保修吗？",
        "充电宝充不进电了，购买不到一年，想申请维修，订单 {order}。",
    ),
    ("warranty", "en"): (
        "The left earphone stopped working after two months, order {order}. Is that covered by the warranty?",
        "My tablet from order {order} does not charge any more. How do I get it repaired?",
    ),
    ("payment", "zh"): (
        "同一个订单 {order} 扣了我两次钱，请尽快退款！",
        "付款的时候提示失败，但是银行卡已经扣款，订单 {order} 显示未支付。",
    ),
    ("payment", "en"): (
        "I was charged twice for order {order}. Please refund the second payment.",
        "The payment for order {order} failed, but my bank shows the money as taken.",
    ),
}

HURRY = {"zh": "非常着急，请马上处理！", "en": "This is urgent, please handle it today."}

GREETING = {"zh": "{name}，您好！", "en": "Hello {name},"}
QUOTED = {
    "zh": "您的问题在《{title}》里有说明：\n\n{text}\n\n如果还有疑问，请直接回复，我会继续跟进。",
    "en": "our article “{title}” explains it:\n\n{text}\n\nIf anything is still open, just reply.",
}
UNQUOTED = {
    "zh": "感谢您的反馈，我已经登记并转给相关同事核实，今天之内给您答复。",
    "en": "thank you for telling us. I have passed it to the colleagues in charge and will come back to you today.",
}
MORE = {
    "zh": ("好的，我先按照这个操作试试，谢谢。", "照做了，但是页面上没有看到这个选项。", "那大概还要等几天？"),
    "en": ("Thanks, I will try that.", "I did, but I cannot see that option.", "And how many days will that take?"),
}
CLOSING = {
    "zh": "已经为您处理好了，请留意短信通知。祝您生活愉快！",
    "en": "I have taken care of it; you will get a message shortly. Have a good day!",
}
COMMENTS: dict[tuple[str, bool], tuple[str | None, ...]] = {
    ("zh", True): ("回复很快，态度很好。", "问题解决了，谢谢！", None, None),
    ("zh", False): ("等得太久了，而且没有解决我的问题。", "答非所问，很失望。", None),
    ("en", True): ("Quick and friendly, thank you.", "Solved on the first try.", None, None),
    ("en", False): ("It took far too long, and my problem is still there.", "I had to explain everything twice.", None),
}

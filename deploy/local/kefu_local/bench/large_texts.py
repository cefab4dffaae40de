"""What 400,000 messages say: sentences of a dozen kinds of request, in Chinese and English, with names, places,
products and numbers out of a vocabulary that is wide enough for a search to have something to find. Pure but for the
source of chance."""

from __future__ import annotations

from random import Random
from typing import Literal

Language = Literal["zh", "en"]

TOPICS = (
    "refund", "delivery", "quality", "account", "invoice", "exchange", "coupon", "payment", "repair", "appointment",
    "membership", "complaint", *(f"special-{number:02d}" for number in range(28)),
)  # fmt: skip
"""The first are frequent, the last rare."""


def _words(text: str) -> list[str]:
    return text.split()


def _phrases(text: str) -> list[str]:
    return text.split(", ")


_SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红梅建国志文斌宇浩然子轩雨桐思远晓晨欣怡佳慧宁博"
_FIRST = _words(
    "Olivia Liam Emma Noah Ava James Mia Lucas Zoe Henry Nora Oscar Ruth Felix Iris Hugo Vera Omar Lena Theo Alma Ivan"
)
_LAST = _words(
    "Brown Smith Garcia Khan Novak Rossi Tanaka Silva Meyer Dubois Jensen Kowalski Murphy Okafor Petrov"
    " Larsen Costa Becker Moreau Walsh Fischer Nakamura Olsen Ferrari Schmidt Lopez Hughes Romero"
)
_BRANDS = _words("星河 云帆 青柚 北辰 海棠 极光 飞羽 松果 蓝鲸 橙光 远山 晨露 白桦 银杏 南风 石榴 火种 竹影 流萤 听涛")
_THINGS = _words(
    "耳机 手机 平板 键盘 台灯 水杯 背包 运动鞋 外套 相机 音箱 手表 充电宝 冰箱 洗衣机 空调 电饭煲 吸尘器"
    " 净水器 投影仪 路由器 打印机 显示器 行李箱 婴儿车 床垫 沙发 书桌 电动牙刷 剃须刀 吹风机 豆浆机"
    " 微波炉 门锁 摄像头 自行车 帐篷 羽绒服 牛仔裤 面膜"
)
_PRODUCTS = _phrases(
    "headphones, phone, tablet, keyboard, desk lamp, water bottle, backpack, running shoes, jacket"
    ", camera, speaker, watch, power bank, fridge, washing machine, air conditioner, rice cooker"
    ", vacuum cleaner, projector, router, printer, monitor, suitcase, stroller, mattress, sofa, desk"
    ", toothbrush, shaver, hair dryer, blender, microwave, door lock, bicycle, tent"
)
_CITIES = _words(
    "北京 上海 广州 深圳 杭州 成都 武汉 南京 西安 重庆 苏州 天津 长沙 郑州 青岛 大连 厦门 昆明 福州 合肥"
    " 沈阳 济南 哈尔滨 贵阳 南宁"
)
_TOWNS = _words(
    "Leeds Lyon Porto Turin Bergen Graz Malmo Gdansk Bilbao Ghent Cork Basel Brno Split Tartu Aarhus Utrecht Bonn"
)
_STREET = "东西南北中山河湖海江春秋金银长平安和光明新华文化建设解放人民胜利友谊花园学府科技创业望京朝阳清水"
_FAULTS = _words(
    "屏幕不亮 按键失灵 充不进电 漏水 异响 发热严重 连不上蓝牙 自动关机 包装破损 少了配件 颜色发错"
    " 尺码不对 有划痕 指示灯一直闪 味道刺鼻 线头很多 拉链卡住 镜头起雾 电池鼓包 信号很差 卡顿死机"
    " 遥控没反应 盖子打不开 轮子断了 布料起球"
)
_TROUBLES = _phrases(
    "the screen stays dark, a button is stuck, it does not charge, it leaks, it rattles, it overheats"
    ", bluetooth will not pair, it shuts down, the box was crushed, a part is missing"
    ", the colour is wrong, the size is wrong, it is scratched, the light keeps blinking"
    ", it smells of glue, the zipper jams, the lens is foggy, the battery is swollen, it freezes"
)

_ASKED: dict[Language, tuple[str, ...]] = {
    "zh": (
        "你好，我在{city}买的{product}{fault}，订单{order}，能退吗？",
        "订单{order}显示已签收，可是我没有收到，快递放在{street}了吗？",
        "{product}用了{days}天就{fault}，想换一台新的，运费谁出？",
        "登录不上账号，验证码一直收不到，手机尾号{tail}。",
        "发票抬头开错了，应该开{company}，金额{amount}元，麻烦重开。",
        "优惠券{order}付款时用不了，提示不满足条件，可我买了{amount}元。",
        "会员积分少了{amount}分，{days}天前兑换{product}失败了但没有返还。",
        "付款扣了两次，一共{amount}元，银行说要商家处理，订单{order}。",
        "预约了{city}门店维修{product}，等了{days}天没人联系我。",
        "客服{name}答应我{days}天内解决，到现在没有任何消息，我要投诉！",
    ),
    "en": (
        "Hello, I bought {product} in {city} and {fault}. The order is {order}. What can be done?",
        "Order {order} says delivered but nothing arrived at {street}.",
        "After {days} days {fault}. I would like to exchange the {product}, who pays for shipping?",
        "I cannot sign in, the code never arrives on the phone ending in {tail}.",
        "The invoice must be made out to {company}, the amount is {amount}. Please issue it again.",
        "Coupon {order} is rejected at checkout although I spent {amount}.",
        "My membership points are short by {amount} since the {product} exchange failed.",
        "I was charged twice, {amount} in total, and the bank told me to ask you. Order {order}.",
        "I booked a repair of my {product} in {city} and nobody has called for {days} days.",
        "{name} promised an answer within {days} days and I have heard nothing. This is a complaint.",
    ),
}
_SAID: dict[Language, tuple[str, ...]] = {
    "zh": (
        "您好，我是客服{name}，已为您查询订单{order}，请稍等。",
        "请提供{product}{fault}的照片，我们在{days}个工作日内处理。",
        "已联系{city}仓库，快递会在{days}天内送到{street}。",
        "好的，我等你们消息。", "还是没有解决，{product}又{fault}了。",
        "已为您登记，单号{order}，{name}会跟进。", "谢谢，收到了。", "地址改成{street}，电话尾号{tail}。",
    ),
    "en": (
        "This is {name}, I have looked up order {order}, one moment please.", "Please send a photo, {fault}, correct?",
        "The warehouse in {city} will ship it to {street} within {days} days.", "Fine, I am waiting.",
        "It is not solved: {fault} again.", "Registered as {order}, {name} will follow up.", "Thanks, it arrived.",
        "Please change the address to {street}, phone ending in {tail}.",
    ),
}  # fmt: skip
_REFUND: dict[Language, str] = {"zh": "请尽快退款{amount}元。", "en": " Please refund {amount}."}
REFUND_SHARE = 0.48
"""Of tickets whose first message asks for money back; as seven tenths are Chinese, 退款 is in a third of all."""


class Writer:
    """Writes names and messages out of one random source."""

    def __init__(self, draw: Random) -> None:
        self._draw = draw

    def name(self, language: Language) -> str:
        """Somebody's name."""
        pick = self._draw.choice
        if language == "en":
            return f"{pick(_FIRST)} {pick(_LAST)}"
        return pick(_SURNAMES) + pick(_GIVEN) + (pick(_GIVEN) if self._draw.random() < 0.7 else "")

    def request(self, language: Language) -> str:
        """The first message of a ticket."""
        text = self._draw.choice(_ASKED[language])
        if self._draw.random() < REFUND_SHARE:
            text += _REFUND[language]
        return self._filled(text, language)

    def message(self, language: Language) -> str:
        """A later message."""
        return self._filled(self._draw.choice(_SAID[language]), language)

    def _filled(self, text: str, language: Language) -> str:
        draw, pick, zh = self._draw, self._draw.choice, language == "zh"
        model = f"{pick('ABCDEFGHKMPRSTX')}{draw.randrange(10, 990)}"
        street = (
            f"{pick(_STREET)}{pick(_STREET)}路{draw.randrange(1, 999)}号" if zh else f"{pick(_LAST)} Street {model}"
        )
        product = f"{pick(_BRANDS)}{pick(_THINGS)}{model}" if zh else f"{pick(_PRODUCTS)} {model}"
        named = f"{pick(_CITIES)}{pick(_STREET)}{pick(_STREET)}" if zh else f"{pick(_LAST)} and {pick(_LAST)}"
        company = f"{named}科技有限公司" if zh else f"{named} Ltd"
        return text.format(
            city=pick(_CITIES if zh else _TOWNS),
            product=product,
            fault=pick(_FAULTS if zh else _TROUBLES),
            order=f"K{draw.randrange(10**7, 10**8)}",
            street=street,
            days=draw.randrange(1, 31),
            tail=f"{draw.randrange(10_000):04d}",
            amount=draw.randrange(10, 9999),
            company=company,
            name=self.name(language),
        )

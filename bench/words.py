"""What customers of the benchmark write: words whose share of all messages is known, in Chinese and English.

A word of `COMMON` stands in about every fifth message, of `MIDDLE` in every hundredth, of `RARE` in a handful.
"""

COMMON = ("退货", "快递", "尺寸", "颜色", "refund", "parcel")
MIDDLE = ("划痕", "漏液", "锈迹", "scratched", "leaking")
RARE = ("铱星", "琥珀", "zirconium")
NONE = ("氦气", "quokka")

ZH = (
    "收到的杯子杯口有裂纹，想退货。",
    "快递三天没有动了，请帮我查一下。",
    "尺寸偏小，想换大一号。",
    "颜色和图片不一样，怎么处理？",
    "充电器插上没有反应，已经试过别的插座。",
    "少发了一件，箱子里只有两个。",
    "包装完好，但是里面的盖子碎了。",
    "请问保修期是多久？我需要发票。",
    "谢谢，已经收到换的货了。",
    "您好，请问退款什么时候到账？",
)
EN = (
    "The mug arrived with a crack in its rim; I would like a refund.",
    "The parcel has not moved for three days, could you look?",
    "It is too small. May I have the next size?",
    "The colour is not the one in the picture.",
    "The charger does nothing, I tried two sockets.",
    "One piece is missing from the box.",
    "Thank you, the replacement is here.",
    "When will the money be back on my card?",
)
NAMES = (
    "王小明",
    "李静",
    "张伟",
    "陈晨",
    "刘洋",
    "赵敏",
    "周杰",
    "吴桐",
    "Ann Moor",
    "Ben Hale",
    "Cara Lynn",
    "Dan West",
)
TITLES = (
    "白瓷杯",
    "玻璃水壶",
    "蓝牙耳机",
    "羊毛围巾",
    "跑步鞋",
    "台灯",
    "保温杯",
    "机械键盘",
    "Cotton shirt",
    "Desk lamp",
)

"""What happens to goods and money, with the sentence each is told by in both languages.

Sentences name no amounts: everybody on the floor reads the timeline, and not everybody sees money.
"""

from aftersales.events.log import declare

declare("parcel.issue_label", en="Return label {code} was issued", zh="生成了退货面单 {code}")
declare("parcel.ship", en="Parcel on its way: {carrier} {waybill}", zh="包裹已寄出：{carrier} {waybill}")
declare(
    "parcel.receive",
    en="Parcel received: {received} of {expected} units",
    zh="包裹已签收入库：{expected} 件到了 {received} 件",
)
declare(
    "parcel.match",
    en="Parcel {code} was matched to this request",
    zh="无主包裹 {code} 已匹配到本工单",
    is_public=False,
)
declare("parcel.lose", en="Parcel {code} was lost on its way", zh="包裹 {code} 在途中丢失")
declare("parcel.cancel", en="Return label {code} is no longer valid", zh="退货面单 {code} 已作废")
declare("parcel.deliver", en="Parcel {waybill} was delivered to the customer", zh="包裹 {waybill} 已送达客户")

declare(
    "goods.inspect",
    en="Inspected {quantity} × {sku}: grade {grade}",
    zh="检验 {sku} {quantity} 件：等级 {grade}",
    is_public=False,
)
declare("goods.close_short", en="{quantity} units are no longer expected", zh="不再等待 {quantity} 件退件")

declare(
    "resolution.propose",
    en="Proposed: {what}",
    zh="提出方案：{what}",
    is_public=False,
)
declare("resolution.accept", en="The customer agreed: {what}", zh="客户同意：{what}")
declare("resolution.approve", en="Approved: {what}", zh="已批准：{what}")
declare("resolution.decline", en="Declined: {what}", zh="未通过：{what}", is_public=False)
declare("resolution.finish", en="Done: {what}", zh="已完成：{what}")
declare(
    "resolution.fail",
    en="Could not be carried out: {what}",
    zh="未能完成：{what}",
    is_public=False,
)
declare("resolution.cancel", en="Taken back: {what}", zh="已撤回：{what}", is_public=False)

declare("refund.request", en="Asked the shop for the refund", zh="已请店铺退款", is_public=False)
declare("refund.cancel", en="The refund was taken back", zh="退款已撤回", is_public=False)
declare("refund.succeed", en="The refund was paid", zh="已退款")
declare(
    "refund.fail",
    en="The refund failed: {failure}",
    zh="退款失败：{failure}",
    is_public=False,
)

declare(
    "exchange.request",
    en="Asked the shop to ship {quantity} × {sku}",
    zh="已请店铺发出 {sku} {quantity} 件",
    is_public=False,
)
declare(
    "exchange.ship",
    en="The shop shipped under order {order}: {carrier} {waybill}",
    zh="店铺已按订单 {order} 发货：{carrier} {waybill}",
)
declare(
    "exchange.refuse", en="The shop cannot ship: {failure}", zh="店铺无法发货：{failure}", is_public=False
)

declare("repair.open", en="A repair was opened", zh="建立了维修单")
declare("repair.start", en="The repair began", zh="开始维修")
declare("repair.finish", en="The repair is finished", zh="维修完成")
declare("repair.give_up", en="It cannot be repaired: {failure}", zh="无法修复：{failure}")
declare(
    "repair.send_back",
    en="The repaired goods are on their way: {carrier} {waybill}",
    zh="维修好的商品已寄出：{carrier} {waybill}",
)

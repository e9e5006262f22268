"""What happens to orders and tickets, with the sentence each is told by in both languages."""

from aftersales.events.log import declare
from tickets import sla_events  # noqa: F401 - declares what clocks tell of

declare("order.create", en="Order {number} came in", zh="订单 {number} 已同步", is_public=False)
declare(
    "order.change", en="Order {number} was updated by the shop", zh="店铺更新了订单 {number}", is_public=False
)
declare(
    "product.change", en="Product {sku} was updated by the shop", zh="店铺更新了商品 {sku}", is_public=False
)

declare("ticket.open", en="The request was opened", zh="提交了申请")
declare("ticket.take", en="{name} took the request", zh="{name} 接手了工单", is_public=False)
declare("ticket.assign", en="Assigned to {name}", zh="指派给 {name}", is_public=False)
declare("ticket.read_hand_over", en="Read the note of the hand-over", zh="已读交接说明", is_public=False)
declare("ticket.run_macro", en="Ran “{title_en}”", zh="执行了“{title_zh}”", is_public=False)
declare("macro.save", en="Reply “{title_en}” was saved", zh="保存了话术“{title_zh}”", is_public=False)
declare("macro.remove", en="Reply “{title_en}” was removed", zh="删除了话术“{title_zh}”", is_public=False)
declare("ticket.reply", en="Replied to the customer", zh="回复了客户")
declare("ticket.note", en="Wrote an internal note", zh="添加了内部备注", is_public=False)
declare("ticket.ask", en="Asked the customer and waits for the answer", zh="向客户提问，等待回复")
declare("ticket.answer", en="The customer wrote", zh="客户回复了")
declare("ticket.hold", en="Put on hold: {reason}", zh="挂起：{reason}", is_public=False)
declare("ticket.release", en="Taken off hold", zh="解除挂起", is_public=False)
declare(
    "ticket.escalate",
    en="Escalated to a supervisor, priority {priority}",
    zh="升级给主管，优先级 {priority}",
    is_public=False,
)
declare(
    "ticket.recategorise",
    en="Category changed from {from_category} to {category}",
    zh="分类由 {from_category} 改为 {category}",
    is_public=False,
)
declare("ticket.approve", en="The request was approved", zh="同意了申请")
declare("ticket.expect_goods", en="Waiting for the goods", zh="等待退件")
declare("ticket.start_inspection", en="Inspection begins", zh="进入检验")
declare("ticket.start_resolution", en="On to the resolution", zh="进入解决")
declare("ticket.resolve", en="Resolved", zh="已解决")
declare("ticket.reject", en="The request was turned down", zh="拒绝了申请")
declare("ticket.cancel", en="The request was cancelled", zh="取消了申请")
declare("ticket.expire", en="The request expired", zh="申请已过期")
declare("ticket.reopen", en="Opened again", zh="重新打开")
declare("ticket.close", en="Closed", zh="已关闭", is_public=False)
declare("ticket.attach", en="Attached {name}", zh="上传了 {name}")
declare(
    "ticket.withdraw_message",
    en="A message was taken back before it left",
    zh="撤回了一条尚未发出的消息",
    is_public=False,
)

declare("ticket.complete_step", en="Step done: {name_en}", zh="完成步骤：{name_zh}", is_public=False)
declare("ticket.skip_step", en="Step left out: {name_en}", zh="跳过步骤：{name_zh}", is_public=False)
declare(
    "ticket.pass_limit",
    en="The time given for “{name_en}” has passed",
    zh="“{name_zh}”的期限已过",
    is_public=False,
)
declare("ticket.decline_step", en="Approval declined", zh="审批未通过", is_public=False)

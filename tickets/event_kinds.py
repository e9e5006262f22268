"""What happens to orders and tickets, with the sentence each is told by in both languages."""

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from aftersales.events.log import declare
from aftersales.events.telling import automaton, said
from aftersales.web.times import exact_text
from tickets import sla_events  # noqa: F401 - declares what clocks tell of
from tickets.models import Priority
from tickets.workflow import verb_name

automaton("desk", en="The desk", zh="系统")
automaton("load_content", en="Content pack", zh="内容包")


@said("priority")
def priority(code):
    return Priority(code).label if code in Priority.values else code


@said("due_at")
def due_at(text):
    """A time in the reader's words and zone; nothing stands for a deadline that was taken off."""
    at = parse_datetime(text)
    return exact_text(at) if at else _("none any more")


said("verb")(verb_name)


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
declare("ticket.run_macro", en="Ran “{title}”", zh="执行了“{title}”", is_public=False)
declare("macro.save", en="Reply “{title}” was saved", zh="保存了话术“{title}”", is_public=False)
declare("macro.remove", en="Reply “{title}” was removed", zh="删除了话术“{title}”", is_public=False)
declare("ticket.reply", en="Replied to the customer", zh="回复了客户")
declare("ticket.note", en="Wrote an internal note", zh="添加了内部备注", is_public=False)
declare("ticket.ask", en="Asked the customer and waits for the answer", zh="向客户提问，等待回复")
declare("ticket.answer", en="The customer wrote", zh="客户回复了")
declare("ticket.hold", en="Put on hold: {reason}", zh="挂起：{reason}", is_public=False)
declare("ticket.release", en="Taken off hold", zh="解除挂起", is_public=False)
declare("ticket.reassign", en="Handed over to {name}", zh="转交给 {name}", is_public=False)
declare(
    "ticket.escalate",
    en="Escalated to a supervisor, priority: {priority}",
    zh="升级给主管，优先级：{priority}",
    is_public=False,
)
declare(
    "ticket.recategorise",
    en="Category changed from {from_category} to {category}",
    zh="分类由 {from_category} 改为 {category}",
    is_public=False,
)
declare(
    "ticket.set_deadline",
    en="The platform's deadline: {due_at}",
    zh="平台时限：{due_at}",
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

declare("ticket.merge", en="Merged into {into}", zh="已并入 {into}")
declare("ticket.unmerge", en="Taken out of {number} again", zh="已从 {number} 拆回")
declare("ticket.absorb", en="{number} was merged into this request", zh="{number} 并入了本工单")
declare("ticket.give_back", en="{number} is a request of its own again", zh="{number} 重新成为独立工单")
declare("ticket.split", en="{units} units were split off as {number}", zh="{units} 件拆分为 {number}")
declare(
    "ticket.split_off",
    en="Split off from {number} with {units} units",
    zh="由 {number} 拆分而来，共 {units} 件",
)
declare("ticket.link", en="Linked: {kind} {number}", zh="关联：{kind} {number}", is_public=False)
declare("ticket.unlink", en="No longer {kind} {number}", zh="取消关联：{kind} {number}", is_public=False)
declare("ticket.tag", en="Tagged {tag}", zh="添加标签 {tag}", is_public=False)
declare("ticket.untag", en="Tag {tag} taken off", zh="移除标签 {tag}", is_public=False)
declare("ticket.follow", en="{name} follows this request", zh="{name} 关注了本工单", is_public=False)
declare("ticket.unfollow", en="{name} no longer follows", zh="{name} 取消了关注", is_public=False)

declare("ticket.complete_step", en="Step done: {name}", zh="完成步骤：{name}", is_public=False)
declare("ticket.skip_step", en="Step left out: {name}", zh="跳过步骤：{name}", is_public=False)
declare(
    "ticket.pass_limit",
    en="The time given for “{name}” has passed",
    zh="“{name}”的期限已过",
    is_public=False,
)
declare("ticket.decline_step", en="Approval declined", zh="审批未通过", is_public=False)

declare("ticket.hand_out", en="{name} does the next step", zh="下一步由 {name} 处理", is_public=False)

declare("view.save", en="View “{name}” was saved", zh="保存了视图“{name}”", is_public=False)
declare("view.change", en="View “{name}” was changed", zh="修改了视图“{name}”", is_public=False)
declare("view.remove", en="View “{name}” was taken away", zh="移除了视图“{name}”", is_public=False)
declare("view.restore", en="View “{name}” was brought back", zh="恢复了视图“{name}”", is_public=False)
declare("article.add", en="Added the answer “{name}”", zh="新增答案“{name}”", is_public=False)
declare("article.change", en="Changed the answer “{name}”", zh="修改了答案“{name}”", is_public=False)
declare("article.retire", en="Retired the answer “{name}”", zh="停用了答案“{name}”", is_public=False)
declare("article.restore", en="Took the answer “{name}” up again", zh="恢复了答案“{name}”", is_public=False)
declare(
    "bulk.start",
    en="{verb} was asked for on {count} requests",
    zh="对 {count} 张工单批量执行 {verb}",
    is_public=False,
)
declare(
    "bulk.finish",
    en="{verb} on many: {done} done, {refused} refused",
    zh="批量 {verb} 完成：成功 {done}，未执行 {refused}",
    is_public=False,
)
declare(
    "bulk.cancel",
    en="{verb} on many was cancelled with {left} left",
    zh="批量 {verb} 已取消，剩余 {left} 张未执行",
    is_public=False,
)
declare(
    "bulk.undo",
    en="Taken back on {count} requests by {verb}",
    zh="对 {count} 张工单以 {verb} 撤销",
    is_public=False,
)

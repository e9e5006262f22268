"""What happens to people and keys, with the sentence each is told by."""

from aftersales.events.log import declare
from aftersales.events.telling import automaton, names_people
from staff.queries import called

names_people(called)
automaton("setup", en="First set-up", zh="首次设置")
automaton("demo", en="Demonstration", zh="演示")

declare("key.issue", en="API key “{label}” was issued", zh="签发了接口密钥“{label}”", is_public=False)
declare("key.revoke", en="API key “{label}” was revoked", zh="吊销了接口密钥“{label}”", is_public=False)
declare("shop.create", en="Shop {name} was opened", zh="开设了店铺 {name}", is_public=False)
declare("shop.change", en="The shop's settings were changed", zh="修改了店铺设置", is_public=False)
declare("user.create", en="Account {username} was created", zh="创建了账号 {username}", is_public=False)
declare(
    "user.plan", en="Working hours of {username} were set", zh="设置了 {username} 的工作时间", is_public=False
)
declare("user.change", en="Account {username} was changed", zh="修改了账号 {username}", is_public=False)
declare("shop.close", en="Shop {name} was closed", zh="关闭了店铺 {name}", is_public=False)
declare(
    "user.retire",
    en="Account {username} was closed for good",
    zh="永久停用了账号 {username}",
    is_public=False,
)
declare("user.deactivate", en="Account {username} was closed", zh="停用了账号 {username}", is_public=False)
declare(
    "user.reactivate",
    en="Account {username} was opened again",
    zh="重新启用了账号 {username}",
    is_public=False,
)
declare(
    "user.reset_password",
    en="The password of {username} was reset",
    zh="重置了 {username} 的密码",
    is_public=False,
)
declare(
    "user.choose_password",
    en="{username} chose a new password",
    zh="{username} 设置了新密码",
    is_public=False,
)
declare("team.form", en="Team {code} was formed", zh="建立了小组 {code}", is_public=False)
declare("team.change", en="Team {code} was changed", zh="修改了小组 {code}", is_public=False)
declare("desk.set_up", en="The desk was set up", zh="完成了首次设置", is_public=False)

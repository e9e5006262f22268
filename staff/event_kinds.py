"""What happens to people and keys, with the sentence each is told by."""

from aftersales.events.log import declare

declare("key.issue", en="API key “{label}” was issued", zh="签发了接口密钥“{label}”", is_public=False)
declare("key.revoke", en="API key “{label}” was revoked", zh="吊销了接口密钥“{label}”", is_public=False)
declare("shop.create", en="Shop {name} was opened", zh="开设了店铺 {name}", is_public=False)
declare("shop.change", en="The shop's settings were changed", zh="修改了店铺设置", is_public=False)
declare("user.create", en="Account {username} was created", zh="创建了账号 {username}", is_public=False)
declare("user.change", en="Account {username} was changed", zh="修改了账号 {username}", is_public=False)
declare("shop.close", en="Shop {name} was closed", zh="关闭了店铺 {name}", is_public=False)
declare("user.retire", en="Account {username} was closed for good", zh="永久停用了账号 {username}", is_public=False)

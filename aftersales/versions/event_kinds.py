"""What happens to versioned content."""

from aftersales.events.log import declare

declare(
    "version.publish",
    en="Version {number} of {name} was published",
    zh="发布了 {name} 的第 {number} 版",
    is_public=False,
)
declare(
    "version.begin_draft",
    en="A draft of version {number} of {name} was begun",
    zh="开始起草 {name} 的第 {number} 版",
    is_public=False,
)
declare(
    "version.change_draft",
    en="The draft of version {number} of {name} was changed",
    zh="修改了 {name} 第 {number} 版的草稿",
    is_public=False,
)
declare(
    "version.discard_draft",
    en="The draft of version {number} of {name} was discarded",
    zh="放弃了 {name} 第 {number} 版的草稿",
    is_public=False,
)

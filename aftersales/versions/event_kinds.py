"""What happens to versioned content."""

from aftersales.events.log import declare

declare(
    "version.publish",
    en="Version {number} of {name} was published",
    zh="发布了 {name} 的第 {number} 版",
    is_public=False,
)

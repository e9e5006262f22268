"""What happens to outgoing mail by hand."""

from aftersales.events.log import declare

declare("mail.retry", en="A mail that was given up is tried again", zh="重发了失败的邮件", is_public=False)

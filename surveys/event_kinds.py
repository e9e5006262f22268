"""What happens to surveys, with the sentence each is told by."""

from aftersales.events.log import declare
from aftersales.events.telling import automaton

automaton("surveys", en="Surveys", zh="满意度调查")

declare("survey.schedule", en="A survey was scheduled", zh="安排了满意度调查", is_public=False)
declare("survey.cancel", en="The survey was taken back", zh="撤回了满意度调查", is_public=False)
declare("survey.invite", en="The customer was asked how it went", zh="邀请了客户评价", is_public=False)
declare(
    "survey.answer", en="The customer gave {score} of 5", zh="客户评分 {score}（满分 5）", is_public=False
)
declare("survey.complete", en="The customer said what fell short", zh="客户说明了不足之处", is_public=False)

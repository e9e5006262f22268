"""What a questionnaire asks of whom, and what its answers amount to."""

LOW_SCORE = 2


def first_questions(questionnaire):
    """What everybody is asked."""
    return [question for question in questionnaire.questions if question.show_if is None]


def further_questions(questionnaire, answers):
    """What is asked because of an answer given: where a service fell short, whether to call back."""
    return [
        question
        for question in questionnaire.questions
        if question.show_if is not None and question.show_if.holds(answers)
    ]


def score_of(questionnaire, answers):
    """The score from 1 to 5, or None where the questionnaire measures on another scale."""
    overall = questionnaire.overall
    if overall is None or (overall.lowest, overall.highest) != (1, 5):
        return None
    return answers.get(overall.code)


def is_low(questionnaire, answers):
    """Whether somebody should look into it: a low score, or what the questionnaire itself calls low."""
    score = score_of(questionnaire, answers)
    return (score is not None and score <= LOW_SCORE) or questionnaire.is_low(answers)


def split_typed(questionnaire, answers):
    """(what was chosen by code, what was typed as one text): personal words are kept apart."""
    chosen, typed = {}, []
    for question in questionnaire.questions:
        answer = answers.get(question.code)
        if answer in (None, "", []):
            continue
        if question.kind == "text":
            typed.append(answer)
        else:
            chosen[question.code] = answer
    return chosen, "\n".join(typed)

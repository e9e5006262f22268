"""How often a suggested answer is right: held-out questions against examples, in English and Chinese.

    python -m bench.suggest            # AFTERSALES_DATA names the folder of banking77 and bitext-support

Each set's threshold for “answer without a person” is chosen on its training part alone, by folds, and then
applied to the questions held out. The frequent questions of the pack are few and all worded differently, so
each of their variants is held out once.
"""

import csv
import os
import time
from pathlib import Path

import yaml

from tickets.suggesting import SURE, Example, Suggester, examples_of, examples_of_category

ROOT = Path(__file__).resolve().parents[1]
DATA = Path(os.environ.get("AFTERSALES_DATA") or ROOT.parent / "shared" / "data")
PACK = ROOT / "tickets" / "sops"
SIDES = ("zh", "en")
FOLDS = 4
MOST_WRONG = 0.02
THRESHOLDS = (0.3, 0.5, 0.6, 0.7, 0.8, 0.85, SURE, 0.95, 0.98)


def labelled(path, text, label):
    with path.open(encoding="utf-8", newline="") as file:
        return [Example(row[label], row[text]) for row in csv.DictReader(file)]


def tried(suggester, questions):
    """[(confidence, is right, is among three)] of each question, and seconds per look-up."""
    started, rows = time.perf_counter(), []
    for question in questions:
        guesses = suggester.rank(question.text)
        found = [guess.label for guess in guesses]
        confidence = guesses[0].confidence if guesses else 0.0
        rows.append((confidence, found[:1] == [question.label], question.label in found))
    return rows, (time.perf_counter() - started) / max(len(questions), 1)


def by_folds(examples):
    rows = []
    for fold in range(FOLDS):
        kept = [example for place, example in enumerate(examples) if place % FOLDS != fold]
        rows += tried(Suggester(kept), examples[fold::FOLDS])[0]
    return rows


def threshold_for(rows):
    """The lowest confidence from which on no more than the allowed share of all questions is wrong."""
    wrong, chosen = 0, 1.0
    for confidence, right, _among in sorted(rows, reverse=True):
        wrong += not right
        if wrong > MOST_WRONG * len(rows):
            break
        chosen = confidence
    return chosen


def share(rows, column):
    return sum(row[column] for row in rows) / max(len(rows), 1)


def tell(name, rows, note):
    print(f"\n{name}: {len(rows)} questions, {note}")
    print(f"  first guess right {share(rows, 1):.1%}, among three {share(rows, 2):.1%}")


def curve(rows, chosen=None):
    """What answering without a person from each threshold on would do, of all questions asked."""
    print("  from    answered   right   wrong   wrong of answered")
    for threshold in sorted({*THRESHOLDS, *([chosen] if chosen else ())}):
        answered = [row for row in rows if row[0] >= threshold]
        right, wrong = (sum(row[1] == flag for row in answered) / len(rows) for flag in (True, False))
        of_answered = 1 - share(answered, 1) if answered else 0.0
        marks = "  <- the desk's" * (threshold == SURE) + "  <- chosen on the training part" * (
            threshold == chosen
        )
        print(
            f"  {threshold:.2f} {len(answered) / len(rows):9.1%} {right:8.1%} {wrong:7.1%} {of_answered:9.1%}{marks}"
        )


def measure_set(name, train, held_out):
    chosen = threshold_for(by_folds(train))
    started = time.perf_counter()
    suggester = Suggester(train)
    compiled = time.perf_counter() - started
    rows, seconds = tried(suggester, held_out)
    labels = len({example.label for example in train})
    tell(
        name,
        rows,
        f"{labels} answers of {len(train)} examples; compiled in {compiled:.1f} s, {seconds * 1000:.2f} ms each",
    )
    curve(rows, chosen)
    return suggester


def measure_faq(language, strangers):
    """Each variant held out once; the others, in both languages, and the answers' own words are the examples."""
    entries, categories = (
        pack("faq", "entries"),
        {each["id"]: each for each in pack("categories", "categories")},
    )
    rows, of_categories = [], []
    for fold in range(FOLDS):
        examples, questions, about, asked = [], [], [], []
        for entry in entries:
            kept, category = (
                {side: list(entry["questions"][side]) for side in SIDES},
                categories[entry["category"]],
            )
            if fold < len(kept[language]):
                text = kept[language].pop(fold)
                questions.append(Example(entry["id"], text))
                asked.append(Example(category["id"], text))
            examples += examples_of(entry["id"], kept, entry["answer"], category["keywords"])
            about += examples_of(category["id"], kept, entry["answer"])
        for code, each in categories.items():
            about += examples_of_category(code, each["name"], each["description"], each["keywords"])
        suggester = Suggester(examples)
        rows += tried(suggester, questions)[0]
        of_categories += tried(Suggester(about), asked)[0]
    tell(f"Frequent questions, {language}", rows, f"{len(entries)} answers, each variant held out once")
    curve(rows)
    fooled = [guess for text in strangers for guess in suggester.rank(text, 1) if guess.is_sure]
    print(f"  of {len(strangers)} questions about something else, taken for one of these: {len(fooled)}")
    tell(f"Categories, {language}", of_categories, f"{len(categories)} categories")


def pack(name, listing):
    text = (PACK / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(text)[listing]


def main():
    banking = [labelled(DATA / "banking77" / f"{part}.csv", "text", "category") for part in ("train", "test")]
    measure_set("banking77", *banking)
    folder = DATA / "bitext-support" / "data"
    bitext = [
        labelled(next((folder / part).glob("*.csv")), "utterance", "intent") for part in ("train", "test")
    ]
    measure_set("bitext", *bitext)
    for language in SIDES:
        measure_faq(language, [question.text for question in banking[1]])


if __name__ == "__main__":
    main()

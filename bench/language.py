"""Measures the language counts: against human ratings, beside vaderSentiment and word count.

    python bench/language.py --quick
    python bench/language.py --json
    python bench/language.py --texts FILE.csv    # columns: a text and a rating, see --columns

`receptive` texts: Spearman correlation with the mean rating by people who disagree. "shipped" are
the weights in `conversation/language.en.toml`, as they are; "cross-validated" fits the same counts
anew in each fold and scores what that fold did not see. Intervals: 95 %, bootstrap over texts.

`casino` dialogues: Spearman correlation of what the desk can see (balance of words, length, marks)
with how satisfied the two were and how they liked each other; bootstrap over dialogues.
"""

import argparse
import csv
import json
import sys
import time
from collections import defaultdict
from pathlib import Path

import numpy as np
from scipy.stats import rankdata
from sklearn.linear_model import Ridge
from sklearn.model_selection import KFold, cross_val_predict
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from conversation import language  # noqa: E402

PLACES = [folder / "shared" / "data" for folder in ROOT.parents]
DATA = next((place for place in PLACES if place.is_dir()), PLACES[0])
ENGLISH = language.lexicon("en")
FOLDS = 10


def spearman(one, two):
    """Return the rank correlation; 0 where one side does not vary."""
    one, two = rankdata(one), rankdata(two)
    spread = one.std() * two.std()
    return 0.0 if spread == 0 else float(((one - one.mean()) * (two - two.mean())).mean() / spread)


def interval(one, two, times, seed=1):
    """Return [low, high] of the rank correlation: 95 %, percentile bootstrap over rows."""
    rng = np.random.default_rng(seed)
    drawn = (rng.integers(0, len(one), len(one)) for _ in range(times))
    found = [spearman(one[rows], two[rows]) for rows in drawn]
    return [float(edge) for edge in np.percentile(found, [2.5, 97.5])]


def texts(path, columns):
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row[columns[0]].strip()]
    return [row[columns[0]] for row in rows], np.array([float(row[columns[1]]) for row in rows])


def features(counts):
    return np.log1p(counts[:, [language.QUESTIONS, *range(language.FIRST_MARK, counts.shape[1])]])


def receptive(path, columns, times, repeats):
    said, rated = texts(path, columns)
    counts = np.array([language.count(text, ENGLISH) for text in said])
    vader = SentimentIntensityAnalyzer()
    scores = {
        "shipped weights": [language.receptiveness(tuple(row), ENGLISH) for row in counts],
        "vaderSentiment": [vader.polarity_scores(text)["compound"] for text in said],
        "word count": counts[:, language.WORDS],
    }
    fitted = [
        cross_val_predict(
            Ridge(10.0),
            features(counts),
            rated,
            cv=KFold(FOLDS, shuffle=True, random_state=seed),
        )
        for seed in range(repeats)
    ]
    scores = {"cross-validated": np.mean(fitted, axis=0)} | scores
    table = {}
    for name, score in scores.items():
        row = np.asarray(score, float)
        table[name] = {"rho": spearman(row, rated), "interval": interval(row, rated, times)}
    marks = {
        mark.name: spearman(counts[:, place], rated)
        for place, mark in enumerate(ENGLISH.marks, language.FIRST_MARK)
    }
    return {"texts": len(said), "correlation": table, "marks": marks}


def dialogues(folder):
    """Return the columns of two-person chats: what the desk sees, and how the two felt after."""
    felt = defaultdict(dict)
    with (folder / "casino_dyads.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            both = float(row["outcome_satisfaction"]), float(row["outcome_like_partner"])
            felt[row["dyad_id"]][row["speaker"]] = both
    said = defaultdict(list)
    with (folder / "casino_messages.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            said[row["dyad_id"]].append((row["speaker"], language.count(row["text"], ENGLISH)))
    return [_dialogue(said[key], people) for key, people in felt.items() if len(people) == 2]


def _dialogue(said, people):
    words = {who: sum(c[language.WORDS] for w, c in said if w == who) for who in people}
    total = max(1, sum(words.values()))
    heard = [ENGLISH.place(name) for name in ("acknowledgement", "agreement")]
    means = np.mean(list(people.values()), axis=0)
    return {
        "larger share of words": max(words.values()) / total,
        "messages": len(said),
        "words a message": total / max(1, len(said)),
        "signs of listening": sum(c[n] for _, c in said for n in [language.QUESTIONS, *heard])
        / total,
        "accusing or hostile": sum(
            c[ENGLISH.place("accusation")] + c[ENGLISH.place("hostility")] for _, c in said
        ),
        "receptiveness": np.mean([language.receptiveness(c, ENGLISH) for _, c in said]),
        "satisfaction": means[0],
        "liking": means[1],
    }


def casino(folder, times):
    rows = dialogues(folder)
    columns = {name: np.array([row[name] for row in rows], float) for name in rows[0]}
    felt = {name: columns.pop(name) for name in ("satisfaction", "liking")}
    found = {
        name: {
            f"{what}": {
                "rho": spearman(column, outcome),
                "interval": interval(column, outcome, times),
            }
            for what, outcome in felt.items()
        }
        for name, column in columns.items()
    }
    return {"dialogues": len(rows), "correlation": found}


def speed(said):
    """Return microseconds a message, by its length in characters."""
    found = {}
    whole = " ".join(said)
    for length in (80, 400, 2000):
        pieces = [
            whole[n : n + length] for n in range(0, min(len(whole) - length, 200 * length), length)
        ]
        best = min(_time(pieces) for _ in range(5))
        found[length] = 1e6 * best / len(pieces)
    return found


def _time(pieces):
    start = time.process_time()
    for piece in pieces:
        language.count(piece, ENGLISH)
    return time.process_time() - start


def show(found):
    print(f"Ratings of receptiveness by people who disagree: {found['receptive']['texts']} texts\n")
    print(f"{'':24}{'Spearman':>10}  95 % interval")
    for name, row in found["receptive"]["correlation"].items():
        print(f"{name:24}{row['rho']:10.3f}  {row['interval'][0]:.3f} to {row['interval'][1]:.3f}")
    print(
        "\nEach mark alone: "
        + ", ".join(f"{n} {r:+.2f}" for n, r in found["receptive"]["marks"].items())
    )
    if "casino" in found:
        print(f"\nTwo-person chats: {found['casino']['dialogues']} dialogues\n")
        print(f"{'':24}{'satisfaction':>28}{'liking':>28}")
        for name, row in found["casino"]["correlation"].items():
            cells = [
                f"{one['rho']:+.3f} ({one['interval'][0]:+.3f} to {one['interval'][1]:+.3f})"
                for one in row.values()
            ]
            print(f"{name:24}" + "".join(f"{cell:>28}" for cell in cells))
    times = ", ".join(
        f"{us:.0f} µs at {length} characters" for length, us in found["speed_us"].items()
    )
    print(f"\nCounting one message: {times}")


def main():
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--texts", type=Path, default=DATA / "receptiveness_texts.csv")
    asked.add_argument("--columns", nargs=2, default=["text", "receptive"])
    asked.add_argument("--data", type=Path, default=DATA, help="folder of the casino files")
    asked.add_argument("--quick", action="store_true", help="fewer bootstrap samples")
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    if not given.texts.is_file():
        raise SystemExit(f"No texts at {given.texts}. Say where they are with --texts.")
    times, repeats = (200, 1) if given.quick else (2000, 10)
    found = {"receptive": receptive(given.texts, given.columns, times, repeats)}
    if (given.data / "casino_dyads.csv").is_file():
        found["casino"] = casino(given.data, times)
    found["speed_us"] = speed(texts(given.texts, given.columns)[0])
    print(json.dumps(found, indent=1)) if given.json else show(found)


if __name__ == "__main__":
    main()

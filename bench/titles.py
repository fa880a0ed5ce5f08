"""Titles of generated films, in Chinese and English, and the words that the benchmark searches for."""

from __future__ import annotations

# Stands in every twentieth title.
FREQUENT_EVERY, FREQUENT = 20, ("月光", "Moonlight")
# Exactly one film has it, and that film runs as often as any.
ONE_FILM = ("孤岛灯塔", "The Lighthouse of Gudao")
# Exactly one film has it, and that film runs five times.
FIVE_SCREENINGS = ("第五道门", "The Fifth Door")
NOWHERE = "没有这样的片名"

WHEN = (
    ("初夏", "Early Summer"), ("深秋", "Late Autumn"), ("凌晨", "Before Dawn"), ("雨夜", "A Rainy Night"),
    ("春天", "Springtime"), ("除夕", "New Year's Eve"), ("黄昏", "Dusk"), ("冬日", "Winter Days"),
    ("昨天", "Yesterday"), ("千禧", "Millennium"), ("正午", "High Noon"), ("盛夏", "Midsummer"),
    ("周末", "Weekend"), ("破晓", "Daybreak"), ("白露", "White Dew"),
)  # fmt: skip
WHERE = (
    ("江南", "Jiangnan"), ("海边", "Seaside"), ("北方", "the North"), ("草原", "Grassland"), ("小城", "Small Town"),
    ("山谷", "Valley"), ("长街", "Long Street"), ("渡口", "Ferry"), ("高原", "Highland"), ("老宅", "Old House"),
    ("弄堂", "Alley"), ("车站", "Station"), ("岛屿", "Island"), ("剧院", "Theatre"), ("戈壁", "Gobi"),
)  # fmt: skip
WHO = (
    ("少年", "Boy"), ("裁缝", "Tailor"), ("信使", "Courier"), ("旅人", "Traveller"), ("母亲", "Mother"),
    ("侦探", "Detective"), ("歌女", "Songstress"), ("渔夫", "Fisherman"), ("棋手", "Chess Player"), ("医生", "Doctor"),
    ("教师", "Teacher"), ("舞者", "Dancer"), ("守夜人", "Watchman"), ("画家", "Painter"), ("司机", "Driver"),
)  # fmt: skip
WHAT = (
    ("来信", "Letters"), ("往事", "Memories"), ("归途", "the Way Home"), ("秘密", "Secrets"), ("奇缘", "Encounters"),
    ("传说", "Legends"), ("谜案", "Riddles"), ("告白", "Confessions"), ("日记", "Diaries"), ("协奏曲", "Concertos"),
    ("之战", "Battles"), ("漫游", "Wanderings"), ("假日", "Holidays"), ("诺言", "Promises"), ("倒影", "Reflections"),
)  # fmt: skip
MOST = len(WHEN) * len(WHERE) * len(WHO) * len(WHAT)


def title(number: int, films: int) -> tuple[str, str]:
    """The Chinese and the English title of film `number` of 1..`films`; no two are the same up to MOST."""
    if number == films:
        return FIVE_SCREENINGS
    if number == films - 1:
        return ONE_FILM
    rest, parts = number, []
    for words in (WHO, WHAT, WHEN, WHERE):
        rest, place = divmod(rest, len(words))
        parts.append(words[place])
    (who, who_en), (what, what_en), (when, when_en), (where, where_en) = parts
    chinese, english = f"{when}{where}{who}{what}", f"{when_en}, {where_en}: {what_en} of a {who_en}"
    if number % FREQUENT_EVERY == 0:
        return f"{FREQUENT[0]}{chinese}", f"{FREQUENT[1]}, {english}"
    return chinese, english

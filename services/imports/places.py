"""Which city a cinema stands in, when a file writes it in its own way or not at all."""

from collections.abc import Iterable

from models.text import N_
from services.errors import Invalid

from . import clean
from .report import Note
from .rows import Row

# Enough to read a big city's list before the cities were imported; every city on record is added to these.
BIG_CITIES = (
    *(
        "北京",
        "上海",
        "天津",
        "重庆",
        "广州",
        "深圳",
        "成都",
        "杭州",
        "武汉",
        "西安",
        "南京",
        "苏州",
        "郑州",
        "长沙",
    ),
    *(
        "东莞",
        "沈阳",
        "青岛",
        "宁波",
        "昆明",
        "合肥",
        "佛山",
        "无锡",
        "厦门",
        "福州",
        "济南",
        "大连",
        "哈尔滨",
        "长春",
    ),
    *(
        "石家庄",
        "太原",
        "南宁",
        "南昌",
        "贵阳",
        "兰州",
        "海口",
        "乌鲁木齐",
        "呼和浩特",
        "银川",
        "西宁",
        "拉萨",
    ),
)
SHARE = 0.25  # of the cinemas must carry the city's name …
LEAD = 3  # … and that many times more than carry any other city's


def city_key(name: str) -> str:
    """北京市 and 北京 are one city; a name of two characters keeps its 市."""
    key = clean.key(name)
    return key.removesuffix("市") if len(key) > 2 else key


def name_city(rows: list[Row], known: Iterable[str]) -> Note | None:
    """Give every row without a city the one city the whole list is about, told by the cinemas' names.

    Returns the note that says so, or None when every row names its city. Raises `Invalid` when the names do not tell.
    """
    homeless = [row for row in rows if "city" not in row.values]
    if not homeless:
        return None
    names = {city_key(name): name for name in (*BIG_CITIES, *known)}
    texts = [clean.key(row.title) for row in homeless]
    counts = sorted(((sum(key in text for text in texts), name) for key, name in names.items()), reverse=True)
    (first, city), (second, _) = counts[0], counts[1]
    if first < SHARE * len(homeless) or first < LEAD * second:
        raise Invalid(
            N_(
                "The file does not say which city its cinemas are in, and their names do not tell."
                " Import the cities first."
            )
        )
    for row in homeless:
        row.values["city"] = city
    return Note(
        N_(
            "The file names no city; “%(city)s” stands in the names of %(found)d of %(count)d cinemas"
            " and was taken for all."
        ),
        {"city": city, "found": first, "count": len(homeless)},
    )

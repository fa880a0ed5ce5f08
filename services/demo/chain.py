"""The demo's chain: the houses of 星光影城, a company that does not exist, in three cities that do.

The telephone numbers begin with zeros behind the area code, so nobody can be called by mistake.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from models import Format
from models.hall import COUPLE, GAP, SEAT, WHEELCHAIR

TIMEZONE = "Asia/Shanghai"
THURSDAY = 3

PLAIN = (Format.TWO_D, Format.THREE_D)
IMAX = (*PLAIN, Format.IMAX_2D, Format.IMAX_3D)
GIANT = (*PLAIN, Format.CGS)
DOLBY = (*PLAIN, Format.DOLBY)
MOTION = (*PLAIN, Format.FOUR_D)


@dataclass(frozen=True)
class Room:
    """A kind of hall. `blocks` are the places between the aisles of a full row.

    The first `narrow` rows lose two places on either side, to the curve of the screen; `wheelchairs` stand at
    the front of the middle block; the last `couples` rows are couple seats. `cleaning_min` None: the house's.
    """

    suffix: str
    formats: tuple[Format, ...]
    rows: int
    blocks: tuple[int, ...]
    narrow: int = 0
    wheelchairs: int = 0
    couples: int = 0
    cleaning_min: int | None = None

    def layout(self) -> list[str]:
        """The rows from the screen backwards, in the letters of models.hall."""
        return [self._row(number) for number in range(self.rows)]

    def _row(self, number: int) -> str:
        letter = COUPLE if number >= self.rows - self.couples else SEAT
        blocks = [letter * places for places in self.blocks]
        if number == 0 and self.wheelchairs:
            middle = len(blocks) // 2
            blocks[middle] = WHEELCHAIR * self.wheelchairs + blocks[middle][self.wheelchairs :]
        if number < self.narrow:
            blocks[0] = GAP * 2 + blocks[0][2:]
            blocks[-1] = blocks[-1][:-2] + GAP * 2
        return GAP.join(blocks)


IMAX_HALL = Room("IMAX厅", IMAX, 15, (5, 16, 5), narrow=3, wheelchairs=4, cleaning_min=20)
GIANT_HALL = Room("中国巨幕厅", GIANT, 13, (4, 14, 4), narrow=2, wheelchairs=4, couples=1, cleaning_min=20)
DOLBY_HALL = Room("杜比影院厅", DOLBY, 11, (4, 12, 4), narrow=2, wheelchairs=4)
LASER_HALL = Room("激光厅", PLAIN, 11, (4, 12, 4), narrow=2, wheelchairs=2, couples=1)
MIDDLE_HALL = Room("厅", PLAIN, 9, (3, 12, 3), narrow=1, wheelchairs=2)
SMALL_HALL = Room("厅", PLAIN, 8, (2, 10, 2), wheelchairs=2)
CABINET = Room("厅", (Format.TWO_D,), 6, (10,), wheelchairs=1)
MOTION_HALL = Room("4D厅", MOTION, 8, (4, 4, 4))
CHILDREN_HALL = Room("儿童厅", PLAIN, 7, (3, 8, 3), wheelchairs=2, cleaning_min=20)
VIP_HALL = Room("VIP厅", PLAIN, 5, (2, 2, 2, 2), couples=5, cleaning_min=20)


@dataclass(frozen=True)
class Town:
    """A city, with its code of GB/T 2260."""

    name: str
    pinyin: str
    code: str


@dataclass(frozen=True)
class House:
    """A cinema. Hall n is named after n and its room; `price` is the 2D evening ticket in fen, as is the fee."""

    town: Town
    name: str
    district: str
    address: str
    phone: str
    place: tuple[float, float]
    hours: tuple[time, time]
    price: int
    service_fee: int
    rooms: tuple[Room, ...]

    def values(self) -> dict[str, object]:
        """The cinema's column values, its city apart."""
        return {
            "name": self.name,
            "district": self.district,
            "address": self.address,
            "phone": self.phone,
            "latitude": self.place[0],
            "longitude": self.place[1],
            "timezone": TIMEZONE,
            "opens_at": self.hours[0],
            "closes_at": self.hours[1],
            "film_week_start": THURSDAY,
            "service_fee": self.service_fee,
        }


HANGZHOU = Town("杭州", "hangzhou", "330100")
CHENGDU = Town("成都", "chengdu", "510100")
XIAN = Town("西安", "xian", "610100")

HOUSES = (
    House(
        HANGZHOU,
        "星光影城（西溪里店）",
        "西湖区",
        "西湖区星河路88号西溪里广场4层",
        "0571-0000-1001",
        (30.27, 120.10),
        (time(9), time(1, 30)),
        4900,
        400,
        (IMAX_HALL, LASER_HALL, MIDDLE_HALL, MIDDLE_HALL, SMALL_HALL, SMALL_HALL, CHILDREN_HALL, VIP_HALL),
    ),
    House(
        HANGZHOU,
        "星光影城（江湾店）",
        "滨江区",
        "滨江区望潮街16号江湾天地3层",
        "0571-0000-1002",
        (30.20, 120.21),
        (time(9, 30), time(1, 30)),
        4600,
        400,
        (GIANT_HALL, DOLBY_HALL, LASER_HALL, MIDDLE_HALL, SMALL_HALL, SMALL_HALL, VIP_HALL),
    ),
    House(
        CHENGDU,
        "星光影城（望桥店）",
        "锦江区",
        "锦江区望桥巷9号望桥坊5层",
        "028-0000-1003",
        (30.65, 104.09),
        (time(9), time(2)),
        4500,
        350,
        (IMAX_HALL, LASER_HALL, MIDDLE_HALL, MIDDLE_HALL, SMALL_HALL, MOTION_HALL, VIP_HALL),
    ),
    House(
        CHENGDU,
        "星光影城（竹里店）",
        "武侯区",
        "武侯区竹里大道201号竹里中心B座2层",
        "028-0000-1004",
        (30.62, 104.04),
        (time(9, 30), time(1, 30)),
        4200,
        350,
        (GIANT_HALL, LASER_HALL, MIDDLE_HALL, SMALL_HALL, SMALL_HALL, CHILDREN_HALL),
    ),
    House(
        XIAN,
        "星光影城（雁南店）",
        "雁塔区",
        "雁塔区雁南星街30号雁南汇6层",
        "029-0000-1005",
        (34.21, 108.96),
        (time(9, 30), time(1)),
        4300,
        300,
        (IMAX_HALL, LASER_HALL, MIDDLE_HALL, MIDDLE_HALL, SMALL_HALL, VIP_HALL),
    ),
    House(
        XIAN,
        "星光影城（北城店）",
        "未央区",
        "未央区北辰里57号北城广场3层",
        "029-0000-1006",
        (34.30, 108.94),
        (time(10), time(1)),
        3900,
        300,
        (DOLBY_HALL, LASER_HALL, MIDDLE_HALL, SMALL_HALL, SMALL_HALL, CABINET),
    ),
)


def halls(house: House) -> list[dict[str, object]]:
    """The column values of the house's halls, their cinema apart."""
    return [
        {
            "name": f"{number}号{room.suffix}",
            "formats": [format.value for format in room.formats],
            "layout": room.layout(),
            "cleaning_min": room.cleaning_min,
        }
        for number, room in enumerate(house.rooms, 1)
    ]

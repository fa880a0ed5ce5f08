"""The trade's controlled words: genres, countries and languages of films.

Sources write them in many ways (国语, 汉语普通话, Mandarin). A record keeps one code for each known
word and the word itself where none is known; pages show a code in the reader's language.
Countries are ISO 3166-1 alpha-2 (SU for films of the Soviet Union), languages BCP 47 (zxx: no spoken language).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from models.text import N_


@dataclass(frozen=True)
class Vocabulary:
    """Codes with an English name (a message id) and the other words that mean the same."""

    names: dict[str, str]
    synonyms: dict[str, str]

    def code(self, word: str) -> str:
        """The code that `word` stands for, or the stripped word itself if it is not known."""
        word = word.strip()
        return self.synonyms.get(word.casefold(), word)

    def codes(self, typed: Iterable[str]) -> list[str]:
        """The codes of several words, each once, in their order, without empty ones."""
        return list(dict.fromkeys(code for code in map(self.code, typed) if code))

    def name(self, code: str) -> str:
        """The English name (message id) of `code`, or the code itself."""
        return self.names.get(code, code)


def _vocabulary(rows: Iterable[tuple[str, str, str]]) -> Vocabulary:
    names, synonyms = {}, {}
    for code, name, others in rows:
        names[code] = name
        for word in (code, name, *others.split()):
            synonyms[word.casefold()] = code
    return Vocabulary(names, synonyms)


GENRES = _vocabulary(
    [
        ("drama", N_("Drama"), "剧情"),
        ("comedy", N_("Comedy"), "喜剧 幽默 黑色幽默"),
        ("romance", N_("Romance"), "爱情"),
        ("action", N_("Action"), "动作"),
        ("adventure", N_("Adventure"), "冒险"),
        ("science-fiction", N_("Science fiction"), "科幻"),
        ("fantasy", N_("Fantasy"), "奇幻 魔幻 玄幻"),
        ("horror", N_("Horror"), "恐怖"),
        ("thriller", N_("Thriller"), "惊悚"),
        ("mystery", N_("Mystery"), "悬疑 推理"),
        ("crime", N_("Crime"), "犯罪 警匪"),
        ("animation", N_("Animation"), "动画"),
        ("family", N_("Family"), "家庭 合家欢 亲情"),
        ("children", N_("Children"), "儿童"),
        ("war", N_("War"), "战争"),
        ("history", N_("History"), "历史"),
        ("biography", N_("Biography"), "传记"),
        ("documentary", N_("Documentary"), "纪录 纪录片 记录片 纪实"),
        ("musical", N_("Musical"), "歌舞"),
        ("music", N_("Music"), "音乐"),
        ("western", N_("Western"), "西部"),
        ("sport", N_("Sport"), "运动 体育"),
        ("disaster", N_("Disaster"), "灾难"),
        ("martial-arts", N_("Martial arts"), "武侠 功夫"),
        ("costume", N_("Period costume"), "古装"),
        ("school", N_("School life"), "校园"),
        ("youth", N_("Youth"), "青春"),
        ("opera", N_("Chinese opera"), "戏曲"),
        ("short", N_("Short"), "短片"),
        ("inspirational", N_("Inspirational"), "励志"),
        ("arthouse", N_("Arthouse"), "文艺"),
        ("epic", N_("Epic"), "史诗"),
        ("urban", N_("Urban life"), "都市"),
        ("film-noir", N_("Film noir"), "黑色电影"),
    ]
)

COUNTRIES = _vocabulary(
    [
        ("CN", N_("China"), "中国 中国大陆 内地 大陆"),
        ("HK", N_("Hong Kong, China"), "中国香港 香港"),
        ("TW", N_("Taiwan, China"), "中国台湾 台湾"),
        ("MO", N_("Macao, China"), "中国澳门 澳门"),
        ("US", N_("United States"), "美国 USA"),
        ("GB", N_("United Kingdom"), "英国 UK"),
        ("FR", N_("France"), "法国"),
        ("DE", N_("Germany"), "德国"),
        ("IT", N_("Italy"), "意大利"),
        ("ES", N_("Spain"), "西班牙"),
        ("JP", N_("Japan"), "日本"),
        ("KR", N_("South Korea"), "韩国"),
        ("IN", N_("India"), "印度"),
        ("RU", N_("Russia"), "俄罗斯"),
        ("SU", N_("Soviet Union"), "苏联"),
        ("CA", N_("Canada"), "加拿大"),
        ("AU", N_("Australia"), "澳大利亚"),
        ("NZ", N_("New Zealand"), "新西兰"),
        ("BE", N_("Belgium"), "比利时"),
        ("NL", N_("Netherlands"), "荷兰"),
        ("DK", N_("Denmark"), "丹麦"),
        ("SE", N_("Sweden"), "瑞典"),
        ("NO", N_("Norway"), "挪威"),
        ("FI", N_("Finland"), "芬兰"),
        ("IS", N_("Iceland"), "冰岛"),
        ("IE", N_("Ireland"), "爱尔兰"),
        ("CH", N_("Switzerland"), "瑞士"),
        ("AT", N_("Austria"), "奥地利"),
        ("PL", N_("Poland"), "波兰"),
        ("CZ", N_("Czechia"), "捷克"),
        ("HU", N_("Hungary"), "匈牙利"),
        ("RO", N_("Romania"), "罗马尼亚"),
        ("BG", N_("Bulgaria"), "保加利亚"),
        ("UA", N_("Ukraine"), "乌克兰"),
        ("TR", N_("Türkiye"), "土耳其"),
        ("GR", N_("Greece"), "希腊"),
        ("PT", N_("Portugal"), "葡萄牙"),
        ("LU", N_("Luxembourg"), "卢森堡"),
        ("MX", N_("Mexico"), "墨西哥"),
        ("BR", N_("Brazil"), "巴西"),
        ("AR", N_("Argentina"), "阿根廷"),
        ("CL", N_("Chile"), "智利"),
        ("CO", N_("Colombia"), "哥伦比亚"),
        ("ZA", N_("South Africa"), "南非"),
        ("AE", N_("United Arab Emirates"), "阿联酋"),
        ("IL", N_("Israel"), "以色列"),
        ("IR", N_("Iran"), "伊朗"),
        ("TH", N_("Thailand"), "泰国"),
        ("VN", N_("Vietnam"), "越南"),
        ("SG", N_("Singapore"), "新加坡"),
        ("MY", N_("Malaysia"), "马来西亚"),
        ("PH", N_("Philippines"), "菲律宾"),
        ("ID", N_("Indonesia"), "印度尼西亚"),
        ("KZ", N_("Kazakhstan"), "哈萨克斯坦"),
        ("MN", N_("Mongolia"), "蒙古"),
        ("KH", N_("Cambodia"), "柬埔寨"),
        ("NP", N_("Nepal"), "尼泊尔"),
    ]
)

LANGUAGES = _vocabulary(
    [
        ("zxx", N_("Silent"), "默片 无对白 无声"),
        ("zh", N_("Chinese (Mandarin)"), "汉语普通话 普通话 国语 汉语 中文 华语"),
        ("yue", N_("Cantonese"), "粤语 广东话 汉语粤语"),
        ("nan", N_("Min Nan"), "闽南语 台语"),
        ("zh-dialect", N_("Chinese (other dialect)"), "汉语方言 方言 四川话 陕西话 上海话 河南话 东北话"),
        ("bo", N_("Tibetan"), "藏语"),
        ("mn", N_("Mongolian"), "蒙语 蒙古语"),
        ("ug", N_("Uyghur"), "维吾尔语 维语"),
        ("en", N_("English"), "英语"),
        ("ja", N_("Japanese"), "日语"),
        ("ko", N_("Korean"), "韩语 朝鲜语"),
        ("fr", N_("French"), "法语"),
        ("de", N_("German"), "德语"),
        ("ru", N_("Russian"), "俄语"),
        ("es", N_("Spanish"), "西班牙语"),
        ("it", N_("Italian"), "意大利语"),
        ("pt", N_("Portuguese"), "葡萄牙语"),
        ("hi", N_("Hindi"), "印地语 北印度语"),
        ("ta", N_("Tamil"), "泰米尔语"),
        ("te", N_("Telugu"), "泰卢固语"),
        ("th", N_("Thai"), "泰语"),
        ("vi", N_("Vietnamese"), "越南语"),
        ("ar", N_("Arabic"), "阿拉伯语"),
        ("fa", N_("Persian"), "波斯语"),
        ("he", N_("Hebrew"), "希伯来语"),
        ("tr", N_("Turkish"), "土耳其语"),
        ("pl", N_("Polish"), "波兰语"),
        ("sv", N_("Swedish"), "瑞典语"),
        ("da", N_("Danish"), "丹麦语"),
        ("no", N_("Norwegian"), "挪威语"),
        ("fi", N_("Finnish"), "芬兰语"),
        ("is", N_("Icelandic"), "冰岛语"),
        ("nl", N_("Dutch"), "荷兰语"),
        ("uk", N_("Ukrainian"), "乌克兰语"),
        ("ur", N_("Urdu"), "乌尔都语"),
        ("la", N_("Latin"), "拉丁语"),
    ]
)

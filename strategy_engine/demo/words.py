"""The words that the bank's people, places and products are made of; weights are parts of their sum."""

from typing import NamedTuple


class City(NamedTuple):
    """A city with outlets; `share` is its part of them, `region` the first digits of invented identity cards."""

    name: str
    lat: float
    lon: float
    share: int
    region: int


# Regions beginning with 99 are assigned to no place, so that no invented card is a living person's.
CITIES = (
    City("上海", 31.2304, 121.4737, 16, 990101),
    City("北京", 39.9042, 116.4074, 14, 990102),
    City("深圳", 22.5431, 114.0579, 13, 990103),
    City("广州", 23.1291, 113.2644, 11, 990104),
    City("杭州", 30.2741, 120.1551, 9, 990105),
    City("成都", 30.5728, 104.0668, 8, 990106),
    City("南京", 32.0603, 118.7969, 7, 990107),
    City("武汉", 30.5928, 114.3055, 6, 990108),
    City("西安", 34.3416, 108.9398, 5, 990109),
    City("青岛", 36.0671, 120.3826, 4, 990110),
    City("长沙", 28.2282, 112.9388, 4, 990111),
    City("厦门", 24.4798, 118.0894, 3, 990112),
)

OUTLET_NAMES = (
    "人民路",
    "中山路",
    "解放路",
    "建设路",
    "和平路",
    "新华路",
    "高新区",
    "滨江",
    "东湖",
    "南门",
    "西郊",
    "北站",
    "体育中心",
    "科技园",
    "大学城",
    "金融街",
    "湖畔",
    "开发区",
)

SURNAMES = dict(
    zip(
        "王李张刘陈杨黄赵周吴徐孙朱马胡郭林何高梁郑罗宋谢唐韩曹许邓萧冯曾程蔡彭潘袁于董余苏叶吕魏蒋田杜丁沈姜范江傅钟卢汪戴崔任陆",
        [76, 74, 70, 54, 46, 31, 23, 22, 21, 20, 17, 15, 14, 13, 12, 12, 11, 11, 10, 10] + [8] * 20 + [5] * 20,
        strict=True,
    )
)
GIVEN_MALE = "伟强磊军洋勇杰涛明超刚平辉鹏飞波斌宇浩凯健俊帆志文博子轩宏建国华东海龙峰毅亮庆林坤晨阳天泽睿"
GIVEN_FEMALE = "芳娜敏静丽艳娟霞秀英华慧巧美兰凤洁梅琳素云莲真雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉欣雨梦婷怡"

OCCUPATIONS = {
    "office": 26,
    "worker": 18,
    "self_employed": 12,
    "civil_servant": 8,
    "professional": 10,
    "executive": 4,
    "teacher": 6,
    "freelance": 8,
    "homemaker": 5,
    "unstated": 3,
}
EMPLOYEES = ("office", "worker", "civil_servant", "professional", "executive", "teacher")
PAY_FACTOR = {"executive": 2.6, "professional": 1.6, "civil_servant": 1.1, "teacher": 1.05, "office": 1.0, "worker": 0.72}

CARD_MERCHANTS = {
    "grocery": 30,
    "dining": 22,
    "shopping": 18,
    "transport": 10,
    "fuel": 6,
    "travel": 4,
    "medical": 4,
    "education": 3,
    "misc": 3,
}

DEPOSIT_TERMS = (3, 6, 12, 24, 36)  # months
DEPOSIT_RATES = (0.0105, 0.0125, 0.0145, 0.0155, 0.0175)  # a year
WEALTH_PRODUCTS = ("WM-CASH", "WM-STABLE-90", "WM-STABLE-180", "WM-PLUS-360")
WEALTH_DAYS = (0, 90, 180, 360)  # 0 can be redeemed any day
WEALTH_RATES = (0.0165, 0.0225, 0.0248, 0.0272)
FUND_PRODUCTS = ("FD-MONEY", "FD-BOND", "FD-MIXED", "FD-CSI300", "FD-TECH")

MANAGER_GIVEN = ("叶", "安", "宁", "岚", "松", "竹", "晴", "川", "岩", "溪")

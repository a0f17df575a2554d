"""What the common factors of HJ 212-2017 appendix B are called; codes of 2005 and beside it too.

Names only: units are what the device's record says, for devices do not keep to the standard's.
"""

_TABLE = """
a00000 B02 废气 Waste gas
a01001 - 温度 Temperature
a01002 - 湿度 Humidity
a01006 - 气压 Air pressure
a01007 - 风速 Wind speed
a01008 - 风向 Wind direction
a01011 S02 烟气流速 Flue gas velocity
a01012 S03 烟气温度 Flue gas temperature
a01013 S08 烟气压力 Flue gas pressure
a01014 S05 烟气湿度 Flue gas humidity
a05024 O3 臭氧 Ozone
a19001 S01 氧气含量 Oxygen content
a21001 10 氨 Ammonia
a21002 03 氮氧化物 Nitrogen oxides
a21003 - 一氧化氮 Nitric oxide
a21004 - 二氧化氮 Nitrogen dioxide
a21005 04 一氧化碳 Carbon monoxide
a21018 06 氟化物 Fluorides
a21024 08 氯化氢 Hydrogen chloride
a21026 02 二氧化硫 Sulphur dioxide
a21028 05 硫化氢 Hydrogen sulphide
a24088 - 非甲烷总烃 Non-methane hydrocarbons
a25002 - 苯 Benzene
a25003 17 甲苯 Toluene
a25005 18 二甲苯 Xylene
a34001 - 总悬浮颗粒物TSP TSP
a34002 - 可吸入颗粒物PM10 PM10
a34004 - 细颗粒物PM2.5 PM2.5
a34013 01 烟尘 Soot
w00000 B01 污水 Waste water
w01001 001 pH值 pH
w01003 - 浊度 Turbidity
w01009 - 溶解氧 Dissolved oxygen
w01010 - 水温 Water temperature
w01012 003 悬浮物 Suspended solids
w01014 - 电导率 Conductivity
w01017 010 五日生化需氧量 BOD5
w01018 011 化学需氧量 COD
w01019 - 高锰酸盐指数 Permanganate index
w20116 023 总铬 Total chromium
w20117 024 六价铬 Hexavalent chromium
w20119 026 总砷 Total arsenic
w20120 027 总铅 Total lead
w20121 028 总镍 Total nickel
w20122 029 总铜 Total copper
w20123 030 总锌 Total zinc
w21001 065 总氮 Total nitrogen
w21003 060 氨氮 Ammonia nitrogen
w21011 101 总磷 Total phosphorus
LA - A权声级 A-weighted sound level
Leq - 等效声级 Equivalent sound level
Ld - 昼间等效声级 Daytime equivalent sound level
Ln - 夜间等效声级 Night-time equivalent sound level
Ldn - 昼夜等效声级 Day-night equivalent sound level
"""


def _names() -> dict[str, tuple[str, str]]:
    names = {}
    for line in _TABLE.strip().splitlines():
        code, old, zh, en = line.split(maxsplit=3)
        names[code] = names[old] = (zh, en)
    names.pop("-")
    return names


NAMES = _names()

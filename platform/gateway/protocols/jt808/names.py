"""The bits of a location's alarm and status words by name, each with Chinese and English words.

Bits that only JT/T 808-2019 defines are named in older messages too: terminals with the old header
set them, and the older editions reserve them.
"""

import dataclasses
from collections.abc import Iterable


@dataclasses.dataclass(frozen=True, slots=True)
class Named:
    """What a bit stands for: a code for programs, a name in both languages."""

    code: str
    zh: str
    en: str


ALARMS = {
    0: Named("emergency", "紧急报警", "Emergency button pressed"),
    1: Named("overspeed", "超速报警", "Speeding"),
    2: Named("fatigue", "疲劳驾驶", "Driver fatigue"),
    3: Named("danger_warning", "危险预警", "Danger warning"),
    4: Named("gnss_fault", "GNSS 模块故障", "GNSS module fault"),
    5: Named("gnss_antenna_cut", "GNSS 天线未接或被剪断", "GNSS antenna missing or cut"),
    6: Named("gnss_antenna_short", "GNSS 天线短路", "GNSS antenna shorted"),
    7: Named("power_low", "终端主电源欠压", "Main power low"),
    8: Named("power_lost", "终端主电源掉电", "Main power lost"),
    9: Named("display_fault", "终端显示器故障", "Display fault"),
    10: Named("tts_fault", "TTS 模块故障", "Speech module fault"),
    11: Named("camera_fault", "摄像头故障", "Camera fault"),
    12: Named("ic_card_fault", "道路运输证 IC 卡模块故障", "IC card module fault"),
    13: Named("overspeed_warning", "超速预警", "Speeding warning"),
    14: Named("fatigue_warning", "疲劳驾驶预警", "Fatigue warning"),
    15: Named("violation", "违规行驶报警", "Driving against the rules"),
    16: Named("tyre_pressure", "胎压预警", "Tyre pressure warning"),
    17: Named("right_turn_blind_spot", "右转盲区异常报警", "Right-turn blind spot"),
    18: Named("daily_driving_exceeded", "当天累计驾驶超时", "Daily driving time exceeded"),
    19: Named("parking_exceeded", "超时停车", "Parked too long"),
    20: Named("area_crossed", "进出区域", "Area entered or left"),
    21: Named("route_crossed", "进出路线", "Route entered or left"),
    22: Named("section_time", "路段行驶时间不足或过长", "Section driven too fast or too slowly"),
    23: Named("off_route", "路线偏离报警", "Off route"),
    24: Named("speed_sensor_fault", "车辆 VSS 故障", "Vehicle speed sensor fault"),
    25: Named("fuel_abnormal", "车辆油量异常", "Fuel level abnormal"),
    26: Named("stolen", "车辆被盗", "Vehicle stolen"),
    27: Named("illegal_ignition", "车辆非法点火", "Illegal ignition"),
    28: Named("illegal_movement", "车辆非法位移", "Illegal movement"),
    29: Named("collision", "碰撞报警", "Collision"),
    30: Named("rollover", "侧翻报警", "Rollover"),
    31: Named("illegal_door_opening", "非法开门报警", "Illegal door opening"),
}

# how grave an alarm is: what stands in neither set is about driving
DANGER = {"emergency", "danger_warning", "stolen", "collision", "rollover"}
EQUIPMENT = {ALARMS[bit].code for bit in (*range(4, 13), 24)}

FIXED, SOUTH, WEST, ENCRYPTED = 1 << 1, 1 << 2, 1 << 3, 1 << 5
LOAD_BIT = 8  # and 9: a number of two bits
LOADS = (
    Named("empty", "空车", "Empty"),
    Named("half", "半载", "Half loaded"),
    Named("reserved", "保留", "Reserved"),
    Named("full", "满载", "Fully loaded"),
)

STATUS = {
    0: Named("acc_on", "ACC 开", "Ignition on"),
    1: Named("fixed", "已定位", "Position fixed"),
    2: Named("south", "南纬", "Southern latitude"),
    3: Named("west", "西经", "Western longitude"),
    4: Named("out_of_service", "停运状态", "Out of service"),
    5: Named("encrypted", "经纬度已加密", "Coordinates encrypted"),
    6: Named("front_collision_warning", "前撞预警", "Forward collision warning"),
    7: Named("lane_departure_warning", "车道偏移预警", "Lane departure warning"),
    10: Named("oil_cut", "车辆油路断开", "Fuel line cut"),
    11: Named("power_cut", "车辆电路断开", "Circuit cut"),
    12: Named("doors_locked", "车门加锁", "Doors locked"),
    13: Named("front_door_open", "前门开", "Front door open"),
    14: Named("middle_door_open", "中门开", "Middle door open"),
    15: Named("rear_door_open", "后门开", "Rear door open"),
    16: Named("driver_door_open", "驾驶席门开", "Driver's door open"),
    17: Named("other_door_open", "自定义门开", "Other door open"),
    18: Named("gps", "使用 GPS 定位", "GPS used"),
    19: Named("beidou", "使用北斗定位", "BeiDou used"),
    20: Named("glonass", "使用 GLONASS 定位", "GLONASS used"),
    21: Named("galileo", "使用 Galileo 定位", "Galileo used"),
    22: Named("moving", "车辆处于行驶状态", "Vehicle moving"),
}


def gravity(alarms: Iterable[str]) -> int:
    """Return the gravest: 0 none, 1 equipment, 2 driving, 3 somebody may be in danger."""
    return max((3 if a in DANGER else 1 if a in EQUIPMENT else 2 for a in alarms), default=0)


def codes(word: int, table: dict[int, Named], passed_over: int = 0) -> tuple[str, ...]:
    """Return the codes of the set bits, `bit_N` for one without a name; some passed over."""
    return tuple(
        table[bit].code if bit in table else f"bit_{bit}"
        for bit in range(32)
        if (word & ~passed_over) >> bit & 1
    )

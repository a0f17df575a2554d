"""Departments and demo people; their password is given by the environment or made once."""

from city import env
from city.demo.frame import Frame
from city.demo.site import Site
from city.launch import credentials
from city.launch.layout import from_environment
from people import actions
from people.models import Department, Role, User

DEPARTMENTS = (
    ("command", "城市运行指挥中心", "City Operations Command Centre"),
    ("emergency", "应急管理局", "Emergency Management Bureau"),
    ("flood", "防汛抗旱指挥部办公室", "Flood Control Headquarters Office"),
    ("city_management", "城市管理局", "Urban Management Bureau"),
    ("water", "水利局", "Water Resources Bureau"),
    ("drainage", "排水管理中心", "Drainage Management Centre"),
    ("environment", "生态环境局", "Ecology and Environment Bureau"),
    ("meteorology", "气象局", "Meteorological Bureau"),
    ("police", "公安局交通管理支队", "Traffic Police Division"),
    ("fire", "消防救援支队", "Fire and Rescue Division"),
    ("health", "卫生健康委员会", "Health Commission"),
    ("transport", "交通运输局", "Transport Bureau"),
    ("planning", "自然资源和规划局", "Natural Resources and Planning Bureau"),
    ("parks", "园林局", "Parks Bureau"),
    ("education", "教育局", "Education Bureau"),
    ("civil_affairs", "民政局", "Civil Affairs Bureau"),
    ("sanitation", "环境卫生管理中心", "Sanitation Centre"),
    ("lighting", "照明管理中心", "Street Lighting Centre"),
    ("power", "供电公司", "Power Supply Company"),
    ("gas", "燃气公司", "Gas Company"),
    ("telecom", "通信管理办公室", "Telecommunications Office"),
)
_PEOPLE = (
    ("dispatcher", Role.DISPATCHER, "command", "李调度", "Li, dispatcher"),
    ("inspector", Role.INSPECTOR, "city_management", "王巡查", "Wang, inspector"),
    ("planner", Role.PLANNER, "planning", "张规划", "Zhang, planner"),
    ("supervisor", Role.SUPERVISOR, "command", "赵督导", "Zhao, supervisor"),
    ("responder", Role.RESPONDER, "drainage", "孙处置", "Sun, responder"),
    ("admin", Role.ADMIN, "command", "系统管理员", "Administrator"),
)


def enrol(frame: Frame, site: Site) -> tuple[int, int]:
    """Found departments and enrol the people who are missing; returns how many of each.

    Everybody answers for the whole city, the inspector for its most populous centre district.
    """
    founded = {row[0]: _found(*row) for row in DEPARTMENTS}
    password = demo_password()
    known = set(User.objects.values_list("username", flat=True))
    district = max(site.centre, key=frame.count)
    missing = [row for row in _PEOPLE if row[0] not in known]
    for username, role, department, zh, en in missing:
        actions.enrol(
            username,
            role,
            password=password,
            areas=[district if role == Role.INSPECTOR else frame.prefix],
            department=founded[department],
            name_zh=zh,
            name_en=en,
            simulated=True,
        )
    return len(founded), len(missing)


def _found(code: str, zh: str, en: str) -> Department:
    return actions.found(code, zh, en, simulated=True)


def demo_password() -> str:
    """Return ZHIHUI_DEMO_PASSWORD, or the one kept under ZHIHUI_DATA, made at first use."""
    given = env.text("ZHIHUI_DEMO_PASSWORD")
    return given or credentials.ensure(from_environment(), "demo_password", credentials.password())

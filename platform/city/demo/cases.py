"""Open cases in different steps, taken there by their actions; simulated like all the rest."""

import datetime
import io
from collections.abc import Iterator

import numpy as np
import shapely
from PIL import Image, ImageDraw, ImageFilter

from city.demo.ground import Ground
from core import clock
from people import may
from people.models import Role, User
from places import divisions
from urban import actions, intake, kind, legality, photos
from urban.asked import Act
from urban.intake import Filing
from urban.models import Case, Source

ACTOR = "demo_city"
_REACH = 0.3  # of the town's radius
_ROAD = (96, 99, 104)

# kind, code, condition, source, hours since the report, words, steps with what they bring along
_STORIES: tuple[tuple[str, str, str, Source, float, str, tuple[str, ...]], ...] = (
    ("matter", "06010", "heap", Source.INSPECTOR, 1.2, "人行道边一堆建筑垃圾", ()),
    ("matter", "09011", "blocking", Source.PUBLIC, 0.6, "共享单车把盲道占满了", ()),
    ("matter", "10999", "deep", Source.HOTLINE, 0.3, "桥下积水，车过不去", ()),
    ("part", "01003", "missing", Source.INSPECTOR, 5.0, "快车道井盖移位，车辆绕行",
     ("accept", "register", "dispatch", "handle")),
    ("part", "01003", "missing", Source.HOTLINE, 2.0, "井盖不见了，小孩差点掉进去",
     ("send_verify",)),
    ("matter", "06013", "pothole", Source.PUBLIC, 30.0, "路口有个大坑", ("verify", "accept")),
    ("part", "01004", "blocked", Source.INSPECTOR, 3.0, "雨水箅子被落叶堵住",
     ("accept", "register")),
    ("matter", "08004", "dust", Source.PUBLIC, 26.0, "工地不盖网，灰很大",
     ("verify", "accept", "register", "dispatch")),
    ("part", "01037", "out", Source.INSPECTOR, 50.0, "连续三盏路灯不亮",
     ("accept", "register", "dispatch", "handle")),
    ("part", "04002", "fallen", Source.INSPECTOR, 5.2, "大风后树枝横在慢车道",
     ("accept", "register", "dispatch", "handle")),
    ("matter", "06030", "leak", Source.INSPECTOR, 9.5, "井口污水外溢",
     ("accept", "register", "dispatch", "handle")),
    ("matter", "07003", "unlicensed", Source.INSPECTOR, 70.0, "楼顶广告牌未经批准",
     ("accept", "register", "dispatch", "hang")),
    ("matter", "06010", "lying", Source.INSPECTOR, 6.0, "绿化带里散落垃圾",
     ("accept", "register", "dispatch", "answer")),
    ("part", "01003", "damaged", Source.INSPECTOR, 28.0, "井盖碎裂",
     ("accept", "register", "dispatch", "answer", "send_check")),
    ("matter", "09011", "heap", Source.INSPECTOR, 27.0, "地铁口单车成堆",
     ("accept", "register", "dispatch", "answer", "check")),
)  # fmt: skip
_WORDS = {"answer": "已处置完毕，现场恢复", "hang": "等待拆除作业窗口期"}
_OUTCOMES = {"verify": "found", "check": "passed"}


def open_cases(ground: Ground) -> int:
    """Open the cases afresh along the inner streets; returns how many."""
    actions.remove_simulated(ACTOR)
    divisions.forget()
    rng, now = ground.rng("cases"), clock.now()
    people = {user.role: may.of_user(user) for user in User.objects.filter(simulated=True)}
    for story, spot in zip(_STORIES, _spots(ground, rng), strict=False):
        _live(story, spot, people, now, rng)
    return len(_STORIES)


def _spots(ground: Ground, rng: np.random.Generator) -> Iterator[tuple[float, float]]:
    """Yield points on inner streets, in degrees."""
    shapes = ground.streets.shapes
    middle = shapely.get_coordinates(shapely.line_interpolate_point(shapes, 0.4, normalized=True))
    inner = np.flatnonzero(np.hypot(*middle.T) < _REACH * ground.site.radius)
    chosen = rng.permutation(inner)[: len(_STORIES)]
    yield from map(tuple, ground.site.plane.degrees(middle[chosen]).tolist())


def _live(
    story: tuple[str, str, str, Source, float, str, tuple[str, ...]],
    spot: tuple[float, float],
    people: dict[str, may.Rights],
    now: datetime.datetime,
    rng: np.random.Generator,
) -> None:
    """Report a case some hours ago and take its steps, spread over the time since."""
    of_kind, code, condition, source, hours, words, steps = story
    begun = now - datetime.timedelta(hours=hours)
    inspector = people[Role.INSPECTOR]
    with clock.fixed(begun):
        filing = Filing(
            kind=kind.find(of_kind, code),
            spot=intake.spot(*spot),
            source=source,
            at=begun,
            rights=inspector if source == Source.INSPECTOR else may.NOBODY,
            condition=condition,
            words=words,
            photos=(picture(rng),) if source != Source.HOTLINE else (),
            simulated=True,
        )
        case, _ = actions.report(filing)
    for number, step in enumerate(steps, start=1):
        with clock.fixed(begun + (now - begun) * 0.6 * number / (len(steps) + 1)):
            asked = Act(
                step,
                outcome=_OUTCOMES.get(step, ""),
                words=_WORDS.get(step, ""),
                photos=(picture(rng),) if step == "answer" else (),
            )
            case = actions.act(case.pk, asked, _whose(step, case, people))


def _whose(step: str, case: Case, people: dict[str, may.Rights]) -> may.Rights:
    """Return who sits at a step's post; where no demo person does, the supervisor."""
    if step in ("verify", "check"):
        found = people[Role.INSPECTOR]
        return found if may.may(found, "case.inspect", case.scope) else people[Role.SUPERVISOR]
    if step in ("handle", "answer"):
        own = legality.department_of(people[Role.RESPONDER])
        given = case.department.code if case.department else None
        return people[Role.RESPONDER if given == own else Role.SUPERVISOR]
    return people[Role.DISPATCHER]


def picture(rng: np.random.Generator) -> photos.Picture:
    """Draw a street scene, plainly no photograph: a stand-in that says nothing false."""
    image = Image.new("RGB", (960, 720), (188, 201, 210))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 300, 960, 720), fill=_ROAD)
    pen.polygon([(0, 470), (960, 380), (960, 430), (0, 540)], fill=(168, 164, 156))
    for left in range(-40, 960, 190):
        pen.polygon(
            [(left, 640), (left + 100, 628), (left + 104, 640), (left + 4, 652)], fill="white"
        )
    for _ in range(int(rng.integers(9, 16))):
        x, y, size = (float(rng.integers(*span)) for span in ((330, 640), (380, 520), (14, 60)))
        shade = int(rng.integers(60, 190))
        colour = (shade, int(shade * 0.9), int(shade * rng.uniform(0.5, 0.9)))
        pen.ellipse((x - size, y - size * 0.5, x + size, y + size * 0.5), fill=colour)
    image = image.filter(ImageFilter.GaussianBlur(1.4))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 676, 960, 720), fill=(20, 28, 38))
    pen.text((16, 684), "SIMULATED", fill="white", font_size=24)
    out = io.BytesIO()
    image.save(out, "JPEG")
    out.seek(0)
    return photos.read(out)

/** The texts of terrain: profile and analyses. */

/** @type {Record<string, [string, string]>} */
const WORDS = {
  "terrain.title.short": ["地形", "Terrain"],
  "terrain.profile.short": ["剖面", "Profile"],
  "terrain.title": ["地形分析", "Terrain analysis"],
  "terrain.kind": ["分析", "Analysis"],
  "terrain.run": ["开始分析", "Analyse"],
  "terrain.another": ["再做一次分析", "Another analysis"],
  "terrain.name": ["成果名称（可不填）", "Name of the result (if wanted)"],
  "terrain.point.pick": ["指定点", "Show the point"],
  "terrain.point.ask": ["在地图上指出分析的起点", "Show the point to start from"],
  "terrain.point.none": ["尚未指定", "not shown yet"],
  "terrain.area.pick": ["限定范围", "Limit to an area"],
  "terrain.area.ask": ["画出要分析的范围", "Draw the area to analyse"],
  "terrain.area.none": ["不限（按分析所需）", "none: what the analysis needs"],
  "terrain.area.given": ["所画区域的外接矩形", "the box round the drawn area"],
  "terrain.drop": ["去掉", "Drop"],
  "terrain.latest": ["最近的分析", "Latest analyses"],
  "terrain.none": ["还没有做过分析", "Nothing has been analysed yet"],
  "terrain.numbers": ["参数", "Asked with"],
  "terrain.figures": ["结果", "Figures"],
  "terrain.model": ["高程模型", "Elevation model"],
  "terrain.cancel": ["取消分析", "Cancel the analysis"],
  "terrain.doing.reading": ["读取高程", "reading heights"],
  "terrain.doing.reckoning": ["计算", "reckoning"],
  "terrain.doing.draining": ["计算汇流", "draining"],
  "terrain.doing.flooding": ["计算淹没", "flooding"],
  "terrain.doing.storing": ["入库", "storing"],
  "terrain.model.none": ["没有可用的高程模型", "No elevation model holds anything yet"],
  "terrain.profile": ["剖面", "Profile"],
  "terrain.profile.ask": ["画出剖面线", "Draw the line of the profile"],
  "terrain.profile.again": ["另画一条", "Another line"],
  "terrain.profile.point": ["指向图上任意处，地图显示其位置", "Point at the chart: the map shows the place"],
  "terrain.profile.at": ["距起点 {distance}，高程 {height}", "{distance} from the start, height {height}"],
  "terrain.lowest": ["最低", "Lowest"],
  "terrain.highest": ["最高", "Highest"],
  "terrain.climb": ["累计上升 / 下降", "Climb / descent"],
  "terrain.steepest": ["最大坡度", "Steepest"],
  "terrain.keys": ["地形", "Terrain"],
  "terrain.keys.profile": ["画剖面", "draw a profile"],
  "terrain.keys.analyse": ["地形分析", "analyse the terrain"],
  "terrain.usage.profile": ["pf：画地形剖面", "pf: a profile of the ground"],
  "terrain.usage.analyse": ["te：地形分析", "te: analyse the terrain"],
};

/** @param {0|1} at */
const side = (at) => Object.fromEntries(Object.entries(WORDS).map(([key, both]) => [key, both[at]]));

export const terrainWords = { zh: side(0), en: side(1) };

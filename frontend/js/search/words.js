/** The texts of the search, in both languages. */

const zh = {
  "search.open": "查找",
  "search.label": "查找地名、道路、部件、单位、案件",
  "search.placeholder": "地名、拼音、首字母或编码",
  "search.hits": "查找结果",
  "search.hint": "输入名称、拼音（huayuanlu）、首字母（hyl）或编码开头；错一两个字也能找到",
  "search.wait": "查找中…",
  "search.found": "找到 {count} 条，越靠近地图中心越靠前",
  "search.nearly": "没有完全相符的，以下 {count} 条与“{typed}”相近",
  "search.nothing": "没有找到“{typed}”",
  "search.failed": "查找失败：{why}",
  "search.gone": "这一条已不在查找结果中",
  "search.show": "在地图上看",
  "search.kind": "类别",
  "search.division": "所在区划",
  "search.code": "编码",
  "search.place": "纬度，经度",
  "search.facts": "属性",
  "search.keys": "查找",
  "search.keys.open": "按名称、拼音或编码查找",
};

const en = {
  "search.open": "Search",
  "search.label": "Search places, streets, parts, units, cases",
  "search.placeholder": "Name, pinyin, first letters or code",
  "search.hits": "What was found",
  "search.hint": "Type a name, pinyin (huayuanlu), first letters (hyl) or how a code begins; one or two errors do no harm",
  "search.wait": "Searching…",
  "search.found": "{count} found, nearer to the map's middle first",
  "search.nearly": "Nothing is called exactly so; these {count} are like “{typed}”",
  "search.nothing": "Nothing found for “{typed}”",
  "search.failed": "The search failed: {why}",
  "search.gone": "This is no longer among what was found",
  "search.show": "Show on the map",
  "search.kind": "Kind",
  "search.division": "Division",
  "search.code": "Code",
  "search.place": "Latitude, longitude",
  "search.facts": "Properties",
  "search.keys": "Search",
  "search.keys.open": "by name, pinyin or code",
};

export const words = { zh, en };

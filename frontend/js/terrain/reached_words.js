/** The texts of whom and what an analysis reaches. */

import { bothOf } from "../ui/both.js";

/** @type {Record<string, [string, string]>} */
const WORDS = {
  "reached.title": ["影响到谁、影响到什么", "Who and what it reaches"],
  "reached.level": ["水位（m，模型高程）", "Level (m, the model's heights)"],
  "reached.buildings": ["建筑图层", "Layer of the buildings"],
  "reached.ask": ["查询受影响对象", "What it reaches"],
  "reached.depths": ["逐栋计算水深", "Depth at each building"],
  "reached.depths.what": ["逐栋建筑按外墙处地面计算水深，成果为可设样式、可导出的图层", "the level over the ground at each outline; becomes a layer to style and export"],
  "reached.size": ["范围面积", "Ground"],
  "reached.people": ["常在人数", "People usually inside"],
  "reached.people.estimate": ["{n}（估算）", "{n} (estimate)"],
  "reached.people.some": ["{n}（估算，另有 {unknown} 栋人数不详）", "{n} (estimate; not known of {unknown} more buildings)"],
  "reached.people.estimate.reckoned": ["{n}（按人均建筑面积 {each} m² 估算）", "{n} (reckoned at {each} m² of floor each)"],
  "reached.people.some.reckoned": ["{n}（按人均建筑面积 {each} m² 估算，另有 {unknown} 栋层数不详）", "{n} (reckoned at {each} m² of floor each; storeys not known of {unknown} more buildings)"],
  "reached.storeys": ["层数字段", "Storeys"],
  "reached.m2_each": ["人均建筑面积（m²）", "Floor space of one (m²)"],
  "reached.m2_each.what": ["此图层没有人数：填写后按 基底面积 × 层数 ÷ 人均建筑面积 估算", "This layer tells no people: with a figure they are reckoned as ground × storeys ÷ floor space of one"],
  "reached.people.unknown": ["不详：{unknown} 栋建筑没有人数", "not known: {unknown} buildings tell none"],
  "reached.people.none": ["0：范围内没有建筑", "0: no building there"],
  "reached.layers": ["按图层", "By layer"],
  "reached.zones": ["按区县、街道", "By district and street"],
  "reached.zone": ["单元", "Zone"],
  "reached.sites": ["学校、医院等", "Schools, hospitals and the like"],
  "reached.nothing": ["范围内没有任何图层的要素", "No layer has anything there"],
  "reached.wet": ["受淹建筑", "Buildings in water"],
  "reached.looked": ["查看的建筑", "Buildings looked at"],
  "reached.deepest": ["最大水深", "Deepest"],
  "reached.by_depth": ["水深 {depth}", "{depth} of water"],
  "reached.km": ["{n}（{km} km）", "{n} ({km} km)"],
  "terrain.against": ["与之比较的模型", "Compared with"],
  "terrain.against.none": ["需要先导入第二个高程模型", "import a second elevation model first"],
  "terrain.doing.outlines": ["计算建筑水深", "looking at buildings"],
};

export const reachedWords = bothOf(WORDS);

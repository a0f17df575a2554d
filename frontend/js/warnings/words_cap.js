/** CAP's own words as people read them; the message itself has the standard's spelling. */

const zh = {
  Immediate: "立即",
  Expected: "很快",
  Future: "近期",
  Past: "已过",
  Extreme: "特别严重",
  Severe: "严重",
  Moderate: "较重",
  Minor: "一般",
  Observed: "已发生",
  Likely: "很可能",
  Possible: "可能",
  Unlikely: "不大可能",
  Unknown: "未知",
  Geo: "地质",
  Met: "气象",
  Safety: "公共安全",
  Security: "治安",
  Rescue: "救援",
  Fire: "火灾",
  Health: "卫生",
  Env: "环境",
  Transport: "交通",
  Infra: "基础设施",
  CBRNE: "危化核生",
  Other: "其他",
  Shelter: "就地避险",
  Evacuate: "转移",
  Prepare: "做好准备",
  Execute: "按预案行动",
  Avoid: "避开",
  Monitor: "关注信息",
  Assess: "评估",
  AllClear: "解除",
  None: "无须行动",
};

const en = {
  ...Object.fromEntries(Object.keys(zh).map((word) => [word, word])),
  AllClear: "All clear",
};

/** @param {Record<string, string>} words @returns {Record<string, string>} */
const keyed = (words) =>
  Object.fromEntries(
    Object.entries(words).map(([word, text]) => [`warnings.cap_word.${word}`, text]),
  );

export const capWords = { zh: keyed(zh), en: keyed(en) };

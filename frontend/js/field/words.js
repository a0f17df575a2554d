/** Texts of the phone pages: both languages side by side, so that neither can be missing. */

/** @typedef {Record<string, [zh: string, en: string]>} Words */

/** @type {Words} what every phone page says */
const SHARED = {
  online: ["在线", "Online"],
  offline: ["离线", "Offline"],
  sending: ["正在发送…", "Sending…"],
  close: ["关闭", "Close"],
  back: ["返回", "Back"],
  cancel: ["取消", "Cancel"],
  again: ["重试", "Try again"],
  theme: ["深色 / 浅色", "Dark / light"],
  unreachable: ["连不上服务器", "The server cannot be reached"],

  "photo.take": ["拍照", "Take a photo"],
  "photo.more": ["再拍一张", "Another photo"],
  "photo.remove": ["删除第 {n} 张照片", "Remove photo {n}"],
  "photo.nth": ["第 {n} 张照片", "Photo {n}"],
  "photo.bad": ["这个文件不是可读的照片，请重新拍摄。", "That file is no photo that can be read. Take another one."],
  "photo.unkept": [
    "照片没能存到手机（空间不足？），发送前请勿离开本页。",
    "The photo could not be kept on this phone (no space?). Do not leave this page before sending.",
  ],
  "photo.full": ["最多 {n} 张照片", "At most {n} photos"],

  "place.here": ["我的位置", "My position"],
  "place.use": ["使用此位置", "Use this place"],
  "place.in": ["放大", "Zoom in"],
  "place.out": ["缩小", "Zoom out"],
  "place.pick": ["在地图上选位置", "Choose the place on the map"],
  "place.adjust": ["调整位置", "Adjust"],
  "place.title": ["位置", "Place"],
  "place.hint": ["拖动地图，让十字对准地点；也可轻触地点。", "Move the map until the cross stands on the place, or tap the place."],
  "place.asking": ["正在定位…", "Finding your position…"],
  "place.denied": ["未获定位权限，请在地图上选位置", "No permission to locate: choose the place on the map"],
  "place.missing": ["暂时无法定位，请在地图上选位置", "No position yet: choose the place on the map"],
  "place.gps": ["定位精度 ±{m} 米", "GPS, ±{m} m"],
  "place.poor": ["定位精度 ±{m} 米，请核对位置", "GPS, ±{m} m: check the place"],
  "place.hand": ["已在地图上选定", "Chosen on the map"],
  "place.outside": ["此处在本市范围之外", "This place is outside the city"],
  "place.no_map": ["地图暂时打不开，联网后自动显示", "The map is not here yet; it comes with the network"],
  "place.no_tiles": ["离线地图：街道可能缺失", "Offline map: streets may be missing"],

  "banner.sign_in": ["登录已过期。记录都在手机里，登录后继续发送。", "You were signed out. Everything is on the phone; sign in and it is sent."],
  "banner.sign_in_do": ["登录", "Sign in"],
  "banner.renewed": ["新版本已就绪", "A new version is ready"],
  "banner.renewed_do": ["更新", "Update"],
  "banner.plain": ["此地址不是 HTTPS：手机不允许定位，断网也不可用。", "This address is not HTTPS: the phone allows no position and nothing works without a network."],
  "banner.first": ["首次使用请先联网登录。", "Sign in with a network the first time."],
  "menu.title": ["设置", "Settings"],
  "menu.who": ["当前用户", "Signed in"],
  "menu.language": ["English", "中文"],
  "menu.install": ["安装到手机桌面", "Put it on the home screen"],
  "menu.out": ["退出登录", "Sign out"],
  "menu.out_owed": ["还有 {n} 条未发送，退出后仍保留在本机。", "{n} records are not sent yet; they stay on this phone."],
  "menu.offline_yes": ["断网可用：是", "Works without a network: yes"],
  "menu.offline_no": ["断网可用：否（请联网打开一次）", "Works without a network: not yet (open it once with a network)"],
  "menu.version": ["版本 {version}", "Version {version}"],

  "severity.1": ["红色", "Red"],
  "severity.2": ["橙色", "Orange"],
  "severity.3": ["黄色", "Yellow"],
  "severity.4": ["蓝色", "Blue"],

  "away.here": ["就在附近", "Right here"],
  "away.there": ["{wind}方 {distance}", "{distance} {wind}"],
  "wind.0": ["北", "north"],
  "wind.1": ["东北", "north-east"],
  "wind.2": ["东", "east"],
  "wind.3": ["东南", "south-east"],
  "wind.4": ["南", "south"],
  "wind.5": ["西南", "south-west"],
  "wind.6": ["西", "west"],
  "wind.7": ["西北", "north-west"],
};

/** @type {Words} */
const known = { ...SHARED };

/** @type {"zh"|"en"} */
let language = "zh";

/** @param {Words} words what a page says besides */
export function teach(words) {
  Object.assign(known, words);
}

/** @param {"zh"|"en"} chosen */
export function speak(chosen) {
  language = chosen;
}

export function spoken() {
  return language;
}

/** A text in the reader's language; {name} is filled in. A key that nobody knows shows itself.
 * @param {string} key @param {Record<string, string|number>} [values] */
export function say(key, values = {}) {
  const text = known[key]?.[language === "zh" ? 0 : 1] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
}

/** @param {string} key */
export function knows(key) {
  return Object.hasOwn(known, key);
}

/** One of the two names that data carry: named("name", kind) reads name_zh or name_en.
 * @param {string} field @param {Record<string, any>|null|undefined} of @returns {string} */
export function named(field, of) {
  const other = language === "zh" ? "en" : "zh";
  return of?.[`${field}_${language}`] || of?.[`${field}_${other}`] || "";
}

/** The sentence of a refusal (RFC 9457) in the reader's language.
 * @param {Record<string, any>|null|undefined} problem */
export function sentence(problem) {
  return (language === "zh" && problem?.detail_zh) || problem?.detail || say("unreachable");
}

export const shared = SHARED;

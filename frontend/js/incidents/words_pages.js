/** The texts of the printed report. */

export const pages = {
  zh: {
    "incidents.page.unknown": "没有此报告",
    "incidents.page.back": "返回指挥台",
    "incidents.page.sealed": "依据事件日志自动生成，内容摘要已写入日志",
  },
  en: {
    "incidents.page.unknown": "No such report",
    "incidents.page.back": "Back to the console",
    "incidents.page.sealed": "Made from the log; its digest stands in the log",
  },
};

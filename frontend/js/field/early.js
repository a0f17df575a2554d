/** Before the first paint: the theme and language of this browser, on a page that was kept. */

{
  const cookie = (/** @type {string} */ name) =>
    new RegExp(`(?:^|;\\s*)${name}=([^;]+)`).exec(document.cookie)?.[1];
  const theme = cookie("zhihui_theme");
  const language = cookie("django_language");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  if (language) document.documentElement.lang = language.startsWith("en") ? "en" : "zh-CN";
}

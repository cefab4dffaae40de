// Everything the page says, in the language of the person: catalogues in messages/, chosen by browser or switch.

const LANGUAGES = ["zh-CN", "en"];
const KEPT = "kefu.language";
let language = "zh-CN";
let catalogue = {};

function preferred() {
  const kept = localStorage.getItem(KEPT);
  if (LANGUAGES.includes(kept)) return kept;
  const first = (navigator.languages ?? [navigator.language]).find((one) => /^(zh|en)\b/.test(one));
  return first?.startsWith("en") ? "en" : "zh-CN";
}

/** Load the catalogue of `wanted`, or of the browser's language, and say everything on the page anew. */
export async function speak(wanted = preferred()) {
  catalogue = await (await fetch(`/assets/messages/${wanted}.json`)).json();
  language = wanted;
  document.documentElement.lang = wanted;
  for (const one of document.querySelectorAll("[data-t]")) one.textContent = t(one.dataset.t);
  for (const one of document.querySelectorAll("[data-t-label]")) one.setAttribute("aria-label", t(one.dataset.tLabel));
  for (const one of document.querySelectorAll("[data-language]")) {
    one.setAttribute("aria-pressed", String(one.dataset.language === wanted));
  }
}

/** Switch to `wanted`, and remember it. */
export async function switchTo(wanted) {
  localStorage.setItem(KEPT, wanted);
  await speak(wanted);
}

export const spoken = () => language;

/** The text of `key` with `{names}` filled in; an unknown key shows itself. */
export function t(key, values = {}) {
  return (catalogue[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/** Whether the catalogue has words for `key`. */
export const knows = (key) => key in catalogue;

/** A span of time in words that fit on a card: 04:12, 3:04:12, 2 d 3 h. */
export function span(seconds) {
  const whole = Math.max(0, Math.floor(Math.abs(seconds)));
  const [days, hours, minutes, rest] = [
    Math.floor(whole / 86400), Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60, whole % 60,
  ];
  const two = (number) => String(number).padStart(2, "0");
  if (days) return t("span.days", { days, hours });
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${two(minutes)}:${two(rest)}`;
}

/** The time of day of an instant. */
export function clock(instant) {
  return new Date(instant).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
}

/** Why an agent was chosen, from a code of routing: `skill:billing:4`, `load:0/3`, `idle:120`. */
export function why(code) {
  const [kind, first, second] = code.split(":");
  if (kind === "language") return t("why.language", { language: t(`language.${first}`) });
  if (kind === "idle") return t("why.idle", { span: span(Number(first)) });
  return knows(`why.${kind}`) ? t(`why.${kind}`, { first, second }) : code;
}

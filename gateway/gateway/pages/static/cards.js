// What a ticket looks like. Text goes in as textContent only, whatever it says.

import { get } from "./api.js";
import { deadline, place } from "./state.js";
import { clock, knows, span, spoken, t, why } from "./words.js";

/** An element with a class and a text. */
export function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

/** `#12`, or a dash while the number is not known yet. */
export const numberOf = (ticket) => (ticket.number ? `#${ticket.number}` : "#…");

const agentName = (ticket) => ticket.agent?.name ?? t("somebody");

/** A ticket on the board; opened, it shows its whole way. */
export class Card {
  constructor(ticket) {
    this.ticket = ticket;
    this.root = element("details", "card fresh");
    this.root.dataset.id = ticket.id;
    this.summary = element("summary");
    this.trail = element("div", "trail");
    this.root.append(this.summary, this.trail);
    this.root.addEventListener("toggle", () => this.#showTrail());
    this.update();
  }

  /** Show what is known now. */
  update() {
    const { ticket } = this;
    this.root.className = `card ${ticket.priority ?? ""} ${this.root.classList.contains("fresh") ? "fresh" : ""}`;
    this.due = element("span", "due");
    this.dueText = element("span");
    this.bar = element("span", "bar");
    this.due.append(this.dueText, this.bar);
    const top = element("span", "card-top");
    top.append(element("span", "number", numberOf(ticket)), ...badges(ticket));
    const parts = [top, element("span", "subject", ticket.subject ?? ""), ...this.#about(), ...facts(ticket), this.due];
    this.summary.replaceChildren(...parts);
    this.tick(Date.now());
    if (this.root.open) this.#showTrail();
  }

  /** Let the deadline count down. */
  tick(now) {
    const due = deadline(this.ticket);
    this.due.hidden = !due;
    if (!due) return;
    if (due.stands) {
      this.dueText.textContent = t("due.stands");
      this.due.className = "due stands";
      return;
    }
    const end = Date.parse(due.at);
    const left = (end - now) / 1000;
    this.dueText.textContent = t(left < 0 ? "due.late" : "due.left", { what: t(`due.${due.what}`), span: span(left) });
    this.due.className = `due ${left < 0 ? "late" : left < 300 ? "soon" : ""}`;
    const used = (now - Date.parse(due.from)) / (end - Date.parse(due.from));
    this.bar.style.setProperty("--used", `${Math.round(100 * Math.min(1, Math.max(0, used || 0)))}%`);
  }

  #about() {
    const { customer, tier, topic } = this.ticket;
    const line = element("span", "about");
    if (customer) line.append(element("span", "customer", customer));
    if (tier && tier !== "standard") line.append(element("span", `tier ${tier}`, t(`tier.${tier}`)));
    if (topic) line.append(element("span", "topic", topic));
    return line.childNodes.length ? [line] : [];
  }

  async #showTrail() {
    if (!this.root.open) return;
    if (!this.trail.childNodes.length) this.trail.append(element("p", "quiet", t("trail.loading")));
    try {
      const steps = await get(`/v1/tickets/${this.ticket.id}/events?limit=50`, { "accept-language": spoken() });
      this.trail.replaceChildren(element("h3", "", t("trail")), trailOf(steps.items));
    } catch {
      this.trail.replaceChildren(element("p", "quiet", t("trail.failed")));
    }
  }
}

function trailOf(steps) {
  const list = element("ol");
  for (const step of steps) {
    const line = element("li");
    const at = element("time", "", clock(step.at));
    at.dateTime = step.at;
    line.append(at, element("span", "", step.text ?? step.type));
    list.append(line);
  }
  return list;
}

function badges(ticket) {
  const made = [];
  if (ticket.priority && ticket.priority !== "normal") {
    made.push(element("span", `badge ${ticket.priority}`, t(`priority.${ticket.priority}`)));
  }
  if (ticket.language) made.push(element("span", "badge plain", t(`language.${ticket.language}`)));
  return made;
}

function facts(ticket) {
  return [whereTo(ticket), whySo(ticket), article(ticket), reply(ticket), rating(ticket), recovery(ticket)].filter(Boolean);
}

function whereTo(ticket) {
  const at = place(ticket);
  if (at === "waiting") return ticket.hold ? element("span", "hold", holdText(ticket.hold)) : null;
  if (at === "offered") return element("span", "agent", t("offered.to", { agent: ticket.offer.agent }));
  if (at === "agent") return element("span", "agent", t("with", { agent: agentName(ticket) }));
  return ticket.agent ? element("span", "agent done", t("done.by", { agent: agentName(ticket) })) : null;
}

const holdText = (hold) => hold.text?.[spoken().slice(0, 2)] ?? hold.code ?? "";

function whySo(ticket) {
  if (!ticket.why?.length || place(ticket) === "waiting" || place(ticket) === "done") return null;
  const line = element("span", "why");
  line.append(element("span", "hidden", t("because")));
  for (const code of ticket.why) line.append(element("span", "chip", why(code)));
  return line;
}

function article(ticket) {
  if (!ticket.articles || place(ticket) === "done") return null;
  const [best] = ticket.articles;
  return labelled("article", t(best?.likely === false ? "article.near" : "article"), best ? best.title : t("article.none"));
}

function reply(ticket) {
  if (!ticket.reply || place(ticket) === "done") return null;
  return labelled("reply", t(ticket.reply.byCustomer ? "reply.customer" : "reply.agent"), ticket.reply.text);
}

function labelled(className, label, text) {
  const line = element("span", `fact ${className}`);
  line.append(element("b", "", label), element("span", "", text));
  return line;
}

function rating(ticket) {
  if (!ticket.score) return ticket.asked && place(ticket) === "done" ? element("span", "quiet", t("asked")) : null;
  const line = element("span", "rating");
  const stars = element("span", `stars ${ticket.score <= 2 ? "low" : ""}`);
  stars.setAttribute("role", "img");
  stars.setAttribute("aria-label", t("stars", { score: ticket.score }));
  stars.textContent = "★".repeat(ticket.score) + "☆".repeat(5 - ticket.score);
  line.append(stars);
  if (ticket.comment) line.append(element("q", "", ticket.comment));
  return line;
}

function recovery(ticket) {
  const { recovery: now } = ticket;
  if (!now || !knows(`recovery.${now.state}`)) return null;
  return element("span", `recovery ${now.state}`, t(`recovery.${now.state}`, { outcome: now.outcome ?? "" }));
}

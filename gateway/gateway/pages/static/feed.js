// What just happened, as sentences.

import { element, numberOf } from "./cards.js";
import { clock, knows, t } from "./words.js";

const LINES = 40;
let told = [];

/** Say an event in the feed, if it is one that people care about. */
export function tell(list, event, ticket) {
  if (!knows(`feed.${event.type}`) || isSilent(event)) return;
  told = [...told.slice(1 - LINES), [event, ticket]];
  list.prepend(lineOf(event, ticket));
  while (list.children.length > LINES) list.lastElementChild.remove();
}

/** Say all of it again, in another language; or forget it, when somebody else logs in. */
export function retell(list, { forget = false } = {}) {
  if (forget) told = [];
  list.replaceChildren(...told.map(([event, ticket]) => lineOf(event, ticket)).reverse());
}

function lineOf(event, ticket) {
  const line = element("li");
  const at = element("time", "", clock(event.time));
  at.dateTime = event.time;
  line.append(at, element("span", "", t(`feed.${event.type}`, valuesOf(event, ticket))));
  return line;
}

const isSilent = (event) => event.type === "suggestion.made" && !event.data.articles.some((one) => one.likely !== false);

function valuesOf(event, ticket) {
  const d = event.data;
  return {
    number: numberOf(ticket),
    subject: ticket.subject ?? "",
    agent: d.agent_name ?? "",
    article: d.articles?.[0]?.title ?? "",
    who: t(d.author_kind === "customer" ? "reply.customer" : "reply.agent"),
    score: d.score ?? "",
    clock: t(d.clock === "first_response" ? "due.response" : "due.resolution"),
  };
}

// The live stream: events in batches, once per frame, and the state of the connection.

import { get, items } from "./api.js";

/** Follows /v1/events. Calls onEvents([event, …]), onState("live" | "connecting" | "reconnecting"), onReset, onGone. */
export class Live {
  constructor({ onEvents, onState, onReset, onGone }) {
    Object.assign(this, { onEvents, onState, onReset, onGone });
    this.waiting = [];
    this.paused = false;
    this.asked = false;
  }

  start() {
    this.onState("connecting");
    this.source = new EventSource("/v1/events");
    this.source.addEventListener("open", () => this.onState("live"));
    this.source.addEventListener("message", (message) => this.#take(JSON.parse(message.data)));
    this.source.addEventListener("reset", () => this.onReset());
    this.source.addEventListener("error", () => this.#failed());
  }

  stop() {
    this.source?.close();
  }

  /** While paused, events wait; how many do. */
  pause(paused) {
    this.paused = paused;
    if (!paused) this.#ask();
    return this.waiting.length;
  }

  #take(event) {
    this.waiting.push(event);
    if (this.paused) this.onState("paused", this.waiting.length);
    else this.#ask();
  }

  // At a thousand events a second the page is still drawn once per frame. A hidden page draws none, so a timer helps.
  #ask() {
    if (this.asked) return;
    this.asked = true;
    const give = () => {
      if (!this.asked) return;
      this.asked = false;
      if (!this.paused && this.waiting.length) this.onEvents(this.waiting.splice(0));
    };
    requestAnimationFrame(give);
    setTimeout(give, 500);
  }

  async #failed() {
    this.onState("reconnecting");
    if (this.source.readyState !== EventSource.CLOSED) return;
    // The browser has given up: either nobody is logged in any more, or the gateway was away for a moment.
    try {
      await get("/v1/me");
      setTimeout(() => this.start(), 1000);
    } catch (error) {
      if (error.status === 401) this.onGone();
      else setTimeout(() => this.#failed(), 2000);
    }
  }
}

/** Read the present state of all services into the board. */
export async function fill(board) {
  const [tickets, work, offers, surveys, recoveries] = await Promise.all([
    items("/v1/tickets?limit=50"),
    items("/v1/work-items?limit=200"),
    items("/v1/offers?state=open&limit=50"),
    items("/v1/surveys?limit=100"),
    items("/v1/recoveries?limit=100"),
  ]);
  tickets.forEach((one) => board.readTicket(one));
  work.forEach((one) => board.readWork(one));
  if (offers.length) {
    const names = new Map((await items("/v1/agents?limit=200")).map((one) => [one.id, one.name]));
    offers.forEach((one) => board.readOffer(one, one.agent_name ?? names.get(one.agent_id) ?? ""));
  }
  surveys.forEach((one) => board.readSurvey(one));
  recoveries.forEach((one) => board.readRecovery(one));
}

/** Read which articles were suggested, for tickets that wait for an answer. */
export async function fillSuggestions(board, changed) {
  const open = [...board.tickets.values()].filter((one) => !one.resolvedAt && !one.articles && !one.respondedAt).slice(0, 20);
  for (const ticket of open) {
    try {
      ticket.articles = (await get(`/v1/suggestions/${ticket.id}`)).articles;
      changed(ticket);
    } catch {
      // Not made yet: the event will tell.
    }
  }
}

// The columns: which cards they show, in which order, and the numbers above them.

import { Card, element } from "./cards.js";
import { deadline, place, PLACES } from "./state.js";
import { t } from "./words.js";

const SHOWN = 30;

export class Columns {
  constructor(board) {
    this.board = board;
    this.cards = new Map();
    this.lists = new Map();
    for (const column of document.querySelectorAll(".column[data-place]")) {
      this.lists.set(column.dataset.place, { list: column.querySelector(".cards"), count: column.querySelector(".count") });
    }
  }

  /** Show the board as it is, redrawing the cards of `changed` tickets, or all. */
  show(changed = this.board.tickets.values()) {
    for (const ticket of changed) this.cards.get(ticket.id)?.update();
    const focused = document.activeElement;
    const tickets = [...this.board.tickets.values()].filter((ticket) => ticket.subject);
    for (const [name, order] of Object.entries(PLACES)) {
      this.#fill(name, tickets.filter((ticket) => place(ticket) === name).sort(order));
    }
    this.#number(tickets);
    // A card that moves to another column loses the focus on the way.
    if (focused !== document.activeElement && focused?.isConnected) focused.focus({ preventScroll: true });
  }

  /** Let all deadlines in sight count down. */
  tick() {
    const now = Date.now();
    for (const card of this.cards.values()) if (card.root.isConnected) card.tick(now);
  }

  forget(tickets) {
    for (const ticket of tickets) {
      this.cards.get(ticket.id)?.root.remove();
      this.cards.delete(ticket.id);
    }
  }

  #fill(name, tickets) {
    const { list, count } = this.lists.get(name);
    count.textContent = String(tickets.length);
    const wanted = tickets.slice(0, SHOWN).map((ticket) => this.#card(ticket).root);
    if (!tickets.length) wanted.push(element("p", "empty", t(`empty.${name}`)));
    if (tickets.length > SHOWN) wanted.push(element("p", "empty", t("more", { count: tickets.length - SHOWN })));
    const keep = new Set(wanted);
    for (const old of [...list.children]) if (!keep.has(old)) old.remove();
    wanted.forEach((one, index) => {
      if (list.children[index] !== one) list.insertBefore(one, list.children[index] ?? null);
    });
  }

  #card(ticket) {
    if (!this.cards.has(ticket.id)) this.cards.set(ticket.id, new Card(ticket));
    return this.cards.get(ticket.id);
  }

  #number(tickets) {
    const now = Date.now();
    const scores = tickets.map((ticket) => ticket.score).filter(Boolean);
    const late = tickets.filter((ticket) => Date.parse(deadline(ticket)?.at) < now);
    const at = (name) => tickets.filter((ticket) => place(ticket) === name).length;
    const mean = scores.length ? (scores.reduce((a, b) => a + b) / scores.length).toFixed(1) : t("none");
    const values = { waiting: at("waiting") + at("offered"), agent: at("agent"), done: at("done"), late: late.length, stars: mean };
    const pairs = Object.entries(values).map(([name, value]) => {
      const pair = element("div", `number-${name} ${name === "late" && value ? "alarm" : ""}`);
      pair.append(element("dt", "", t(`number.${name}`)), element("dd", "", String(value)));
      return pair;
    });
    document.getElementById("numbers").replaceChildren(...pairs);
  }
}

// What is known of each ticket: first read from the services, then brought on by each event. No DOM in here.

const KEPT = 400;

/** What one event changes on its ticket. `d` is the event's data. */
const CHANGES = {
  "ticket.opened": (ticket, d) => Object.assign(ticket, {
    number: d.number, subject: d.subject, customer: d.customer_name, tier: d.tier, priority: d.priority,
    language: d.language, topic: d.topic, openedAt: d.opened_at, responseDue: d.response_due_at,
    resolutionDue: d.resolution_due_at,
  }),
  "ticket.replied": (ticket, d) => {
    const byCustomer = d.author_kind === "customer";
    ticket.reply = { byCustomer, text: d.text };
    if (!byCustomer) ticket.respondedAt ??= d.replied_at;
  },
  "ticket.assigned": (ticket, d) => {
    if (ticket.agent?.id !== d.agent_id) ticket.agent = { id: d.agent_id, name: null };
    if (d.by === "person") ticket.why = ["person"];
  },
  "ticket.pended": (ticket) => { ticket.pending = true; },
  "ticket.held": (ticket, d) => Object.assign(ticket, { pending: false, resolutionDue: d.resolution_due_at }),
  "ticket.resumed": (ticket, d) => Object.assign(ticket, { pending: false, resolutionDue: d.resolution_due_at }),
  "ticket.resolved": (ticket, d) => Object.assign(ticket, {
    number: d.number, subject: d.subject, customer: d.customer_name, resolvedAt: d.resolved_at, pending: false,
  }),
  "ticket.reopened": (ticket, d) => Object.assign(ticket, {
    number: d.number, subject: d.subject, customer: d.customer_name, tier: d.tier, priority: d.priority,
    language: d.language, resolvedAt: null, resolutionDue: d.resolution_due_at,
  }),
  "sla.breached": (ticket, d) => { ticket.late = { ...ticket.late, [d.clock]: true }; },
  "work_item.queued": (ticket) => Object.assign(ticket, { offer: null, agent: null, why: [] }),
  "offer.made": (ticket, d) => {
    ticket.offer = { agent: d.agent_name, until: d.expires_at };
    ticket.why = d.why;
    ticket.hold = null;
  },
  "offer.declined": (ticket) => { ticket.offer = null; },
  "offer.expired": (ticket) => { ticket.offer = null; },
  "offer.rescinded": (ticket) => { ticket.offer = null; },
  "assignment.made": (ticket, d) => Object.assign(ticket, {
    offer: null, agent: { id: d.agent_id, name: d.agent_name }, why: d.why, hold: null,
  }),
  "work_item.ended": (ticket) => { ticket.offer = null; },
  "suggestion.made": (ticket, d) => { ticket.articles = d.articles; },
  "survey.sent": (ticket) => { ticket.asked = true; },
  "survey.answered": (ticket, d) => Object.assign(ticket, { score: d.score, comment: d.comment }),
  "recovery.opened": (ticket, d) => { ticket.recovery = { state: "open", due: d.due_at }; },
  "recovery.overdue": (ticket) => { ticket.recovery = { ...ticket.recovery, state: "overdue" }; },
  "recovery.closed": (ticket, d) => { ticket.recovery = { state: "closed", outcome: d.outcome }; },
};

export class Board {
  constructor() {
    this.tickets = new Map();
    this.versions = new Map();
  }

  /** Bring the board on by an event; the ticket it changed, or null when it changes nothing here. */
  apply(event) {
    const change = CHANGES[event.type];
    const id = event.data?.ticket_id;
    if (!change || !id || !this.#isNews(event)) return null;
    const ticket = this.ticket(id);
    change(ticket, event.data);
    ticket.changedAt = event.time;
    return ticket;
  }

  /** The ticket of an id, made when it is new. */
  ticket(id) {
    if (!this.tickets.has(id)) this.tickets.set(id, { id, why: [], late: {}, changedAt: "" });
    return this.tickets.get(id);
  }

  /** Take over a ticket as ticket-svc shows it. */
  readTicket(one) {
    const ticket = this.ticket(one.id);
    Object.assign(ticket, {
      number: one.number, subject: one.subject, customer: one.customer.name, tier: one.customer.tier,
      priority: one.priority, language: one.language, topic: one.topic, openedAt: one.opened_at,
      responseDue: one.response_due_at, respondedAt: one.responded_at, resolutionDue: one.resolution_due_at,
      resolvedAt: one.resolved_at, pending: one.status === "pending",
      late: { first_response: one.response_breached, resolution: one.resolution_breached },
      changedAt: one.resolved_at ?? one.updated_at ?? one.opened_at,
    });
    if (one.agent_id) ticket.agent = { id: one.agent_id, name: one.agent_name ?? ticket.agent?.name ?? null };
    this.#saw("/kefu/ticket", one.id, one.version);
  }

  /** Take over a work item as routing-svc shows it. */
  readWork(one) {
    const ticket = this.tickets.get(one.ticket_id);
    if (!ticket) return;
    Object.assign(ticket, { why: one.why ?? [], hold: one.hold ?? null });
    if (one.state === "queued") Object.assign(ticket, { offer: null, agent: null });
    if (one.version) this.#saw("/kefu/routing", one.ticket_id, one.version);
  }

  /** Take over an offer that is open, with the agent's name. */
  readOffer(one, name) {
    const ticket = this.tickets.get(one.ticket_id);
    if (ticket) Object.assign(ticket, { offer: { agent: name, until: one.expires_at }, why: one.why ?? ticket.why });
  }

  readSurvey(one) {
    const ticket = this.tickets.get(one.ticket_id);
    if (ticket && one.score) Object.assign(ticket, { score: one.score, comment: one.comment });
  }

  readRecovery(one) {
    const ticket = this.tickets.get(one.ticket_id);
    const state = one.state === "open" && one.overdue_at ? "overdue" : one.state;
    if (ticket) ticket.recovery = { state, due: one.due_at, outcome: one.outcome };
  }

  /** Forget what no screen can use: the oldest resolved tickets, and in a flood the oldest of all; those forgotten. */
  prune() {
    if (this.tickets.size <= KEPT) return [];
    const all = [...this.tickets.values()].sort(byChange);
    const gone = new Set([...all.filter((one) => one.resolvedAt).slice(KEPT / 2), ...all.slice(5 * KEPT)]);
    for (const one of gone) this.tickets.delete(one.id);
    if (this.versions.size > 50 * KEPT) this.versions.clear();
    return [...gone];
  }

  // Events of one aggregate have rising sequences. One that is older than what was read is no news.
  #isNews(event) {
    const key = event.source + event.subject;
    const sequence = Number(event.sequence);
    if (sequence <= (this.versions.get(key) ?? 0)) return false;
    this.versions.set(key, sequence);
    return true;
  }

  #saw(source, id, version) {
    const key = source + id;
    this.versions.set(key, Math.max(version, this.versions.get(key) ?? 0));
  }
}

const byChange = (a, b) => (a.changedAt < b.changedAt ? 1 : -1);
const dueOf = (ticket) => deadline(ticket)?.at ?? "9";
const byDue = (a, b) => (dueOf(a) > dueOf(b) ? 1 : -1);

export const PLACES = { waiting: byDue, offered: byChange, agent: byDue, done: byChange };

/** In which column a ticket stands. */
export function place(ticket) {
  if (ticket.resolvedAt) return "done";
  if (ticket.agent) return "agent";
  return ticket.offer ? "offered" : "waiting";
}

/** The deadline that counts now: {what, from, at}, {stands: true} while it waits for the customer, or null. */
export function deadline(ticket) {
  if (ticket.resolvedAt) {
    const open = ticket.recovery && ticket.recovery.state !== "closed";
    return open ? { what: "recovery", from: ticket.resolvedAt, at: ticket.recovery.due } : null;
  }
  if (ticket.pending) return { stands: true };
  if (!ticket.respondedAt && ticket.responseDue) {
    return { what: "response", from: ticket.openedAt, at: ticket.responseDue };
  }
  return ticket.resolutionDue ? { what: "resolution", from: ticket.openedAt, at: ticket.resolutionDue } : null;
}

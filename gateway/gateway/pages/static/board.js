// The page: who is here, what is running, and the live board.

import { get, items, post } from "./api.js";
import { Columns } from "./columns.js";
import { retell, tell } from "./feed.js";
import { fill, fillSuggestions, Live } from "./live.js";
import { Board, place } from "./state.js";
import { element } from "./cards.js";
import { speak, switchTo, t } from "./words.js";

const HERE = "kefu.here";
const $ = (id) => document.getElementById(id);
let board = new Board();
let columns = null;
let live = null;
let ready = false;
let early = [];
let connection = ["connecting"];
let services = [];

async function showServices() {
  try {
    const status = await get("/v1/status");
    services = status.services;
    $("demo").hidden = !status.demo;
  } catch {
    services = services.map((one) => ({ ...one, up: false }));
  }
  sayServices();
}

function sayServices() {
  $("services").replaceChildren(...services.map((one) => {
    const item = element("li", one.up ? "up" : "down");
    item.append(element("span", "dot"), element("span", "", t(`service.${one.name}`)), element("span", "state", t(one.up ? "up" : "down")));
    return item;
  }));
}

// A first visit asks nothing that is bound to be refused.
async function showWhoIsHere() {
  if (!localStorage.getItem(HERE)) return leave();
  try {
    enter(await get("/v1/me"));
  } catch {
    leave();
  }
}

function enter(me) {
  $("me").textContent = me.name;
  $("me").hidden = $("logout").hidden = $("board").hidden = false;
  $("welcome").hidden = true;
  board = new Board();
  columns = new Columns(board);
  retell($("feed"), { forget: true });
  [ready, early] = [false, []];
  live = new Live({ onEvents: take, onState: sayConnection, onReset: read, onGone: leave });
  live.start();
  read();
}

function leave() {
  live?.stop();
  $("me").hidden = $("logout").hidden = $("board").hidden = true;
  $("welcome").hidden = false;
}

// What happens while the state is read waits, so that it is not undone by an older state.
async function read() {
  ready = false;
  try {
    await fill(board);
  } catch (error) {
    return error.status === 401 ? leave() : setTimeout(read, 2000);
  }
  ready = true;
  take(early.splice(0));
  columns.show();
  await fillSuggestions(board, (ticket) => columns.show([ticket]));
}

function take(events) {
  if (!ready) return early.push(...events);
  const changed = new Set();
  for (const event of events) {
    const ticket = board.apply(event);
    if (!ticket) continue;
    changed.add(ticket);
    tell($("feed"), event, ticket);
  }
  columns.forget(board.prune());
  if (changed.size) columns.show(changed);
}

// Why a ticket waits is known to routing only, and changes without an event.
async function readHolds() {
  if (!ready || document.hidden || ![...board.tickets.values()].some((one) => place(one) === "waiting")) return;
  for (const one of await items("/v1/work-items?state=queued&limit=50")) {
    const ticket = board.tickets.get(one.ticket_id);
    if (ticket && place(ticket) === "waiting") ticket.hold = one.hold;
  }
  columns.show();
}

function sayConnection(...state) {
  connection = state;
  const [name, count] = state;
  $("connection").className = `connection ${name}`;
  $("connection").textContent = t(name);
  $("pause").textContent = live?.paused ? t("resume", { count: count ?? 0 }) : t("pause");
}

async function logIn(ask) {
  const error = $("login-error");
  error.textContent = "";
  try {
    await ask();
  } catch (refused) {
    const key = { 401: "login.wrong", 422: "login.wrong", 429: "login.wait" }[refused.status] ?? "login.failed";
    error.textContent = t(key, { seconds: refused.retryAfter });
    return;
  }
  localStorage.setItem(HERE, "1");
  $("login").reset();
  await showWhoIsHere();
  $("main").focus();
}

$("login").addEventListener("submit", (event) => {
  event.preventDefault();
  logIn(() => post("/v1/login", { email: $("email").value, password: $("password").value }));
});
$("enter-demo").addEventListener("click", () => logIn(() => post("/v1/demo-login")));
$("logout").addEventListener("click", async () => {
  await post("/v1/logout");
  localStorage.removeItem(HERE);
  leave();
  $("email").focus();
});
$("pause").addEventListener("click", () => {
  const paused = !live.paused;
  $("pause").setAttribute("aria-pressed", String(paused));
  const waiting = live.pause(paused);
  sayConnection(paused ? "paused" : "live", waiting);
});
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", async () => {
    await switchTo(button.dataset.language);
    sayServices();
    sayConnection(...connection);
    retell($("feed"));
    if (columns && !$("board").hidden) columns.show();
  });
}

await speak();
await Promise.all([showServices(), showWhoIsHere()]);
setInterval(showServices, 10_000);
setInterval(() => columns?.tick(), 1000);
setInterval(() => readHolds().catch(() => {}), 15_000);

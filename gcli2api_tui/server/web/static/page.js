// What the page gains by a script; everything that matters works without. Texts are set as text, never as markup.
"use strict";

const LOOK_MS = 2000, PAUSE_MS = 1000, SELDOM_MS = 10000;
const token = document.body.dataset.csrf;
const headers = { "Accept": "application/json", "x-csrf-token": token };

const element = (name, kind, text) => {
  const made = document.createElement(name);
  if (kind) made.className = kind;
  if (text) made.textContent = text;
  return made;
};

// Leads to the sign-in when the session is over.
async function asked(address, options = {}) {
  const answer = await fetch(address, { credentials: "same-origin", ...options, headers: { ...headers, ...options.headers } });
  if (answer.status === 401) { location.assign("/auth/sign-in"); throw new Error("signed out"); }
  return answer.json();
}
const looked = (address) => asked(address, { headers: { "x-looks-only": "1" } });

// Notices

const notices = document.getElementById("notices");

function tell(list) {
  notices.replaceChildren(...list.map((one) => {
    const line = element("p", `notice ${one.tone}`);
    if (one.about) line.append(element("b", "", one.about), " ");
    line.append(element("span", "", one.text));
    if (one.undo) line.append(undo(one.undo));
    return line;
  }));
  if (notices.getBoundingClientRect().top < 0) notices.scrollIntoView({ block: "start" });
}

function undo(address) {
  const form = element("form");
  form.method = "post";
  form.action = address;
  form.dataset.live = "";
  form.append(element("button", "", notices.dataset.undo));
  return form;
}

// Verbs without a new page

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!("live" in form.dataset)) return;
  event.preventDefault();
  const button = form.querySelector("button");
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    const answer = await asked(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (answer.error) tell([{ tone: "bad", text: answer.error.message }]);
    else tell(answer.notices);
    if (/\/(remove|restore|enable|disable|clear-cooldown)$/.test(form.action)) await refreshCards();
    else await look();
  } catch (error) {
    if (error.message !== "signed out") tell([{ tone: "bad", text: String(error.message) }]);
  } finally {
    button.removeAttribute("aria-busy");
  }
});

// The list of cards as the server has it now: other cards, other buttons.
async function refreshCards() {
  if (!document.getElementById("cards")) return;
  const answer = await fetch(location.href, { credentials: "same-origin", headers: { "Accept": "text/html" } });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = document.activeElement?.closest?.(".card")?.id;
  for (const part of [".head", "#cards", ".empty", ".trash"]) {
    const now = document.querySelector(part), next = fresh.querySelector(part);
    if (now && next) now.replaceWith(next);
    else if (now) now.remove();
    else if (next) document.getElementById("cards")?.before(next);
  }
  (focused && document.getElementById(focused)?.querySelector("button"))?.focus();
}

// States as they change

const cards = () => [...document.querySelectorAll(".card[data-id]")];

async function look() {
  const shown = cards();
  if (!document.getElementById("cards")) return;
  const ids = shown.map((card) => card.dataset.id).join(",");
  const told = await looked(`/auth/states?ids=${encodeURIComponent(ids)}`);
  document.getElementById("standing").textContent = told.standing;
  for (const one of told.cards) {
    const card = document.getElementById(`c-${one.id}`);
    if (card) show(card, one);
  }
}

function put(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

function show(card, one) {
  card.className = `card ${one.tone}`;
  put(card.querySelector(".glyph"), one.glyph);
  put(card.querySelector(".state"), one.state);
  put(card.querySelector(".counted"), one.counted);
  const why = card.querySelector(".why");
  const said = one.why.join("\n");
  if (why.dataset.said !== said) {
    why.dataset.said = said;
    why.replaceChildren(...one.why.map((line) => element("li", "", line)));
    why.hidden = !one.why.length;
  }
  const bars = card.querySelector(".bars");
  bars.hidden = !one.bars.length;
  while (bars.children.length > one.bars.length) bars.lastElementChild.remove();
  one.bars.forEach((bar, at) => {
    const line = bars.children[at] ?? bars.appendChild(emptyBar());
    put(line.querySelector(".model"), bar.name);
    put(line.querySelector(".figure"), bar.text);
    const meter = line.querySelector("meter");
    meter.value = bar.share;
    meter.className = bar.tone;
    meter.setAttribute("aria-label", bar.label);
  });
}

function emptyBar() {
  const line = element("li");
  line.append(element("span", "model"), " ", element("meter"), " ", element("span", "figure"));
  return line;
}

// A sign-in with Google as it moves on

const login = document.querySelector("[data-login]")?.dataset.login;

async function follow() {
  const told = await looked(`/auth/google/${encodeURIComponent(login)}/steps`);
  const steps = document.getElementById("steps");
  const words = { true: steps.dataset.ok, false: steps.dataset.bad, null: steps.dataset.running };
  const said = JSON.stringify(told);
  if (steps.dataset.said === said) return told.phase;
  steps.dataset.said = said;
  steps.replaceChildren(...told.steps.map((step) => {
    const line = element("li", step.ok === null ? "plain" : step.ok ? "ok" : "bad", `${step.text} `);
    line.append(element("span", "hint", words[step.ok]));
    return line;
  }), ...(told.message ? [element("li", "", told.message)] : []));
  document.getElementById("over").hidden = ["waiting", "exchanging"].includes(told.phase);
  return told.phase;
}

// Files dropped

for (const form of document.querySelectorAll("form[data-drop]")) {
  const place = form.querySelector(".drop"), input = form.querySelector("input[type=file]");
  place.hidden = false;
  const over = (event, on) => { event.preventDefault(); place.classList.toggle("over", on); };
  for (const name of ["dragenter", "dragover"]) form.addEventListener(name, (event) => over(event, true));
  for (const name of ["dragleave", "drop"]) form.addEventListener(name, (event) => over(event, false));
  form.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}

// The log's new lines, newest first

const log = document.getElementById("log");

// By the reader's own clock.
function own(time) {
  const at = new Date(time.dateTime);
  time.textContent = at.toLocaleTimeString(document.documentElement.lang, { hour12: false });
  time.title = at.toLocaleString(document.documentElement.lang);
}

async function tail() {
  if (!document.getElementById("follow").checked) return;
  const told = await looked(`/auth/log/lines?after=${log.dataset.last}&level=${log.dataset.level}`);
  log.dataset.last = told.last;
  for (const one of told.lines.reverse()) {
    const line = element("li", one.level), time = element("time");
    time.dateTime = one.at;
    own(time);
    line.append(time, " ", element("b", "", one.name), " ", element("i", "", one.source), " ", element("span", "", one.text));
    log.prepend(line);
  }
  while (log.children.length > Number(log.dataset.most)) log.lastElementChild.remove();
  document.getElementById("nothing").hidden = log.children.length > 0;
  document.getElementById("lines").hidden = log.children.length === 0;
}

if (log) {
  document.querySelector(".follow").hidden = false;
  for (const time of log.querySelectorAll("time")) own(time);
}

// Copying

for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    tell([{ tone: "ok", text: button.dataset.done }]);
  });
}

// When to look: as soon as the server says that something changed, at most once a second; without that stream every
// two seconds. Nobody looks, nothing is asked.

let stream = null, news = false, wake = () => {};

function listen() {
  if (stream || !window.EventSource || document.visibilityState !== "visible") return;
  stream = new EventSource("/auth/changes");
  stream.onmessage = () => { news = true; wake(); };
  stream.onerror = () => { if (stream?.readyState === EventSource.CLOSED) stream = null; wake(); };
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") { news = true; listen(); wake(); }
  else { stream?.close(); stream = null; }
});

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

// True after news, or when it is time anyway: cooldowns end without an event.
function due() {
  const told = stream?.readyState === EventSource.OPEN;
  return new Promise((done) => {
    const timer = setTimeout(done, told ? SELDOM_MS : LOOK_MS);
    wake = () => { if (news) { clearTimeout(timer); done(); } };
    wake();
  });
}

async function watch(what) {
  for (;;) {
    await due();
    if (document.visibilityState !== "visible") continue;
    news = false;
    try {
      if (["done", "failed", "expired", "cancelled"].includes(await what())) return;
    } catch (error) {
      if (error.message === "signed out") return;
    }
    await pause(PAUSE_MS);
  }
}
if (document.getElementById("cards") || log) listen();
if (document.getElementById("cards")) watch(look);
if (login) watch(follow);
if (log) watch(tail);

// The chat page, put together.

import { Composer } from "./composer.js";
import { byId } from "./dom.js";
import { Link, Refused, newKey } from "./link.js";
import { Messages } from "./messages.js";
import { Timeline } from "./timeline.js";

const NEAR = 60;
const TYPING_AFTER = 250;
const FINE = window.matchMedia("(pointer: fine)");
const CALM = window.matchMedia("(prefers-reduced-motion: reduce)");

const scroll = byId("scroll");
const typing = byId("typing");
const unsent = new Map();
let waiting = 0;
let replaying = true;
// Whether the reader is at the end, and wants to stay there; a smooth scroll on its way counts as there.
let following = true;
let scrolled = 0;
let lost = null;

const messages = new Messages({ press, submit, run, retry });
const composer = new Composer(typed);
const timeline = new Timeline(move);
const link = new Link({
  said: (data) => added(() => messages.said(data)),
  message: (data) => added(() => messages.message(data)),
  edit: (data) => added(() => messages.edit(data)),
  erase: (data) => composer.forget(messages.erase(data)),
  clock: (data) => timeline.clock(data),
  timeline: (data) => timeline.timeline(data),
  ready,
  away,
});

/** Send *event*, whose answer comes by the stream; whether it was taken. */
async function post(event) {
  const until = setTimeout(() => typingShown(true), TYPING_AFTER);
  waiting += 1;
  try {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const answer = await link.post("/api/event", { ...event, zone });
    if (answer.notice) toast(answer.notice);
    return true;
  } catch (fault) {
    // What was typed says by itself that it was not sent.
    if (fault instanceof Refused) toast(fault.message);
    else if (!unsent.has(event.key)) toast("Wardwise doesn't answer. Is it still running?");
    return false;
  } finally {
    waiting -= 1;
    clearTimeout(until);
    if (!waiting) typingShown(false);
  }
}

/** Take what was typed: a command, or words. */
function typed(text) {
  const command = /^\/([A-Za-z]\w*)\s*(.*)$/.exec(text);
  const key = newKey();
  const event = command ? { type: "command", name: command[1].toLowerCase(), text: command[2], key } : { type: "text", text, key };
  const shown = command ? `/${event.name} ${event.text}`.trim() : text;
  const element = added(() => messages.said({ key, text: shown, day: timeline.day }, "sending"));
  reveal(element);
  unsent.set(key, event);
  retry(key);
}

async function retry(key) {
  messages.state(key, "sending");
  const taken = await post(unsent.get(key));
  messages.state(key, taken ? "" : "failed");
  if (taken) unsent.delete(key);
  else if (following) reveal();
}

function run(command) {
  composer.remember(`/${command}`);
  typed(`/${command}`);
}

function press(message, data, quoted) {
  return post({ type: "press", message, data, quoted, key: newKey() });
}

function submit(message, form, values) {
  return post({ type: "form", message, form: form.name, context: form.context, values, key: newKey() });
}

async function move(step) {
  const before = timeline.now;
  try {
    await link.post("/api/clock", { step });
    if (timeline.now === before) toast("Nothing is planned there yet.");
  } catch (fault) {
    toast(fault instanceof Refused ? fault.message : "The clock didn't move. Is Wardwise still running?");
  }
}

/** Draw with *draw*, and keep the end in view for a reader who was there. */
function added(draw) {
  const element = draw();
  byId("welcome").hidden = true;
  scroll.classList.remove("empty");
  scroll.append(typing);
  if (following) reveal(element);
  else byId("newer").hidden = false;
  return element;
}

/** Scroll to the end, or to the top of *element* where it is taller than the view. */
function reveal(element) {
  const end = scroll.scrollHeight - scroll.clientHeight;
  const top = element && element.offsetHeight > scroll.clientHeight ? element.offsetTop - 12 : end;
  scroll.scrollTo({ top, behavior: replaying || CALM.matches ? "auto" : "smooth" });
  byId("newer").hidden = true;
  following = true;
}

function typingShown(shown) {
  typing.hidden = !shown;
  if (shown && following) reveal();
}

function ready() {
  clearTimeout(lost);
  lost = null;
  byId("away").textContent = "";
  byId("log").removeAttribute("aria-busy");
  if (messages.empty) {
    byId("welcome").hidden = false;
    scroll.classList.add("empty");
  } else if (replaying) {
    reveal();
  }
  replaying = false;
}

function away() {
  lost ??= setTimeout(() => {
    byId("away").textContent = "Wardwise is away. Trying again…";
  }, 1500);
}

let toasted = null;

function toast(text) {
  byId("toast").textContent = text;
  clearTimeout(toasted);
  toasted = setTimeout(() => (byId("toast").textContent = ""), 5000);
}

byId("log").setAttribute("aria-busy", "true");
byId("start").addEventListener("click", () => {
  typed("/start");
  // The button is gone now. On a phone the message box would bring up the keyboard over the answer.
  if (FINE.matches) composer.focus();
  else scroll.focus({ preventScroll: true });
});
byId("newer").addEventListener("click", () => reveal());
scroll.addEventListener("scroll", () => {
  if (scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR) {
    following = true;
    byId("newer").hidden = true;
  } else if (scroll.scrollTop < scrolled) {
    following = false;
  }
  scrolled = scroll.scrollTop;
});
fetch("/api/commands")
  .then((answer) => answer.json())
  .then(({ commands }) => composer.know(commands))
  .catch(() => {});
link.open();

// The clock, the steps that move it, and what will come; beside the chat, or over it on a phone.

import { CHECK, byId, icon, make, unseen } from "./dom.js";

const WIDE = window.matchMedia("(min-width: 62.5rem)");

export class Timeline {
  #sheet = byId("sheet");
  #chat = byId("chat");
  #open = byId("open-sheet");
  #shade = byId("shade");
  #plan = byId("plan");
  #move;
  #turn = Promise.resolve();
  #waiting = 0;
  #coming = 0;

  /** The student's date, as the clock shows it. */
  day = "";

  /** The student's date and time, to tell whether a step moved it. */
  now = "";

  /** *move* is called with a step and returns a promise. */
  constructor(move) {
    this.#move = move;
    this.#open.addEventListener("click", () => this.#show());
    byId("close-sheet").addEventListener("click", () => this.#hide());
    this.#shade.addEventListener("click", () => this.#hide());
    this.#sheet.addEventListener("keydown", (event) => event.key === "Escape" && this.#hide());
    WIDE.addEventListener("change", () => this.#hide(false));
    this.#hide(false);
    for (const button of byId("steps").querySelectorAll("button")) {
      button.addEventListener("click", () => this.#travel(button));
    }
  }

  /** Show the student's date and time. */
  clock({ day, time, at }) {
    byId("clock-day").textContent = day || "\u00a0";
    byId("clock-time").textContent = time || "\u00a0";
    byId("now-day").textContent = day ? short(day) : "Timeline";
    byId("now-time").textContent = time;
    this.day = day;
    this.now = at;
  }

  /** Show what was sent and what comes. */
  timeline({ entries }) {
    this.#coming = entries.filter((each) => !each.sent).length;
    this.#steps();
    if (!entries.length) {
      this.#plan.replaceChildren(
        make("p", { class: "nothing", text: "Nothing planned yet. Tell Wardwise about your rotation, and every message shows here before it comes." }),
      );
      return;
    }
    const parts = [];
    let day = "";
    let list = null;
    let next = entries.find((each) => !each.sent);
    for (const entry of entries) {
      const cut = entry.local.lastIndexOf(", ");
      const date = cut < 0 ? "" : entry.local.slice(0, cut);
      if (list === null || date !== day) {
        day = date;
        list = make("ol", {});
        parts.push(make("h3", { text: date }), list);
      }
      list.append(drawn(entry, entry.local.slice(cut < 0 ? 0 : cut + 2), entry === next));
    }
    this.#plan.replaceChildren(...parts);
    // What was sent stays above, a little scroll away: what counts is what comes.
    const first = this.#plan.querySelector(".next");
    this.#plan.scrollTop = first ? Math.max(0, first.offsetTop - 76) : this.#plan.scrollHeight;
  }

  /** Take a step when those before it are done: two quick taps are two steps. */
  async #travel(button) {
    this.#waiting += 1;
    button.classList.add("going");
    this.#steps();
    if (!WIDE.matches) this.#hide();
    const before = this.#turn;
    let done;
    this.#turn = new Promise((resolve) => (done = resolve));
    await before;
    await this.#move(button.dataset.step);
    this.#waiting -= 1;
    if (!this.#waiting) byId("steps").querySelectorAll(".going").forEach((each) => each.classList.remove("going"));
    this.#steps();
    done();
  }

  /** Where nothing comes, the steps that lead to something stand back; the server has the last word. */
  #steps() {
    byId("clock-note").textContent = this.#waiting ? "Traveling…" : "Your clock. Move it and see what Wardwise sends.";
    for (const button of byId("steps").querySelectorAll("button")) {
      button.classList.toggle("idle", button.dataset.step !== "day" && !this.#coming);
    }
  }

  #show() {
    this.#sheet.setAttribute("role", "dialog");
    this.#sheet.setAttribute("aria-modal", "true");
    this.#sheet.classList.add("open");
    this.#sheet.inert = false;
    this.#shade.hidden = false;
    this.#chat.inert = true;
    this.#open.setAttribute("aria-expanded", "true");
    byId("close-sheet").focus();
  }

  #hide(back = true) {
    const was = this.#sheet.classList.contains("open");
    this.#sheet.removeAttribute("role");
    this.#sheet.removeAttribute("aria-modal");
    this.#sheet.classList.remove("open");
    this.#sheet.inert = !WIDE.matches;
    this.#shade.hidden = true;
    this.#chat.inert = false;
    this.#open.setAttribute("aria-expanded", "false");
    if (was && back) this.#open.focus();
  }
}

function drawn(entry, time, next) {
  const kind = entry.sent ? "sent" : next ? "next" : "";
  const item = make("li", { class: kind }, make("time", { text: time }), make("span", { class: "what", text: entry.what }));
  if (entry.sent) item.append(icon(CHECK), unseen(", sent"));
  if (next) item.append(make("span", { class: "tag", text: "next" }));
  return item;
}

/** Return "Monday, November 30" as "Mon, Nov 30". */
function short(day) {
  return day.replace(/[A-Za-z]+/g, (word) => word.slice(0, 3));
}

// The message box: it completes commands, recalls what was sent, and takes the focus at a slash.

import { byId, make } from "./dom.js";

const MOST_RECALLED = 50;

export class Composer {
  #input = byId("say");
  #list = byId("choices");
  #commands = [];
  #shown = [];
  #active = -1;
  #sent = [];
  #place = 0;

  /** *send* is called with what was typed. */
  constructor(send) {
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      const text = this.#input.value.trim();
      if (!text) return;
      this.remember(text);
      this.#input.value = "";
      this.#close();
      send(text);
    });
    this.#input.addEventListener("input", () => this.#complete());
    this.#input.addEventListener("keydown", (event) => this.#key(event));
    this.#input.addEventListener("blur", () => this.#close());
    document.addEventListener("keydown", (event) => this.#slash(event));
  }

  /** Offer *commands* for completion. */
  know(commands) {
    this.#commands = commands;
  }

  focus() {
    this.#input.focus();
  }

  /** Keep *text* for the up arrow. */
  remember(text) {
    this.#sent = [...this.#sent.filter((each) => each !== text), text].slice(-MOST_RECALLED);
    this.#place = this.#sent.length;
  }

  /** Let go of *text*: it was erased. */
  forget(text) {
    this.#sent = this.#sent.filter((each) => each !== text);
    this.#place = this.#sent.length;
  }

  #slash(event) {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey || byId("chat").inert) return;
    event.preventDefault();
    this.#input.focus();
    if (!this.#input.value) {
      this.#input.value = "/";
      this.#complete();
    }
  }

  #key(event) {
    if (event.isComposing) return;
    if (this.#shown.length) return this.#choose(event);
    if (event.key === "ArrowUp" && this.#recalling()) this.#recall(event, -1);
    else if (event.key === "ArrowDown" && this.#recalling()) this.#recall(event, 1);
  }

  #choose(event) {
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in moves) {
      event.preventDefault();
      this.#mark((this.#active + moves[event.key] + this.#shown.length) % this.#shown.length);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.#close();
    } else if (event.key === "Tab" && !event.shiftKey) {
      event.preventDefault();
      this.#take(this.#shown[this.#active]);
    } else if (event.key === "Enter" && this.#input.value.slice(1) !== this.#shown[this.#active].name) {
      event.preventDefault();
      this.#take(this.#shown[this.#active]);
    }
  }

  #complete() {
    const typed = /^\/(\w*)$/.exec(this.#input.value);
    if (!typed) return this.#close();
    const word = typed[1].toLowerCase();
    const first = this.#commands.filter((each) => each.name.startsWith(word));
    const others = this.#commands.filter((each) => !each.name.startsWith(word) && word.length > 1 && each.summary.toLowerCase().includes(word));
    this.#shown = [...first, ...others];
    if (!this.#shown.length) return this.#close();
    this.#list.replaceChildren(...this.#shown.map((each, place) => this.#option(each, place)));
    this.#list.hidden = false;
    this.#input.setAttribute("aria-expanded", "true");
    this.#mark(0);
  }

  #option(command, place) {
    const words = command.example ? `/${command.name} ${command.example}` : `/${command.name}`;
    const option = make(
      "li",
      { id: `choice-${place}`, role: "option", "aria-selected": "false" },
      make("span", { class: "choice-name", text: words }),
      make("span", { class: "choice-summary", text: command.summary }),
    );
    // Down, not click: a click would come after the box lost the focus and closed the list.
    option.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.#take(command);
    });
    return option;
  }

  #mark(place) {
    this.#active = place;
    [...this.#list.children].forEach((each, number) => each.setAttribute("aria-selected", String(number === place)));
    this.#list.children[place].scrollIntoView({ block: "nearest" });
    this.#input.setAttribute("aria-activedescendant", `choice-${place}`);
  }

  #take(command) {
    this.#input.value = `/${command.name} `;
    this.#close();
    this.#input.focus();
  }

  #close() {
    this.#shown = [];
    this.#active = -1;
    this.#list.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#input.removeAttribute("aria-activedescendant");
  }

  #recalling() {
    return !this.#input.value || this.#sent[this.#place] === this.#input.value;
  }

  #recall(event, by) {
    const place = this.#place + by;
    if (place < 0 || place > this.#sent.length) return;
    event.preventDefault();
    this.#place = place;
    this.#input.value = this.#sent[place] ?? "";
    this.#input.setSelectionRange(this.#input.value.length, this.#input.value.length);
  }
}

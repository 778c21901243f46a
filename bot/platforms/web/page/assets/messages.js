// The conversation: what Wardwise and the student said, drawn, rewritten and erased.

import { CHECK, DOWN, OUT, byId, icon, make, unseen } from "./dom.js";
import { drawForm } from "./forms.js";
import { blocks, inline } from "./markup.js";

export class Messages {
  #log = byId("log");
  #said = new Map();
  #messages = new Map();
  #day = "";
  #act;

  /** *act* has `press(message, data, quoted, button)`, `submit(message, form, values)`, `run(command)`, `retry(key)`. */
  constructor(act) {
    this.#act = act;
  }

  get empty() {
    return this.#log.childElementCount === 0;
  }

  /** Show the student's own message, or confirm the one shown already. */
  said({ key, text, day, pressed }, state = "") {
    const known = this.#said.get(key);
    if (known) {
      this.state(key, state);
      return known.element;
    }
    const note = make("p", { class: "state" });
    const bubble = make("div", { class: "bubble" }, unseen("You: "), text);
    const kind = pressed ? "student pressed" : "student";
    const element = make("article", { class: kind, "data-key": key }, bubble, note);
    this.#said.set(key, { element, text, note });
    this.#dated(day);
    this.state(key, state);
    this.#log.append(element);
    return element;
  }

  /** Tell how sending went: "" for well, "sending", or "failed" with a way to try again. */
  state(key, state) {
    const known = this.#said.get(key);
    if (!known) return;
    known.element.dataset.state = state;
    known.note.replaceChildren();
    if (state === "failed") {
      const again = make("button", { type: "button", class: "again", text: "Try again", on: { click: () => this.#act.retry(key) } });
      known.note.append("Not sent. ", again);
    }
  }

  /** Add a message of Wardwise's. */
  message(data) {
    if (this.#messages.has(data.id)) return this.edit(data);
    this.#dated(data.day);
    const before = this.#log.lastElementChild;
    const follows = before?.classList.contains("coach") && before.dataset.at === data.at;
    const kind = follows ? "coach follows" : "coach";
    const element = make("article", { class: kind, "data-id": data.id, "data-at": data.at, tabindex: "-1" });
    this.#messages.set(data.id, element);
    element.append(...this.#drawn(data));
    this.#log.append(element);
    return element;
  }

  /** Rewrite a message in place; focus that was in it stays in it. */
  edit(data) {
    const element = this.#messages.get(data.id);
    if (!element) return this.message(data);
    const held = element.contains(document.activeElement);
    element.replaceChildren(...this.#drawn(data));
    const wrong = element.querySelector("[aria-invalid], [data-invalid] input");
    if (wrong) wrong.focus();
    else if (held) element.focus({ preventScroll: true });
    return element;
  }

  /** Remove the student's own message, and return its text, which the page shall forget. */
  erase({ key }) {
    const text = this.#said.get(key)?.text ?? "";
    this.#said.get(key)?.element.remove();
    this.#said.delete(key);
    for (const chip of this.#log.querySelectorAll(".quoted")) {
      if (chip.dataset.key === key) chip.replaceChildren(unseen("Answering "), "your message, removed");
    }
    return text;
  }

  /** Draw a line where another day begins. */
  #dated(day) {
    if (!day || day === this.#day) return;
    this.#day = day;
    this.#log.append(make("p", { class: "day" }, make("span", { text: day })));
  }

  #drawn(data) {
    const parts = [make("header", { class: "by" }, make("span", { text: "Wardwise" }), make("time", { datetime: data.at || null, text: data.time }))];
    if (data.quotes) parts.push(this.#quoted(data.quotes));
    parts.push(...data.cards.map((card) => this.#card(card)));
    if (data.closed) parts.push(make("p", { class: "closed" }, icon(CHECK), make("span", { text: `${data.closed}: answered` })));
    if (data.form) {
      const submit = (values) => this.#act.submit(data.id, data.form, values);
      parts.push(make("div", { class: "card" }, drawForm(data.form, data.id, submit, this.#act.run)));
    }
    if (data.files.length) parts.push(make("ul", { class: "files" }, ...data.files.map((file) => this.#file(file))));
    parts.push(...data.rows.map((row) => make("div", { class: "row" }, ...row.map((item) => this.#button(data, item)))));
    return parts;
  }

  #quoted(key) {
    const known = this.#said.get(key);
    const chip = make("p", { class: "quoted", "data-key": key }, unseen("Answering "));
    chip.append(known ? known.text : "your message");
    return chip;
  }

  #card(card) {
    const run = this.#act.run;
    const element = make("div", { class: "card" });
    if (card.title.length) element.append(make("h3", {}, ...inline(card.title, run)));
    element.append(...blocks(card.body, run));
    if (card.facts.length) {
      const pairs = card.facts.map(([name, value]) =>
        make("div", {}, make("dt", {}, ...inline(name, run)), make("dd", {}, ...inline(value, run))),
      );
      element.append(make("dl", {}, ...pairs));
    }
    if (card.picture) element.append(make("img", { src: card.picture.src, alt: card.picture.alt }));
    if (card.footer.length) element.append(make("p", { class: "footer" }, ...inline(card.footer, run)));
    return element;
  }

  #button(data, item) {
    if ("url" in item) {
      const attributes = { class: "button", href: item.url || null, target: "_blank", rel: "noopener noreferrer" };
      return make("a", attributes, make("span", { text: item.label }), icon(OUT), unseen(" (opens a new tab)"));
    }
    const button = make("button", { type: "button", class: "button" }, make("span", { text: item.label }));
    if (item.chosen) choose(button);
    button.addEventListener("click", async () => {
      const element = this.#messages.get(data.id);
      if (element.querySelector("[aria-busy]")) return;
      button.setAttribute("aria-busy", "true");
      const taken = await this.#act.press(data.id, item.data, this.#words(data.quotes));
      button.removeAttribute("aria-busy");
      if (taken) choose(button);
    });
    return button;
  }

  /** Return what the student wrote in message *key*, without the command in front; empty where the page has it no more. */
  #words(key) {
    const known = key && this.#said.get(key);
    return known ? known.text.replace(/^\/\S+\s*/, "") : "";
  }

  #file(file) {
    const state = make("span", { class: "file-size", text: file.size });
    const link = make("a", { href: `/api/file/${file.id}`, download: file.name }, icon(DOWN), make("span", { class: "file-name", text: file.name }), state);
    link.addEventListener("click", async (event) => {
      event.preventDefault();
      if (!(await download(file))) state.textContent = "gone; ask for it again";
    });
    return make("li", {}, link);
  }
}

function choose(button) {
  for (const other of button.closest("article")?.querySelectorAll(".chosen") ?? []) {
    other.classList.remove("chosen");
    other.querySelectorAll("svg, .hidden").forEach((each) => each.remove());
  }
  button.classList.add("chosen");
  button.prepend(icon(CHECK));
  button.append(unseen(" (chosen)"));
}

/** Hand *file* to the browser's downloads; whether it was still there. */
async function download(file) {
  const answer = await fetch(`/api/file/${file.id}`).catch(() => null);
  if (!answer?.ok) return false;
  const url = URL.createObjectURL(await answer.blob());
  make("a", { href: url, download: file.name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return true;
}

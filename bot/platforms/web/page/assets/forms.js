// Forms inside the chat.

import { make } from "./dom.js";
import { blocks } from "./markup.js";

const MOST_PILLS = 8;
const LONG = 200;

/** Return *form* as an element; *submit* is called with the values, *run* with a tapped command. */
export function drawForm(form, id, submit, run) {
  const title = make("h3", { id: `${id}-title`, text: form.title });
  const send = make("button", { type: "submit", class: "primary", text: form.submit });
  const element = make(
    "form",
    { class: "form", novalidate: true, "aria-labelledby": `${id}-title`, autocomplete: "off" },
    title,
    ...blocks(form.intro, run),
    ...form.fields.map((field, place) => drawField(field, `${id}-${place}`)),
    send,
  );
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (element.getAttribute("aria-busy") === "true") return;
    element.setAttribute("aria-busy", "true");
    const values = Object.fromEntries(form.fields.map((field) => [field.name, valueOf(element, field.name)]));
    await submit(values);
    element.removeAttribute("aria-busy");
  });
  return element;
}

function valueOf(element, name) {
  const found = element.elements.namedItem(name);
  return found === null ? "" : found.value;
}

function drawField(field, id) {
  const hints = [];
  const notes = [];
  if (field.hint) {
    notes.push(make("p", { class: "field-hint", id: `${id}-hint`, text: field.hint }));
    hints.push(`${id}-hint`);
  }
  if (field.error) {
    notes.push(make("p", { class: "field-error", id: `${id}-error`, text: field.error }));
    hints.push(`${id}-error`);
  }
  const common = {
    name: field.name,
    "aria-describedby": hints.length ? hints.join(" ") : null,
    "aria-invalid": field.error ? "true" : null,
    required: field.required,
  };
  const optional = field.required ? null : make("span", { class: "optional", text: " (optional)" });
  if (field.kind === "choice" && field.options.length <= MOST_PILLS) return pills(field, id, common, notes, optional);
  const label = make("label", { for: id, text: field.label }, optional);
  const input = control(field, { id, ...common });
  const offers = field.kind === "choice" ? [] : offered(field, input);
  return make("div", { class: "field" }, label, input, ...offers, ...notes);
}

/** Return what is offered beside typing, as taps that fill the field. */
function offered(field, input) {
  if (!field.options.length) return [];
  const taps = field.options.map((option) => {
    const tap = make("button", { type: "button", class: "offer", text: option.label });
    tap.addEventListener("click", () => {
      input.value = option.value;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.focus();
    });
    return tap;
  });
  return [make("div", { class: "offers", role: "group", "aria-label": "Tap instead of typing" }, ...taps)];
}

function control(field, attributes) {
  if (field.kind === "choice") {
    const options = field.options.map((option) =>
      make("option", { value: option.value, selected: option.value === field.value, text: option.label }),
    );
    const empty = make("option", { value: "", text: "Choose…" });
    return make("select", attributes, empty, ...options);
  }
  if (field.kind === "text" && field.max > LONG) {
    const area = make("textarea", { ...attributes, rows: "3", maxlength: field.max });
    area.value = field.value;
    return area;
  }
  const input = make("input", { ...attributes, ...shape(field) });
  input.value = field.value;
  return input;
}

/** Return the attributes that bring up the right keyboard. What was typed in words stays words. */
function shape(field) {
  if (field.kind === "date" && /^(\d{4}-\d\d-\d\d)?$/.test(field.value)) return { type: "date" };
  if (field.kind === "time" && /^(\d\d:\d\d)?$/.test(field.value)) return { type: "time" };
  if (field.kind === "number") return { type: "text", inputmode: "numeric" };
  return { type: "text", maxlength: field.max };
}

function pills(field, id, common, notes, optional) {
  const options = field.options.map((option, place) => {
    const attributes = {
      type: "radio",
      id: `${id}-${place}`,
      name: field.name,
      value: option.value,
      checked: option.value === field.value,
      required: field.required,
    };
    return make(
      "span",
      { class: "pill" },
      make("input", attributes),
      make("label", { for: `${id}-${place}`, text: option.label }),
    );
  });
  const legend = make("legend", { text: field.label }, optional);
  const set = { class: "field", "aria-describedby": common["aria-describedby"], "data-invalid": Boolean(field.error) };
  return make("fieldset", set, legend, make("div", { class: "pills" }, ...options), ...notes);
}

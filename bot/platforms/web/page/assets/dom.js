// Small ways to make elements. Text goes in as text nodes only: nothing here ever parses HTML.

const SVG = "http://www.w3.org/2000/svg";

/** Return a new element. *attributes* may hold `class`, `text`, `on` (listeners by event) and any attribute. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === "text") {
      element.textContent = value;
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Return a line drawing from one path. */
export function icon(path) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export const CHECK = "m5 12.5 4.5 4.5L19 7.5";
export const OUT = "M8 16 17 7m-7 0h7v7";
export const DOWN = "M12 4v11m-5-5 5 5 5-5M5 20h14";

/** Return text that only screen readers meet. */
export function unseen(text) {
  return make("span", { class: "hidden", text });
}

/** Return the element with *id*. */
export function byId(id) {
  return document.getElementById(id);
}

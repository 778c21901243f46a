// Spans and blocks, as the server parsed them, into elements.

import { make } from "./dom.js";

/** Return nodes for a run of spans; *run* is called with a command that is tapped. */
export function inline(spans, run) {
  return spans.map((span) => drawn(span, run));
}

function drawn(span, run) {
  if (span.command) {
    const attributes = { type: "button", class: "command", text: span.text, on: { click: () => run(span.command) } };
    return make("button", attributes);
  }
  let node = document.createTextNode(span.text);
  if (span.code) node = make("code", {}, node);
  if (span.italic) node = make("em", {}, node);
  if (span.bold) node = make("strong", {}, node);
  if (span.href) node = make("a", { href: span.href, target: "_blank", rel: "noopener noreferrer" }, node);
  return node;
}

/** Return elements for blocks: paragraphs, quotations, and lists gathered from their items. */
export function blocks(all, run) {
  const found = [];
  let list = null;
  for (const block of all) {
    if (block.kind !== "item") {
      list = null;
      const tag = block.kind === "quote" ? "blockquote" : "p";
      found.push(make(tag, {}, ...inline(block.spans, run)));
      continue;
    }
    const tag = block.number ? "ol" : "ul";
    if (!list || list.localName !== tag) {
      list = make(tag, block.number > 1 ? { start: block.number } : {});
      found.push(list);
    }
    list.append(make("li", {}, ...inline(block.spans, run)));
  }
  return found;
}

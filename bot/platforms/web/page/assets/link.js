// The line to the server: events out by POST, once each however often they are sent; everything else in by one stream.

const WAITS = [0, 600, 1500, 4000];
const KINDS = ["said", "message", "edit", "erase", "timeline", "clock"];

/** What the server refused, in its words: sending it again would not help. */
export class Refused extends Error {}

/** Return a key that no other event has. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (each) => each.toString(16).padStart(2, "0")).join("");
}

export class Link {
  #hear;
  #source = null;
  #mark = "";
  #waiting = [];
  #ready = null;

  /** *hear* has a function for each kind of event, and `ready` and `away`. */
  constructor(hear) {
    this.#hear = hear;
  }

  /** Open the stream, from where it was left. */
  open() {
    this.#source?.close();
    const source = new EventSource(`/api/stream?after=${encodeURIComponent(this.#mark)}`);
    this.#source = source;
    this.#ready = new Promise((resolve) => {
      source.addEventListener("ready", (event) => {
        this.#reached(JSON.parse(event.data).mark);
        this.#hear.ready();
        resolve();
      });
    });
    for (const kind of KINDS) {
      source.addEventListener(kind, (event) => {
        this.#hear[kind](JSON.parse(event.data));
        this.#reached(event.lastEventId);
      });
    }
    source.addEventListener("error", () => {
      this.#hear.away();
      // A browser gives up on a stream that was answered with an error; it goes on by itself after a cut line.
      if (source.readyState === EventSource.CLOSED) setTimeout(() => source === this.#source && this.open(), 2000);
    });
  }

  /** Post *body*, again and again while nobody takes it, and return the answer once the stream has all of it. */
  async post(path, body) {
    let reopened = false;
    for (let round = 0; round < WAITS.length; round += 1) {
      await new Promise((resolve) => setTimeout(resolve, WAITS[round]));
      const answer = await sent(path, body);
      if (answer === null || answer.status >= 500) continue;
      if (answer.status === 401 && !reopened) {
        reopened = true;
        this.open();
        await this.#ready;
        continue;
      }
      const said = await answer.json().catch(() => ({}));
      if (!answer.ok) throw new Refused(said.error || "That didn't work.");
      await this.#until(said.mark);
      return said;
    }
    throw new Error("nobody answered");
  }

  #reached(mark) {
    if (mark) this.#mark = mark;
    this.#waiting = this.#waiting.filter(([wanted, resolve]) => !this.#past(wanted) || resolve());
  }

  #past(wanted) {
    const [epoch, number] = parts(this.#mark);
    const [otherEpoch, other] = parts(wanted);
    return epoch === otherEpoch && number >= other;
  }

  #until(mark) {
    if (this.#past(mark)) return Promise.resolve();
    const waited = new Promise((resolve) => setTimeout(resolve, 5000));
    return Promise.race([waited, new Promise((resolve) => this.#waiting.push([mark, resolve]))]);
  }
}

function parts(mark) {
  const cut = mark.lastIndexOf("-");
  return [mark.slice(0, cut), Number(mark.slice(cut + 1))];
}

async function sent(path, body) {
  try {
    return await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    return null;
  }
}

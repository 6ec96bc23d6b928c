// What was written and is not yet acknowledged. It survives a lost signal, a closed page, a restart of the phone.
// One stored item a message, so that two tabs never overwrite each other's.
const WEEK = 7 * 24 * 3600 * 1000;

export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Outbox {
  #prefix;
  #items = new Map();

  constructor(key) {
    this.#prefix = `tocds.out.${key}.`;
    for (const item of this.#stored()) this.#items.set(item.client_id, item);
  }

  /** Oldest first. */
  get items() {
    return [...this.#items.values()].sort((a, b) => a.written - b.written);
  }

  add(item) {
    const kept = { client_id: newId(), written: this.#after(), ...item };
    this.#items.set(kept.client_id, kept);
    try {
      localStorage.setItem(this.#prefix + kept.client_id, JSON.stringify(kept));
    } catch {
      // Storage is full or forbidden: it lives as long as the page.
    }
    return kept;
  }

  remove(id) {
    const item = this.#items.get(id);
    this.#items.delete(id);
    try {
      localStorage.removeItem(this.#prefix + id);
    } catch {
      // Nothing was kept there either.
    }
    return item;
  }

  /** Now, but never the same moment twice: two messages keep the order in which they were written. */
  #after() {
    return Math.max(Date.now(), ...[...this.#items.values()].map((item) => item.written + 1));
  }

  #stored() {
    try {
      return Object.keys(localStorage)
        .filter((name) => name.startsWith(this.#prefix))
        .map((name) => this.#read(name))
        .filter(Boolean);
    } catch {
      return [];
    }
  }

  #read(name) {
    try {
      const item = JSON.parse(localStorage.getItem(name));
      if (item?.client_id && Date.now() - item.written < WEEK) return item;
    } catch {
      // Damaged: let it go.
    }
    localStorage.removeItem(name);
    return null;
  }
}

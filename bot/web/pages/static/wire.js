// One websocket that comes back by itself.
const LONGEST_WAIT = 15000;
const STEADY = 10000;

export class Wire extends EventTarget {
  #url;
  #socket = null;
  #tries = 0;
  #opened = 0;
  #timer = 0;

  constructor(phone) {
    super();
    const url = new URL("/chat/ws", location.href);
    url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("phone", phone);
    url.searchParams.set("lang", document.body.dataset.lang);
    this.#url = url.href;
    addEventListener("online", () => this.restart());
    addEventListener("pageshow", () => this.open());
    document.addEventListener("visibilitychange", () => !document.hidden && this.open());
  }

  get up() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  open() {
    clearTimeout(this.#timer);
    if (this.#socket && this.#socket.readyState <= WebSocket.OPEN) return;
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#opened = Date.now();
    socket.onmessage = ({ data }) => this.#heard(data);
    socket.onclose = () => this.#lost(socket);
  }

  /** The line is dead though nobody said so: leave it and take a new one. */
  restart() {
    const old = this.#socket;
    this.#socket = null;
    if (old) {
      old.onmessage = old.onclose = null;
      old.close();
      this.dispatchEvent(new Event("down"));
    }
    this.open();
  }

  send(frame) {
    if (this.up) this.#socket.send(JSON.stringify(frame));
    return this.up;
  }

  #heard(data) {
    this.dispatchEvent(new CustomEvent("frame", { detail: JSON.parse(data) }));
  }

  #lost(socket) {
    if (socket !== this.#socket) return;
    // A house that opens and closes at once is in trouble: it is not asked again and again.
    if (Date.now() - this.#opened > STEADY) this.#tries = 0;
    this.dispatchEvent(new Event("down"));
    const wait = Math.min(LONGEST_WAIT, 400 * 2 ** this.#tries++) * (0.7 + 0.6 * Math.random());
    this.#timer = setTimeout(() => this.open(), wait);
  }
}

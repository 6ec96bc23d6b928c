// One phone: its bubbles, its composer, its line to the house.
import { answer, daySeparator, face, make, refreshChoices, row, show } from "./bubbles.js";
import { day } from "./dates.js";
import { Outbox } from "./outbox.js";
import { shrink } from "./photo.js";
import { Wire } from "./wire.js";
import { words } from "./words.js";

const DEAD_LINE = 12000; // an acknowledgement that takes longer means that the line is dead
const DOTS = 9000;
const REMEMBERED = 30;

export class Phone extends EventTarget {
  #section; #log; #list; #dots; #offline; #field; #told; #newest;
  #wire; #outbox;
  #seen = new Set();
  #sent = []; // acknowledged in this page's life, in case the history does not know them yet
  #last = null;
  #pinned = true;
  #dotsTimer = 0; #deadTimer = 0; #offlineTimer = 0;
  #code;

  constructor(section, code) {
    super();
    this.#section = section;
    this.#code = code;
    const find = (name) => section.querySelector(name);
    this.#log = find(".log");
    this.#list = find(".bubbles");
    this.#dots = find(".dots");
    this.#offline = find(".offline");
    this.#field = find("textarea");
    this.#told = find("[data-told]");
    this.#newest = find(".newest");
    const avatar = find(".head .avatar");
    if (!avatar.classList.contains("bot")) face(avatar, avatar.dataset.name);
    this.#outbox = new Outbox(section.dataset.phone);
    this.#compose();
    this.#scrolling();
    this.#connect();
  }

  get key() {
    return this.#section.dataset.phone;
  }

  get group() {
    return "group" in this.#section.dataset;
  }

  focus() {
    this.#toBottom();
  }

  // ——— the line ———

  #connect() {
    this.#wire = new Wire(this.key);
    this.#wire.addEventListener("frame", ({ detail }) => this.#frame(detail));
    this.#wire.addEventListener("down", () => this.#down());
    this.#wire.open();
  }

  #frame(frame) {
    switch (frame.type) {
      case "history": return this.#history(frame.messages);
      case "message": return this.#arrived(frame);
      case "ack": return this.#acknowledged(frame);
      case "refused": return this.#refused(frame);
      case "typing": return frame.on ? this.#showDots() : this.#hideDots();
      case "look": return this.dispatchEvent(new CustomEvent("look", { detail: frame }));
      case "clock": return this.dispatchEvent(new CustomEvent("clock", { detail: frame }));
    }
  }

  #down() {
    this.#hideDots();
    clearTimeout(this.#deadTimer);
    this.#offlineTimer ||= setTimeout(() => (this.#offline.textContent = words.offline), 1500);
    for (const { client_id } of this.#outbox.items) this.#state(client_id, "waiting");
  }

  #up() {
    clearTimeout(this.#offlineTimer);
    this.#offlineTimer = 0;
    this.#offline.textContent = "";
  }

  // ——— what comes ———

  #history(messages) {
    this.#up();
    this.#log.setAttribute("aria-live", "off"); // the past is not read aloud again after each lost signal
    const place = this.#log.scrollTop;
    const known = new Set(messages.map(({ id }) => id));
    for (const { client_id } of this.#outbox.items) if (known.has(client_id)) this.#outbox.remove(client_id);
    this.#seen.clear();
    this.#last = null;
    this.#list.replaceChildren();
    for (const message of messages) this.#append(message);
    for (const message of this.#sent) this.#append(message);
    for (const item of this.#outbox.items) this.#append(this.#own(item, "sending"));
    this.#begin(messages.length === 0);
    this.#pinned ? this.#toBottom() : (this.#log.scrollTop = place);
    setTimeout(() => this.#log.setAttribute("aria-live", "polite"), 300);
    for (const item of this.#outbox.items) this.#transmit(item);
  }

  #arrived(message) {
    if (!message.mine) this.#hideDots();
    const element = this.#append(message);
    if (!element) return;
    this.#follow(element, message.mine);
    this.dispatchEvent(new CustomEvent("arrived", { detail: message }));
  }

  #acknowledged({ client_id, at }) {
    const item = this.#outbox.remove(client_id);
    this.#state(client_id, "sent", at);
    if (item) this.#sent = [...this.#sent, { ...this.#own(item, "sent"), at }].slice(-REMEMBERED);
    this.#watch();
  }

  #refused({ client_id, why }) {
    this.#outbox.remove(client_id);
    this.#state(client_id, why === "picture" ? "refused_picture" : "refused");
    this.#watch();
  }

  // ——— what goes ———

  say(text) {
    if (text.trim()) this.#write({ type: "say", text: text.trim() });
  }

  #tap(question, n, byKeyboard) {
    const groups = [...this.#list.querySelectorAll(".choices")].filter((group) => group.dataset.question === question);
    for (const group of groups) answer(group, n, true);
    this.#write({ type: "tap", question, n });
    if (byKeyboard) this.#field.focus();
  }

  async #picture(file) {
    try {
      this.#write({ type: "picture", ...(await shrink(file)) });
    } catch {
      this.#told.textContent = words.refused_picture;
      this.#notice(words.refused_picture);
    }
  }

  #write(item) {
    const kept = this.#outbox.add(item);
    this.#list.querySelector(".begin")?.remove();
    const element = this.#append(this.#own(kept, this.#wire.up ? "sending" : "waiting"));
    this.#follow(element, true);
    this.#transmit(kept);
  }

  #transmit(item) {
    const { written, ...frame } = item;
    const late = Math.round((Date.now() - written) / 1000);
    if (this.#wire.send({ ...frame, late: late > 2 ? late : 0 })) this.#watch();
    else this.#state(item.client_id, "waiting");
  }

  #watch() {
    clearTimeout(this.#deadTimer);
    if (this.#outbox.items.length) this.#deadTimer = setTimeout(() => this.#wire.restart(), DEAD_LINE);
  }

  #own(item, state) {
    const picture = item.data ? `data:${item.mime};base64,${item.data}` : "";
    return { id: item.client_id, mine: true, bot: false, name: "", text: item.text ?? item.n ?? "", picture, state };
  }

  // ——— what is seen ———

  #append(message) {
    if (this.#seen.has(message.id)) return null;
    this.#seen.add(message.id);
    this.#list.querySelector(".empty")?.remove();
    if (message.at && day(message.at) !== this.#last?.day) {
      this.#list.append(daySeparator(message.at));
      this.#last = null;
    }
    const who = message.mine ? "me" : message.bot ? "bot" : `person ${message.name}`;
    const pick = (question, n, byKeyboard) => this.#tap(question, n, byKeyboard);
    const element = row(message, { group: this.group, follows: this.#last?.who === who, pick });
    if (message.mine) this.#answered(message.text);
    this.#list.append(element);
    this.#last = { who, day: message.at ? day(message.at) : this.#last?.day };
    refreshChoices(this.#list);
    return element;
  }

  /** A typed number that answers the newest question marks its choice. */
  #answered(text) {
    const groups = this.#list.querySelectorAll(".choices");
    const newest = groups[groups.length - 1];
    if (newest && !newest.classList.contains("answered")) answer(newest, text.trim(), false);
  }

  #state(id, how, at) {
    const element = this.#list.querySelector(`[data-id="${CSS.escape(id)}"]`);
    if (!element) return;
    show(element, how, at);
    if (at && this.#last && day(at) !== this.#last.day) {
      element.before(daySeparator(at));
      this.#last = { ...this.#last, day: day(at) };
    }
  }

  #begin(nothingYet) {
    const alone = document.body.classList.contains("alone");
    if (!nothingYet && !(alone && this.#code)) return;
    if (this.#list.children.length && !this.#code) return;
    if (!alone) {
      this.#list.append(make("p", "empty", words.empty));
      return;
    }
    const card = make("div", "begin");
    const button = make("button", "", words.start);
    button.type = "button";
    card.append(make("p", "", words.hello), button);
    button.addEventListener("click", () => {
      const text = this.#code || words.start_words;
      this.#code = "";
      this.#field.value = "";
      history.replaceState(null, "", location.pathname);
      this.say(text);
    });
    this.#list.append(card);
  }

  #notice(text) {
    const line = make("p", "notice", text);
    this.#list.append(line);
    this.#follow(line, true);
    setTimeout(() => line.remove(), 8000);
  }

  #showDots() {
    clearTimeout(this.#dotsTimer);
    this.#dots.hidden = false;
    if (this.#pinned) this.#toBottom();
    this.#dotsTimer = setTimeout(() => this.#hideDots(), DOTS);
  }

  #hideDots() {
    clearTimeout(this.#dotsTimer);
    this.#dots.hidden = true;
  }

  // ——— scrolling ———

  #scrolling() {
    let before = 0;
    this.#log.addEventListener("scroll", () => {
      const { scrollTop, scrollHeight, clientHeight } = this.#log;
      // Only a hand scrolls up; a picture that loads late merely makes the list longer.
      if (scrollHeight - scrollTop - clientHeight < 40) this.#pinned = true;
      else if (scrollTop < before) this.#pinned = false;
      before = scrollTop;
      if (this.#pinned) this.#newest.hidden = true;
    });
    this.#newest.addEventListener("click", () => {
      this.#toBottom();
      this.#log.focus();
    });
    const sizes = new ResizeObserver(() => this.#pinned && this.#toBottom());
    sizes.observe(this.#list);
    sizes.observe(this.#log);
  }

  /** Bring a new row into sight; somebody who reads further up is told, not moved. */
  #follow(element, own) {
    if (!own && !this.#pinned) {
      this.#newest.hidden = false;
    } else if (element.offsetHeight > this.#log.clientHeight - 24) {
      this.#pinned = false; // taller than the screen: its beginning is what one wants to read
      this.#log.scrollTop += element.getBoundingClientRect().top - this.#log.getBoundingClientRect().top - 8;
    } else {
      this.#toBottom();
    }
  }

  #toBottom() {
    this.#pinned = true;
    this.#newest.hidden = true;
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  // ——— composer ———

  #compose() {
    const form = this.#section.querySelector("form");
    const file = form.querySelector("input");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.say(this.#field.value);
      this.#field.value = "";
      this.#grow();
    });
    this.#field.addEventListener("keydown", (event) => {
      // Vietnamese keyboards compose letters: an Enter that ends a composition sends nothing.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
      event.preventDefault();
      form.requestSubmit();
    });
    this.#field.addEventListener("input", () => this.#grow());
    form.querySelector(".camera").addEventListener("click", () => file.click());
    file.addEventListener("change", () => {
      if (file.files[0]) this.#picture(file.files[0]);
      file.value = "";
    });
    for (const hint of this.#section.querySelectorAll(".hints button")) {
      hint.addEventListener("click", () => this.say(hint.textContent));
    }
    if (this.#code) this.#field.value = this.#code;
  }

  #grow() {
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight}px`;
    if (this.#pinned) this.#toBottom();
  }
}

// The demo's bar: which phone is in front on a small screen, and the clock that can be moved.
import { day, dayAndTime, time } from "./dates.js";
import { say, words } from "./words.js";

export class Tabs {
  #tabs; #phones; #front;

  constructor(nav, phones) {
    this.#tabs = [...nav.querySelectorAll("button")];
    this.#phones = phones;
    this.#front = phones[0].key;
    for (const tab of this.#tabs) tab.addEventListener("click", () => this.#show(tab.dataset.phone));
    const front = sessionStorage.getItem("front"); // the page was read anew: the same phone stays in front
    if (phones.some(({ key }) => key === front)) this.#show(front);
    for (const phone of phones) phone.addEventListener("arrived", () => this.#count(phone.key));
  }

  #show(key) {
    this.#front = key;
    sessionStorage.setItem("front", key);
    for (const tab of this.#tabs) {
      tab.toggleAttribute("aria-current", tab.dataset.phone === key);
      if (tab.dataset.phone === key) tab.setAttribute("aria-current", "true");
      document.getElementById(`phone-${tab.dataset.phone}`).classList.toggle("away", tab.dataset.phone !== key);
    }
    this.#unread(key, 0);
    this.#phones.find((phone) => phone.key === key).focus();
  }

  #count(key) {
    if (key !== this.#front) this.#unread(key, null);
  }

  /** Set the number of unread messages, or add one (null). */
  #unread(key, number) {
    const badge = this.#tabs.find((tab) => tab.dataset.phone === key).querySelector(".unread");
    const count = badge.querySelector(".count");
    count.textContent = number ?? Number(count.textContent || 0) + 1;
    badge.hidden = count.textContent === "0";
  }
}

/** Which messenger the page looks like. The house fits everything anew, so the page is read anew too. */
export class Looks {
  constructor(phones) {
    for (const button of document.querySelectorAll(".looks button")) {
      button.addEventListener("click", () => this.#choose(button.dataset.look));
    }
    for (const phone of phones) phone.addEventListener("look", ({ detail }) => this.#changed(detail.look));
  }

  async #choose(look) {
    if (look !== document.body.dataset.look) await fetch(`/chat/look/${look}`, { method: "POST" });
  }

  #changed(look) {
    if (look === document.body.dataset.look) return;
    document.body.dataset.look = look;
    location.reload();
  }
}

export class Clock {
  #button = document.getElementById("next");
  #now = document.getElementById("clock");
  #when = document.getElementById("next-when");
  #said = document.getElementById("clock-said");
  #at = "";

  constructor(phones) {
    for (const phone of phones) {
      phone.addEventListener("clock", ({ detail }) => this.#show(detail));
      phone.addEventListener("arrived", ({ detail }) => this.#passes(detail.at));
    }
    this.#button.addEventListener("click", () => this.#advance());
  }

  #show({ now, next_job, next_at }) {
    this.#set(now);
    const when = next_at && (day(next_at) === day(now) ? time(next_at) : dayAndTime(next_at));
    this.#when.textContent = when ? `${next_job} · ${when}` : next_job;
    if (!this.#moving) this.#button.disabled = !next_at;
  }

  /** A message that is later than the clock shows that the clock went on. */
  #passes(at) {
    if (at && Date.parse(at) > Date.parse(this.#at)) this.#set(at);
  }

  #set(at) {
    this.#at = at;
    this.#now.dateTime = at;
    this.#now.textContent = dayAndTime(at);
  }

  get #moving() {
    return this.#button.getAttribute("aria-busy") === "true";
  }

  async #advance() {
    if (this.#moving) return;
    this.#button.setAttribute("aria-busy", "true");
    this.#said.textContent = words.clock_moving;
    try {
      const answer = await fetch(`/chat/clock/next?lang=${document.body.dataset.lang}`, { method: "POST" });
      if (!answer.ok) throw new Error(answer.status);
      const clock = await answer.json();
      this.#button.removeAttribute("aria-busy");
      this.#show(clock);
      this.#said.textContent = say("clock_moved", { time: dayAndTime(clock.now) });
    } catch {
      this.#button.removeAttribute("aria-busy");
      this.#said.textContent = words.clock_stuck;
      this.#when.textContent = words.clock_stuck;
    }
  }
}

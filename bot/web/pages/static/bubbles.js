// From a message to what one sees. Text is always put in as text, never as markup.
import { day, time } from "./dates.js";
import { openLarge } from "./photo.js";
import { say, words } from "./words.js";

const HUES = 8;

export function make(tag, className = "", text = "") {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  return element;
}

/** The face of somebody without a picture: initials on a colour that stays theirs. */
export function face(avatar, name) {
  const parts = name.trim().split(/\s+/).filter(Boolean);
  avatar.textContent = parts.slice(-2).map((part) => [...part][0].toLocaleUpperCase("vi")).join("");
  avatar.dataset.hue = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9973, 7) % HUES;
}

export function daySeparator(at) {
  const line = make("p", "day");
  line.append(make("span", "", day(at)));
  return line;
}

/** One message: a row with its bubble, and under it what can be chosen. `pick(question, n, byKeyboard)` on a tap. */
export function row(message, { group, follows, pick }) {
  const element = make("div", `row ${message.mine ? "mine" : "theirs"}${follows ? " follows" : ""}`);
  element.dataset.id = message.id;
  const name = message.bot ? message.name || words.bot : message.name;
  if (!message.mine) element.append(avatar(message, name));
  const stack = make("div", "stack");
  stack.append(bubble(message, name, group && !message.mine && !follows));
  if (message.choices?.length) stack.append(choices(message, pick));
  element.append(stack);
  return element;
}

function avatar(message, name) {
  const element = make("span", "avatar");
  element.setAttribute("aria-hidden", "true");
  if (message.bot) {
    element.classList.add("bot");
    element.textContent = "CĐS";
  } else {
    face(element, name);
  }
  return element;
}

function bubble(message, name, named) {
  const element = make("div", "bubble");
  if (named) element.append(make("p", "name", name));
  else element.append(make("span", "vh", message.mine ? words.said_by_me : say("said_by", { name })));
  if (message.picture) element.append(picture(message, name));
  if (message.text) element.append(linked(message.text));
  element.append(meta(message));
  return element;
}

function picture(message, name) {
  const button = make("button", "photo");
  button.type = "button";
  const image = make("img");
  image.alt = `${message.mine ? words.picture_mine : say("picture_from", { name })} – ${words.picture_open}`;
  image.src = message.picture;
  button.append(image);
  button.addEventListener("click", () => openLarge(image));
  return button;
}

function linked(text) {
  const element = make("p", "text");
  for (const piece of text.split(/(https?:\/\/[^\s<>"“”]+[^\s<>"“”.,;:!?)\]])/)) {
    if (/^https?:\/\//.test(piece)) {
      const link = make("a", "", piece);
      link.href = piece;
      link.target = "_blank";
      link.rel = "noopener noreferrer";
      element.append(link);
    } else {
      element.append(piece);
    }
  }
  return element;
}

function meta(message) {
  const element = make("p", "meta");
  const state = make("span", "state");
  element.append(state);
  if (message.at) stamp(element, message.at);
  if (message.state) mark(state, message.state);
  return element;
}

function stamp(element, at) {
  const when = make("time", "", time(at));
  when.dateTime = at;
  element.prepend(when);
}

function mark(state, how) {
  state.dataset.how = how;
  state.textContent = words[how];
}

/** The row's message is on its way, waits for a signal, was sent, or was refused. */
export function show(element, how, at) {
  mark(element.querySelector(".state"), how);
  const line = element.querySelector(".meta");
  if (at && !line.querySelector("time")) stamp(line, at);
}

function choices(message, pick) {
  const element = make("div", "choices");
  element.setAttribute("role", "group");
  element.setAttribute("aria-label", words.choices);
  element.dataset.question = message.question;
  for (const { n, label } of message.choices) {
    const button = make("button", "choice");
    button.type = "button";
    button.dataset.n = n;
    const number = make("b", "", n);
    button.append(number, make("span", "", label));
    // A click made by the keyboard has no detail: then the focus must not be lost with the button.
    button.addEventListener("click", (event) => pick(message.question, n, event.detail === 0));
    element.append(button);
  }
  return element;
}

/** Which choices are still open: only the newest unanswered ones stand in the order of the Tab key. */
export function refreshChoices(list) {
  const groups = [...list.querySelectorAll(".choices")];
  groups.forEach((group, index) => {
    const old = index < groups.length - 1 || group.classList.contains("answered");
    group.classList.toggle("old", old);
    for (const button of group.children) button.tabIndex = old ? -1 : 0;
  });
}

/** Mark what was chosen. Tapped once, the group takes no second tap; a typed answer leaves it as it is. */
export function answer(group, n, tapped) {
  const chosen = [...group.children].find((button) => button.dataset.n === n);
  if (!chosen) return;
  group.classList.add("answered");
  if (!group.querySelector(".chosen")) {
    chosen.classList.add("chosen");
    chosen.append(make("span", "vh", `(${words.chosen})`));
  }
  if (tapped) for (const button of group.children) button.disabled = true;
}

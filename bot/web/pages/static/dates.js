// Times as people in Vietnam read them, wherever the browser is.
import { words } from "./words.js";

const format = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Ho_Chi_Minh", weekday: "long", day: "numeric", month: "numeric",
  hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});

function parts(at) {
  return Object.fromEntries(format.formatToParts(new Date(at)).map(({ type, value }) => [type, value]));
}

export function time(at) {
  const { hour, minute } = parts(at);
  return `${hour}:${minute}`;
}

export function day(at) {
  const { weekday, day, month } = parts(at);
  return `${words[weekday.toLowerCase()]} ${Number(day)}/${Number(month)}`;
}

export function dayAndTime(at) {
  return `${day(at)}, ${time(at)}`;
}

import { Clock, Looks, Tabs } from "./bar.js";
import { Phone } from "./phone.js";

const { code } = document.body.dataset;
const sections = [...document.querySelectorAll(".phone")];
const phones = sections.map((section, index) => new Phone(section, index === 0 ? code : ""));
const tabs = document.querySelector(".tabs");
if (tabs) new Tabs(tabs, phones);
if (document.querySelector(".looks")) new Looks(phones);
if (document.body.classList.contains("demo")) new Clock(phones);

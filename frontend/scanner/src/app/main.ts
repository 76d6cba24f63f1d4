/** The scanner: one page, one phone, one screen at a time. */

import "./scanner.css";
import { HttpApi } from "../core/api";
import { Clock } from "../core/clock";
import { uuid } from "../core/ids";
import { Store } from "../core/store";
import { choose } from "./choose";
import { fill, h } from "./dom";
import { heads } from "./heads";
import { outputs } from "./outputs";
import { compare, pair } from "./pair";
import { Phone } from "./phone";
import { prepare } from "./prepare";
import { roll } from "./roll";
import { scan } from "./scan";
import { t } from "./texts";
import { languageSwitch, upkeep } from "./upkeep";
import { walkIn } from "./walkin";

/** What a screen leaves behind when it goes: cameras off, listeners away. */
export type Leave = () => void;
export type Where = "pair" | "compare" | "choose" | "prepare" | "scan" | "roll" | "walk_in" | "heads" | "outputs";
export type Go = (where: Where) => void;

const host = document.getElementById("scanner") as HTMLElement;
/** The build's own name says which version this is: «main-BvRk9kiK». */
const version = `scanner ${/main-([\w-]+)\.js/.exec(import.meta.url)?.[1] ?? "dev"}`.slice(0, 40);

/** The pairing code of an address «…#p=123456», or the ticket of «…#t=TOKEN», taken away from the address at once. */
function fragment(): { code: string; ticket: string } {
  const given = new URLSearchParams(location.hash.slice(1));
  const [code, ticket] = [given.get("p") ?? "", given.get("t") ?? ""];
  // «/scan/en/» is a way to a language; what is bookmarked or shared is the scanner.
  if (location.hash || location.pathname !== "/scan/") history.replaceState(null, "", "/scan/");
  return { code: /^\d{6}$/.test(code) ? code : "", ticket: /^[A-Z2-7]{127}$/i.test(ticket) ? ticket : "" };
}

async function begin(): Promise<void> {
  let { code, ticket } = fragment();
  let store: Store;
  languageSwitch();
  void upkeep(document.documentElement.lang.slice(0, 2));
  try {
    store = await Store.open(undefined, () => location.reload());
  } catch {
    fill(host, h("p", { class: "notice danger", role: "alert" }, t.storageBroken));
    return;
  }
  const clock = new Clock({ wall: () => Date.now(), mono: () => performance.now(), id: uuid });
  const phone = new Phone(store, new HttpApi(document.documentElement.lang, version), clock, version);
  let leave: Leave = () => undefined;
  const screens: Record<Where, (host: HTMLElement, phone: Phone, go: Go) => Leave> = {
    pair: (...all) => {
      const given = code;
      code = "";
      return pair(...all, given);
    },
    scan: (...all) => {
      const given = phone.session ? ticket : "";
      if (given) ticket = "";
      return scan(...all, given);
    },
    compare, choose, prepare, roll, walk_in: walkIn, heads, outputs,
  }; // prettier-ignore

  const go: Go = (where) => {
    leave();
    host.dataset.screen = where;
    document.body.dataset.screen = where;
    leave = screens[where](host, phone, go);
    window.scrollTo(0, 0);
  };

  phone.on("lost", () => {
    host.dataset.lost = "1";
    go("pair");
  });
  phone.on("wiped", () => {
    host.dataset.wiped = "1";
    go("pair");
  });
  window.addEventListener("hashchange", () => {
    ({ code, ticket } = fragment());
    if (code) go("pair");
    else if (ticket && phone.station) go(phone.session ? "scan" : "choose");
  });
  await phone.begin();
  if (!phone.station) ticket = "";
  if (!phone.station || code) go("pair");
  else go(phone.session ? "scan" : "choose");
}

void begin();

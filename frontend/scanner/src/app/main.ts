/** The scanner: one page, one phone, one screen at a time. */

import "./scanner.css";
import { HttpApi } from "../core/api";
import { Clock } from "../core/clock";
import { uuid } from "../core/ids";
import { Store } from "../core/store";
import { choose } from "./choose";
import { fill, h } from "./dom";
import { compare, pair } from "./pair";
import { Phone } from "./phone";
import { scan } from "./scan";
import { t } from "./texts";

/** What a screen leaves behind when it goes: cameras off, listeners away. */
export type Leave = () => void;
export type Where = "pair" | "compare" | "choose" | "scan";
export type Go = (where: Where) => void;

const host = document.getElementById("scanner") as HTMLElement;
/** The build's own name says which version this is: «main-BvRk9kiK». */
const version = `scanner ${/main-([\w-]+)\.js/.exec(import.meta.url)?.[1] ?? "dev"}`.slice(0, 40);

/** The pairing code of an address «…#p=123456», taken away from the address at once. */
function fragmentCode(): string {
  const code = new URLSearchParams(location.hash.slice(1)).get("p") ?? "";
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
  return /^\d{6}$/.test(code) ? code : "";
}

async function begin(): Promise<void> {
  let code = fragmentCode();
  let store: Store;
  try {
    store = await Store.open();
  } catch {
    fill(host, h("p", { class: "notice danger", role: "alert" }, t.storageBroken));
    return;
  }
  const clock = new Clock({ wall: () => Date.now(), mono: () => performance.now(), id: uuid });
  const phone = new Phone(store, new HttpApi(document.documentElement.lang, version), clock, version);
  let leave: Leave = () => undefined;

  const go: Go = (where) => {
    leave();
    host.dataset.screen = where;
    document.body.dataset.screen = where;
    switch (where) {
      case "pair":
        leave = pair(host, phone, go, code);
        code = "";
        break;
      case "compare":
        leave = compare(host, phone, go);
        break;
      case "choose":
        leave = choose(host, phone, go);
        break;
      case "scan":
        leave = scan(host, phone, go);
        break;
    }
    window.scrollTo(0, 0);
  };

  phone.on("lost", () => {
    host.dataset.lost = "1";
    go("pair");
  });
  window.addEventListener("hashchange", () => {
    code = fragmentCode();
    if (code) go("pair");
  });
  await phone.begin();
  if (!phone.station || code) go("pair");
  else go(phone.session ? "scan" : "choose");
}

void begin();

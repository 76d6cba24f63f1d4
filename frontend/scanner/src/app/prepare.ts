/** Before leaving for a place without a network: is everything on this phone? Each line is tried, not believed. */

import { type Facts, type Line, type Part, lines, readiness } from "../core/readiness";
import { KEYS, TEXT, picture } from "../core/specimen";
import { reading } from "../core/token";
import { moment } from "./dates";
import { decode } from "./decoder";
import { button, fill, h, icon } from "./dom";
import type { Go, Leave } from "./main";
import type { Phone } from "./phone";
import { t } from "./texts";
import { missingFiles } from "./upkeep";

const ICONS = { good: "circle-check", old: "alert-triangle", bad: "circle-x" } as const;

/** Reads a code made on the phone itself, and proves the signature in it. */
async function trial(): Promise<{ read: boolean | null; verified: boolean }> {
  const { side, pixels } = picture();
  const texts = await decode(new ImageData(pixels, side, side));
  if (texts === null) return { read: null, verified: false };
  const [text] = texts;
  return { read: text === TEXT, verified: text !== undefined && (await reading(text, KEYS)).kind === "signed" };
}

async function gather(phone: Phone): Promise<Facts> {
  const { store } = phone;
  const manager = navigator.storage;
  const persistent = manager?.persisted ? (await manager.persisted()) || (await manager.persist()) : null;
  return {
    missing: await missingFiles(),
    sessions: (await store.sessions()).length,
    tickets: await store.countTickets(),
    rosterAt: phone.rosterAt,
    now: phone.clock.now(),
    keys: (await store.publicKeys()).size,
    ...(await trial()),
    persistent,
  };
}

export function prepare(host: HTMLElement, phone: Phone, go: Go): Leave {
  let gone = false;
  let round = 0;
  const verdict = h("div", { class: "ready", role: "status", "data-testid": "ready" });
  const list = h("ul", { class: "checks", "data-testid": "checks" });

  async function check(fetch: boolean): Promise<void> {
    const mine = ++round;
    verdict.dataset.state = "checking";
    fill(verdict, icon("hourglass"), h("strong", {}, t.prepare.checking));
    if (fetch) await phone.refresh();
    const facts = await gather(phone);
    if (gone || mine !== round) return;
    const all = lines(facts);
    const state = readiness(all);
    const word = t.prepare.verdict[state];
    verdict.dataset.state = state;
    fill(verdict, icon(ICONS[state === "ready" ? "good" : state === "kept_loosely" ? "old" : "bad"]), h("div", {}, h("strong", {}, word.word), h("p", {}, word.sentence)));
    fill(list, ...all.map((line) => row(line, facts)));
  }

  const row = (line: Line, facts: Facts): HTMLElement =>
    h("li", { "data-testid": `check-${line.part}`, "data-state": line.state },
      icon(ICONS[line.state]),
      h("div", {}, h("strong", {}, t.prepare.parts[line.part].name), h("p", {}, line.state === "good" ? fine(line.part, facts) : toDo(line, facts))),
    ); // prettier-ignore

  const age = (facts: Facts): string => t.prepare.roster(facts.sessions, facts.tickets, moment(facts.rosterAt ?? facts.now, facts.now));
  const fine = (part: Part, facts: Facts): string => (part === "roster" ? age(facts) : t.prepare.parts[part].good);
  const toDo = (line: Line, facts: Facts): string => (line.state === "old" ? `${age(facts)} ${t.prepare.rosterOld}` : t.prepare.parts[line.part].bad);

  fill(host,
    h("div", { class: "page narrow tall" },
      h("h1", {}, t.prepare.title),
      h("p", { class: "lead" }, t.prepare.help),
      verdict, list,
      h("div", { class: "dock" },
        button(t.prepare.again, "refresh", { class: "button primary block", "data-testid": "check-again" }, () => check(true)),
        button(t.back, "chevron-left", { class: "button block", "data-testid": "prepare-back" }, () => go(phone.session ? "scan" : "choose")),
      ),
    ),
  ); // prettier-ignore
  void check(true);
  return () => {
    gone = true;
  };
}

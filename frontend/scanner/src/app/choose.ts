/** Which session people are checked in to: running and today's first. */

import type { SessionRow } from "../core/shapes";
import { dayOf, hours } from "./dates";
import { device } from "./device";
import { button, fill, h, icon } from "./dom";
import type { Go, Leave } from "./main";
import { weChatNotice } from "./pair";
import type { Phone } from "./phone";
import { t } from "./texts";

type State = { rank: number; word: string; colour: string };

function stateOf(row: SessionRow, now: number): State {
  if (row.state === "called_off") return { rank: 4, word: t.calledOff, colour: "red" };
  if (now >= Date.parse(row.closes_at)) return { rank: 3, word: t.over, colour: "secondary" };
  if (now >= Date.parse(row.opens_at)) return { rank: 0, word: t.running, colour: "green" };
  if (dayOf(Date.parse(row.starts_at)) === dayOf(now)) return { rank: 1, word: t.today, colour: "blue" };
  return { rank: 2, word: t.soon, colour: "secondary" };
}

export function choose(host: HTMLElement, phone: Phone, go: Go): Leave {
  const list = h("div", { class: "sessions", "data-testid": "sessions", id: "sessions" });
  let drawn = "";
  let gone = false;

  const draw = async (): Promise<void> => {
    const rows = await phone.store.sessions();
    if (gone) return;
    // Rows may be read before the phone has taken up the one session of its station: this is asked each time.
    if (phone.station?.session && phone.session) return go("scan");
    const now = phone.clock.now();
    const asTold = JSON.stringify([rows, phone.online, phone.rosterAt !== null, phone.station?.ended]);
    if (asTold === drawn) return; // Whoever has the focus in it keeps it.
    drawn = asTold;
    if (!rows.length) return fill(list, nothing(phone));
    const ranked = rows.map((row) => ({ row, state: stateOf(row, now) }));
    ranked.sort((a, b) => a.state.rank - b.state.rank || (a.state.rank === 3 ? -1 : 1) * a.row.starts_at.localeCompare(b.row.starts_at));
    fill(list, ...ranked.map(({ row, state }) => card(row, state, now)));
  };

  const card = (row: SessionRow, state: State, now: number): HTMLElement =>
    h("button",
      {
        type: "button", class: "session card", "data-testid": "session", "data-session": row.id, disabled: row.state === "called_off",
        "aria-current": row.id === phone.session?.id ? "true" : null,
        click: async () => {
          await phone.choose(row);
          go("scan");
        },
      },
      h("span", { class: "row" }, h("strong", {}, row.name), h("span", { class: "badge", "data-colour": state.colour }, state.word)),
      h("span", { class: "line" }, icon("clock"), " ", hours(Date.parse(row.starts_at), Date.parse(row.ends_at), now)),
      h("span", { class: "line" }, icon("map-pin"), " ", row.venue),
    ); // prettier-ignore

  fill(
    host,
    h("div", { class: "page" },
      h("h1", {}, t.chooseTitle),
      h("p", { class: "lead" }, t.chooseHelp),
      phone.station?.ended ? h("p", { class: "notice danger", role: "alert", "data-testid": "ended" }, t.ended) : null,
      weChatNotice(true),
      list,
      button(t.prepare.title, "shield-check", { class: "button block", "data-testid": "open-prepare" }, () => go("prepare")),
      device(phone, () => go("pair")),
    ),
  ); // prettier-ignore
  void draw();
  const off = phone.on("changed", () => void draw());
  return () => {
    gone = true;
    off();
  };
}

function nothing(phone: Phone): HTMLElement {
  if (phone.rosterAt !== null) return h("p", { class: "empty" }, t.noSessions);
  if (phone.online && !phone.station?.ended) return h("p", { class: "empty", role: "status" }, icon("hourglass"), " ", t.loading);
  return h("div", { class: "empty" }, h("p", {}, t.notLoaded), button(t.retry, "refresh", {}, () => phone.refresh()));
}

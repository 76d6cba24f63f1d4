/** The list: whoever is on it is found by surname, initials, village or short code, and ticked off with a tap. */

import { letsThrough } from "../core/decide";
import { NOBODY, type Presence, presences } from "../core/presence";
import type { ScanRow } from "../core/rows";
import { isWhole, roll as called, search } from "../core/search";
import type { TicketRow } from "../core/shapes";
import { clock } from "./dates";
import { ask, askPeople } from "./dialogs";
import { button, fill, h, icon } from "./dom";
import type { Go, Leave } from "./main";
import type { Phone } from "./phone";
import { signal } from "./signals";
import { t } from "./texts";
import { shown } from "./verdict";
import { Work } from "./work";

const MOST = 100;

export function roll(host: HTMLElement, phone: Phone, go: Go): Leave {
  const work = new Work(phone, go, "roll", null);
  let rows: TicketRow[] = [];
  let came = new Map<number, Presence>();
  let missingOnly = false;
  let last: ScanRow | null = null;
  const input = h("input", { type: "search", id: "search", "data-testid": "search", "aria-label": t.roll.search, placeholder: t.roll.search, autocomplete: "off", spellcheck: "false", enterkeyhint: "search", input: () => drawRows() });
  const summary = h("p", { class: "counts", role: "status", "data-testid": "roll-summary" });
  const only = button(t.roll.missingOnly, "filter", { class: "button small", "aria-pressed": "false", "data-testid": "missing-only" }, () => {
    missingOnly = !missingOnly;
    only.setAttribute("aria-pressed", String(missingOnly));
    drawRows();
  });
  const list = h("ol", { class: "roll", "data-testid": "roll" });
  const told = h("div", { class: "told", role: "status", "data-testid": "told" });

  const of = (row: TicketRow): Presence => came.get(row.id) ?? NOBODY;

  async function redraw(): Promise<void> {
    const { session, store } = phone;
    if (!session) return;
    rows = called(await store.tickets(), session.id);
    came = await presences(store, session.id);
    drawRows();
    await drawTold();
  }

  function drawRows(): void {
    const expected = rows.reduce((sum, row) => sum + row.size, 0);
    const here = rows.reduce((sum, row) => sum + Math.min(row.size, of(row).arrived), 0);
    summary.textContent = rows.length ? t.roll.summary(expected, here) : "";
    const found = search(missingOnly ? rows.filter((row) => of(row).arrived < row.size) : rows, input.value);
    fill(list, ...found.slice(0, MOST).map(line));
    if (found.length > MOST) list.append(h("li", { class: "empty" }, t.roll.more(found.length - MOST)));
    if (!found.length) fill(list, h("li", { class: "empty" }, rows.length ? t.roll.nobody : t.roll.empty));
  }

  function line(row: TicketRow): HTMLElement {
    const { arrived, firstAt } = of(row);
    const all = arrived >= row.size;
    const state = !arrived ? "" : row.size > 1 ? t.ofSize(row.size, arrived) : firstAt === null ? t.roll.here : `${t.roll.here} ${clock(firstAt)}`;
    const alone = row.size === 1 && !all && isWhole(row.name);
    return h("li", { "data-testid": "roll-row", "data-here": all ? "all" : arrived ? "some" : "none" },
      h("button", { type: "button", class: "tick", disabled: all, "data-testid": "tick", click: () => tick(row, false) },
        icon(all ? "circle-check" : "circle"),
        h("span", { class: "who" }, h("strong", {}, row.name || row.village), row.size > 1 ? ` ${t.people(row.size)}` : "", isWhole(row.name) ? null : h("small", {}, ` ${row.short_code}`)),
        h("span", { class: "quiet" }, [row.name && row.village, state].filter(Boolean).join(" · ")),
      ),
      alone ? button(t.substitute, null, { class: "button small", "data-testid": "tick-substitute", "aria-label": `${row.name}：${t.substitute}` }, () => tick(row, true)) : null,
    ); // prettier-ignore
  }

  async function tick(row: TicketRow, substitute: boolean): Promise<void> {
    if (phone.station?.ended) return work.tell("", t.ended);
    const asked = input.value;
    const arriving = await howMany(row);
    if (arriving === null) return;
    const made = await work.save(() => phone.take(row.short_code, { how: "list", direction: "entry", arriving, substitute }));
    if (!made) return;
    last = made;
    if (last.provisional && !letsThrough(last.provisional.code)) signal("refused", false);
    // The next one may be looked for already.
    if (input.value === asked) input.value = "";
    await redraw();
  }

  /** Of a group: how many; of a masked name: is it really this one? */
  async function howMany(row: TicketRow): Promise<number | null> {
    const who = [row.name, row.village].filter(Boolean).join(" · ");
    if (row.size > 1) return askPeople(who, row.size, Math.max(1, row.size - of(row).arrived));
    if (isWhole(row.name)) return 1;
    return (await ask(who, t.roll.compare(row.short_code), t.checkIn)) ? 1 : null;
  }

  async function drawTold(): Promise<void> {
    const row = last && (await phone.store.scan(last.id));
    if (!row) return fill(told);
    const said = await shown(row, phone.store, phone.clock.now());
    const undo = row.withdrawn ? null : button(t.takeBack, "arrow-back-up", { class: "button small", "data-testid": "undo-tick" }, () => phone.withdraw(row));
    told.dataset.tone = said.tone;
    fill(told, icon(said.icon), h("span", {}, h("strong", {}, said.word), ` ${[row.name, said.provisional || said.tone === "refused" ? said.sentence : ""].filter(Boolean).join(" · ")}`), undo);
  }

  return work.show(host, t.roll.title, "", [h("div", { class: "find" }, input, h("div", { class: "row" }, summary, only)), list], [told], redraw);
}

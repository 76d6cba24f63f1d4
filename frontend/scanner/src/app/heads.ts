/** People counted at the place, group by group; different entrances and hours add up, the same one counted again replaces. */

import type { EntryRow } from "../core/rows";
import type { Basis, Method } from "../core/shapes";
import { Counting } from "./counting";
import { button, h } from "./dom";
import { Entries } from "./entries";
import type { Go, Leave } from "./main";
import { groups } from "./page";
import type { Phone } from "./phone";
import { type Stepper, counterRow } from "./stepper";
import { t } from "./texts";
import { field } from "./walkin";
import { Work, choice } from "./work";

const MOST = 1_000_000;

export function heads(host: HTMLElement, phone: Phone, go: Go): Leave {
  const entries = new Entries(phone, "headcount");
  const work = new Work(phone, go, "heads", entries);
  const counting = new Counting(phone.store, `heads ${phone.session?.id}`);
  let basis: Basis = "everyone";
  let method: Method = "counted";
  const part = field("part", t.heads.part, { maxlength: 40, placeholder: t.heads.partPlaceholder, autocomplete: "off" });
  const by = field("counted-by", t.heads.by, { maxlength: 60, autocomplete: "off" });
  const save = button(t.heads.save(0), "check", { class: "button primary block", "data-testid": "heads-save" }, store);
  const drawTotal = (): void => save.lastElementChild?.replaceChildren(t.heads.save(counting.total));

  const rows = [...groups.map((one) => [one.code, one.label] as const), ["", t.allGroups] as const];
  const steppers = new Map<string, Stepper>();
  const lines = rows.map(([code, label]) => {
    const { row, stepper } = counterRow(label, "", { label, value: 0, least: 0, most: MOST, testid: `heads-${code || "all"}`, changed: (value) => set(code, value) });
    steppers.set(code, stepper);
    return row;
  });

  function set(code: string, value: number): void {
    if (!counting.set(code, value)) return;
    drawTotal();
    work.tell("");
  }

  /** Counted here before and gone now: the recount says so, else the old number would stand. */
  function vanished(place: string): string[] {
    const same = (row: EntryRow): boolean => row.detail === place && row.basis === basis && row.number > 0;
    return [...new Set(entries.standing.filter(same).map((row) => row.what))].filter((code) => !counting.numbers.has(code));
  }

  async function store(): Promise<void> {
    const who = by.input.value.trim();
    const place = part.input.value.trim();
    if (!counting.total) return work.tell("", t.heads.nobody);
    if (!who) {
      work.tell("", t.heads.byMissing);
      return by.input.focus();
    }
    const numbers = [...counting.numbers, ...vanished(place).map((code) => [code, 0] as const)];
    const more = { basis, method, counted_by: who, ...(place && { part: place }) };
    const done = t.heads.saved(counting.total);
    const made = await work.save(async () => {
      const rows: EntryRow[] = [];
      for (const [code, people] of numbers) rows.push(await phone.note({ kind: "headcount", people, audience_group: code, ...more }));
      await phone.store.prefer({ countedBy: who });
      return rows;
    });
    if (!made) return;
    for (const stepper of steppers.values()) stepper.set(0);
    work.tell(done, "", made);
  }

  void counting.restore((code, value) => steppers.get(code)?.set(value)).then(drawTotal);
  void phone.store.preferences().then(({ countedBy }) => (by.input.value ||= countedBy));
  return work.show(host, t.heads.title, t.heads.help, [
    h("div", { class: "card" },
      choice(t.heads.basis, "basis", [["everyone", t.basis.everyone], ["besides", t.basis.besides]], basis, (code) => (basis = code)),
      choice(t.heads.method, "method", [["counted", t.method.counted], ["estimated", t.method.estimated]], method, (code) => (method = code)),
    ),
    h("div", { class: "card counters" }, ...lines),
    h("div", { class: "card" }, part.row, h("p", { class: "help" }, t.heads.partHelp), by.row),
  ], [save]); // prettier-ignore
}

/** What was handed out, shown or done at this session; numbers add up over all phones. */

import type { EntryRow } from "../core/rows";
import { Counting } from "./counting";
import { button, h } from "./dom";
import { Entries } from "./entries";
import type { Go, Leave } from "./main";
import { measures } from "./page";
import type { Phone } from "./phone";
import { counterRow } from "./stepper";
import { t } from "./texts";
import { Work } from "./work";

const MOST = 10_000_000;

export function outputs(host: HTMLElement, phone: Phone, go: Go): Leave {
  const work = new Work(phone, go, "outputs", new Entries(phone, "output"));
  const counting = new Counting(phone.store, `outputs ${phone.session?.id}`);
  const save = button(t.outputs.save, "check", { class: "button primary block", "data-testid": "outputs-save" }, store);

  const lines = measures.map(({ code, label, unit }) => ({
    code,
    ...counterRow(label, unit, { label, value: 0, least: 0, most: MOST, testid: `output-${code}`, changed: (value) => set(code, value) }),
  }));

  function set(code: string, value: number): void {
    if (counting.set(code, value)) work.tell("");
  }

  async function store(): Promise<void> {
    if (!counting.numbers.size) return work.tell("", t.outputs.nothing);
    const numbers = [...counting.numbers];
    const rows = await work.save(async () => {
      const notes: EntryRow[] = [];
      for (const [measure, number] of numbers) notes.push(await phone.note({ kind: "output", measure, number }));
      return notes;
    });
    if (!rows) return;
    for (const { stepper } of lines) stepper.set(0);
    work.tell(t.outputs.saved, "", rows);
  }

  void counting.restore((code, value) => lines.find((one) => one.code === code)?.stepper.set(value));
  return work.show(host, t.outputs.title, t.outputs.help, [h("div", { class: "card counters" }, ...lines.map((one) => one.row))], [save]);
}

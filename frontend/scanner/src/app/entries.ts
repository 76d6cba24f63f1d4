/** What was entered by hand at this session on this phone, each line with a way back. */

import type { EntryRow } from "../core/rows";
import { moment } from "./dates";
import { button, fill, h, icon } from "./dom";
import { groupName, measureName } from "./page";
import type { Phone } from "./phone";
import { t } from "./texts";

const MOST = 30;

export class Entries {
  readonly element: HTMLElement;
  private readonly rows = h("ol", { class: "entries", "data-testid": "entries" });
  /** What stands now, newest first. */
  standing: EntryRow[] = [];

  constructor(
    private readonly phone: Phone,
    private readonly kind: EntryRow["kind"],
  ) {
    this.element = h("section", { class: "made", "aria-label": t.entered }, h("h2", {}, t.entered), this.rows);
  }

  async draw(): Promise<void> {
    const { station, session, store } = this.phone;
    if (!station || !session) return;
    const all = (await store.entries(station.id, session.id)).filter((row) => row.kind === this.kind);
    this.standing = all.filter((row) => !row.withdrawn);
    fill(this.rows, ...all.slice(0, MOST).map((row) => this.line(row)));
    this.element.hidden = !all.length;
  }

  private line(row: EntryRow): HTMLElement {
    const { symbol, word, tone } = state(row);
    return h("li", { "data-testid": "entry", "data-tone": tone },
      h("time", { datetime: new Date(row.at).toISOString() }, moment(row.at, this.phone.clock.now())),
      h("span", { class: "what" }, told(row)),
      row.withdrawn || row.answer?.status === "rejected" ? null
        : button(t.takeBack, "arrow-back-up", { class: "button small", "data-testid": "take-back", "aria-label": `${t.takeBack}：${told(row)}` }, () => this.phone.withdraw(row)),
      h("span", { class: "state" }, icon(symbol), " ", word),
    ); // prettier-ignore
  }
}

/** A stored record may still be one that the server could not place: it says so. */
function state({ withdrawn, answer }: EntryRow): { symbol: string; word: string; tone: string } {
  if (withdrawn) return { symbol: "arrow-back-up", word: t.said.withdrawn.word, tone: "neutral" };
  if (answer === null) return { symbol: "cloud-upload", word: t.toSend, tone: "unsure" };
  if (answer.code === "stored") return { symbol: "circle-check", word: t.sent, tone: "through" };
  return { symbol: "alert-triangle", word: (t.said[answer.code] ?? t.said.stored).word, tone: "refused" };
}

export function told(row: EntryRow): string {
  switch (row.kind) {
    case "walk_in":
      return [row.detail, row.what && groupName(row.what), t.people(row.number)].filter(Boolean).join(" · ");
    case "headcount": {
      const basis = row.basis === "everyone" ? t.basis.everyone : t.basis.besides;
      return [row.detail, row.what ? groupName(row.what) : t.allGroups, t.people(row.number), basis, row.method === "estimated" && t.method.estimated].filter(Boolean).join(" · ");
    }
    case "output": {
      const { label, unit } = measureName(row.what);
      return `${label} ${row.number} ${unit}`;
    }
  }
}

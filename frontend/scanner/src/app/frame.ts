/** What all screens of a chosen session share: where one is, how the network stands, and the ways between the screens. */

import { hoursShort } from "./dates";
import { fill, h, icon } from "./dom";
import type { Go, Where } from "./main";
import type { Phone } from "./phone";
import { t } from "./texts";

const WAYS: [Where, string, string][] = [
  ["scan", "scan", t.ways.scan],
  ["roll", "list-check", t.ways.roll],
  ["walk_in", "user-plus", t.ways.walkIn],
  ["heads", "users", t.ways.heads],
  ["outputs", "notes", t.ways.outputs],
];

export class Frame {
  readonly header: HTMLElement;
  readonly ways: HTMLElement;
  readonly ended = h("p", { class: "notice danger", role: "alert", hidden: true, "data-testid": "ended" }, t.ended);
  private readonly place = h("span", { class: "place" });
  private readonly bar: HTMLButtonElement;
  private readonly chip = h("span", { id: "pending-count", class: "chip", role: "status", "data-testid": "pending-count" });

  constructor(
    private readonly phone: Phone,
    here: Where,
    go: Go,
  ) {
    this.bar = h("button", { type: "button", class: "session-now", "data-testid": "change-session", "aria-label": t.change, click: () => go("choose") }, this.place, icon("chevron-down"));
    this.header = h("header", { class: "bar" }, this.bar, this.chip);
    this.ways = h("nav", { class: "ways", "aria-label": t.ways.label },
      ...WAYS.map(([where, symbol, word]) =>
        h("button", { type: "button", "data-testid": `way-${where}`, "aria-current": where === here ? "page" : null, click: () => where !== here && go(where) },
          icon(symbol), h("span", {}, word))),
    ); // prettier-ignore
  }

  draw(): void {
    const { session, station, online, waiting } = this.phone;
    if (!session || !station) return;
    const hours = hoursShort(Date.parse(session.starts_at), Date.parse(session.ends_at), this.phone.clock.now());
    fill(this.place, h("strong", {}, session.name), h("span", {}, `${hours} · ${session.venue}`));
    this.chip.dataset.count = String(waiting);
    this.chip.dataset.online = String(online);
    fill(
      this.chip,
      icon(online ? (waiting ? "cloud-upload" : "check") : "wifi-off"),
      h("span", {}, online ? "" : t.offline, !online && waiting > 0 && h("br"), online || waiting ? t.pending(waiting) : ""),
    );
    this.ended.hidden = !station.ended;
    this.bar.disabled = station.session !== null;
  }
}

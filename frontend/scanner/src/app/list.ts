/** The last scans of this phone, what was not taken in, and the phone itself. */

import type { ScanRow } from "../core/rows";
import { moment } from "./dates";
import { device } from "./device";
import { button, fill, h, icon } from "./dom";
import type { Go } from "./main";
import type { Phone } from "./phone";
import { t } from "./texts";
import { shown } from "./verdict";

const MOST = 20;

export class List {
  readonly element: HTMLDialogElement;
  private readonly rows = h("ol", { class: "scans", "data-testid": "scan-list" });
  private readonly rejected = h("div", {});

  constructor(
    private readonly phone: Phone,
    unpaired: () => void,
    go: Go,
  ) {
    this.element = h("dialog", { class: "history", "aria-labelledby": "list-title" },
      h("div", { class: "row" },
        h("h2", { id: "list-title" }, t.listTitle),
        button(t.back, "x", { class: "button close" }, () => this.element.close()),
      ),
      this.rejected,
      this.rows,
      button(t.prepare.title, "shield-check", { class: "button", "data-testid": "list-prepare" }, () => go("prepare")),
      device(phone, unpaired),
    ); // prettier-ignore
  }

  /** Beside the camera where there is room; else above it, when asked for. */
  place(wide: boolean): void {
    this.element.close();
    this.element.toggleAttribute("open", wide);
  }

  async draw(): Promise<void> {
    const { phone } = this;
    const scans = phone.station ? await phone.store.scans(phone.station.id, MOST) : [];
    const now = phone.clock.now();
    fill(this.rows, ...(await Promise.all(scans.map((scan) => this.row(scan, now)))));
    if (!scans.length) fill(this.rows, h("li", { class: "empty" }, t.listEmpty));
    fill(this.rejected, phone.rejected > 0 && h("p", { class: "notice danger", "data-testid": "rejected" }, t.rejectedNote(phone.rejected), h("br"), t.rejectedHelp));
  }

  private async row(scan: ScanRow, now: number): Promise<HTMLElement> {
    const said = await shown(scan, this.phone.store, now);
    const people = said.tone === "through" && scan.arriving > 1 ? t.people(scan.answer?.admitted ?? scan.arriving) : "";
    const who = [scan.answer?.name ?? scan.name, scan.answer?.unit ?? scan.unit, people].filter(Boolean).join(" · ");
    return h("li", { "data-testid": "scan-row", "data-code": said.code, "data-tone": said.tone },
      h("time", { datetime: new Date(scan.at).toISOString() }, moment(scan.at, now)),
      h("span", { class: "what" }, icon(said.icon), " ", said.word, said.provisional && said.tone === "refused" ? h("small", {}, ` ${t.provisionalWord}`) : null),
      h("span", { class: "who" }, who),
    ); // prettier-ignore
  }
}

/** The shape of a screen on which something is entered: what it is for, its form, its one main act, what was entered. */

import type { EntryRow } from "../core/rows";
import { button, fill, h } from "./dom";
import type { Entries } from "./entries";
import { Frame } from "./frame";
import { hold } from "./hand";
import type { Go, Leave, Where } from "./main";
import type { Phone } from "./phone";
import { signal } from "./signals";
import { t } from "./texts";

export class Work {
  readonly frame: Frame;
  private readonly root = h("div", { class: "work" });
  private readonly status = h("div", { class: "saved", role: "status", "data-testid": "saved" });
  private readonly error = h("p", { class: "error", role: "alert", "data-testid": "work-error" });
  private release: (() => void) | null = null;
  private gone = false;

  constructor(
    private readonly phone: Phone,
    private readonly go: Go,
    where: Where,
    private readonly entries: Entries | null,
  ) {
    this.frame = new Frame(phone, where, go);
  }

  /** Put it together and keep it up to date. */
  show(host: HTMLElement, title: string, help: string, parts: (Node | null)[], dock: (Node | null)[], redraw?: () => unknown): Leave {
    fill(this.root,
      this.frame.header, this.frame.ended,
      h("div", { class: "sheet-of-work" }, h("h1", {}, title), help ? h("p", { class: "help" }, help) : null, ...parts, this.entries?.element),
      h("div", { class: "dock" }, this.error, this.status, ...dock),
      this.frame.ways,
    ); // prettier-ignore
    fill(host, this.root);
    const draw = async (): Promise<void> => {
      if (this.gone || !this.phone.station) return;
      if (!this.phone.session) return this.go("choose");
      this.frame.draw();
      await this.entries?.draw();
      await redraw?.();
    };
    void draw();
    const off = this.phone.on("changed", () => void draw());
    return () => {
      this.gone = true;
      off();
      this.clean();
    };
  }

  /** Something is typed that is not saved yet. */
  touched(): void {
    this.release ??= hold();
    this.tell("");
  }

  clean(): void {
    this.release?.();
    this.release = null;
  }

  /** What was done, with a way back while it is still before everybody's eyes; or what is wrong. */
  tell(done: string, wrong = "", made: readonly EntryRow[] = []): void {
    const undo = button(t.takeBack, "arrow-back-up", { class: "button small", "data-testid": "undo-saved" }, async () => {
      for (const row of made) await this.phone.withdraw(row);
      this.tell(t.said.withdrawn.word);
    });
    fill(this.status, done && h("span", {}, done), done && made.length > 0 && undo);
    this.error.textContent = wrong;
  }

  /** Write something down; what cannot be written down is said. Null if it was not. */
  async save<Made>(write: () => Promise<Made>): Promise<Made | null> {
    if (this.phone.station?.ended) {
      this.tell("", t.ended);
      return null;
    }
    // No second tap, and nothing typed into a form that is about to be emptied.
    const focused = document.activeElement;
    this.root.inert = true;
    try {
      const made = await write();
      this.clean();
      signal("through", true);
      return made;
    } catch {
      this.tell("", t.storageBroken);
      return null;
    } finally {
      this.root.inert = false;
      if (focused instanceof HTMLButtonElement) focused.focus();
    }
  }
}

/** One of several, as buttons side by side. */
export function choice<Code extends string>(label: string, testid: string, options: readonly (readonly [Code, string])[], first: Code | null, chosen: (code: Code) => void): HTMLElement {
  const buttons = options.map(([code, word]) =>
    h("button", { type: "button", "data-testid": `${testid}-${code || "all"}`, "aria-pressed": String(code === first), click: () => pick(code) }, word),
  );
  const pick = (code: Code): void => {
    options.forEach(([other], place) => buttons[place]?.setAttribute("aria-pressed", String(other === code)));
    chosen(code);
  };
  return h("div", { class: "choice", role: "group", "aria-label": label }, ...buttons);
}

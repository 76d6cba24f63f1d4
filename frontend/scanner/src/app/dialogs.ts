/** Questions that stop everything else: how many came, and are you sure. */

import { button, h } from "./dom";
import { Stepper } from "./stepper";
import { t } from "./texts";

const MOST = 500;

function open(dialog: HTMLDialogElement): void {
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.showModal();
}

/** How many of a ticket's people came now; null if it was called off. */
export function askPeople(who: string, size: number, remaining: number): Promise<number | null> {
  return new Promise((answer) => {
    let people = remaining;
    const beyond = h("p", { class: "notice warning", hidden: true, role: "status" });
    const confirm = button(t.confirmPeople(people), "check", { class: "button primary block", "data-testid": "arriving-confirm" }, () => done(people));
    const changed = (value: number): void => {
      people = value;
      (confirm.lastElementChild as HTMLElement).textContent = t.confirmPeople(people);
      beyond.hidden = people <= remaining;
      beyond.textContent = t.beyond(people - remaining);
    };
    const stepper = new Stepper({ label: t.cameNowNobody, value: people, least: 1, most: MOST, testid: "arriving", changed, enter: () => done(people) }, "large");
    const dialog = h("dialog", { class: "sheet", "aria-labelledby": "came-now", "data-testid": "people-dialog" },
      h("h2", { id: "came-now" }, who ? t.cameNow(who) : t.cameNowNobody),
      h("p", { class: "quiet" }, t.ofSize(size, size - remaining)),
      stepper.element,
      beyond,
      h("div", { class: "dock" }, confirm, button(t.cancel, null, { class: "button block" }, () => done(null))),
    ); // prettier-ignore
    const done = (value: number | null): void => {
      answer(value);
      dialog.close();
    };
    dialog.addEventListener("cancel", () => answer(null));
    open(dialog);
    confirm.focus();
  });
}

/** Before something is gone. */
export function sure(title: string, text: string, yes: string): Promise<boolean> {
  return question(title, text, yes, t.cancel, "danger");
}

/** Yes or no, where nothing is lost by either. */
export function ask(title: string, text: string, yes: string, no = t.cancel): Promise<boolean> {
  return question(title, text, yes, no, "primary");
}

function question(title: string, text: string, yes: string, no: string, look: "danger" | "primary"): Promise<boolean> {
  return new Promise((answer) => {
    const done = (value: boolean): void => {
      answer(value);
      dialog.close();
    };
    const dialog = h("dialog", { class: "sheet", "aria-labelledby": "sure" },
      h("h2", { id: "sure" }, title),
      h("p", {}, text),
      h("div", { class: "dock" },
        button(yes, null, { class: `button ${look} block`, "data-testid": "sure" }, () => done(true)),
        button(no, null, { class: "button block", "data-testid": "not-sure" }, () => done(false)),
      ),
    ); // prettier-ignore
    dialog.addEventListener("cancel", () => answer(false));
    open(dialog);
  });
}

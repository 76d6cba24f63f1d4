/** Questions that stop everything else: how many came, and are you sure. */

import { button, h } from "./dom";
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
    const number = h("input", { type: "number", inputmode: "numeric", min: 1, max: MOST, value: people, "aria-label": t.cameNowNobody, "data-testid": "arriving" });
    const beyond = h("p", { class: "notice warning", hidden: true, role: "status" });
    const confirm = button(t.confirmPeople(people), "check", { class: "button primary block", "data-testid": "arriving-confirm" }, () => done(people));
    const set = (value: number, typed: boolean): void => {
      people = Math.min(MOST, Math.max(1, Math.round(value) || 1));
      if (!typed) number.value = String(people);
      (confirm.lastElementChild as HTMLElement).textContent = t.confirmPeople(people);
      beyond.hidden = people <= remaining;
      beyond.textContent = t.beyond(people - remaining);
      fewer.disabled = people <= 1;
    };
    const fewer = button("−", null, { class: "button step", "aria-label": t.fewer }, () => set(people - 1, false));
    const more = button("+", null, { class: "button step", "aria-label": t.more }, () => set(people + 1, false));
    number.addEventListener("input", () => set(number.valueAsNumber, true));
    number.addEventListener("focus", () => number.select());
    number.addEventListener("keydown", (event) => {
      if (event.key === "Enter") done(people);
    });
    const dialog = h("dialog", { class: "sheet", "aria-labelledby": "came-now", "data-testid": "people-dialog" },
      h("h2", { id: "came-now" }, who ? t.cameNow(who) : t.cameNowNobody),
      h("p", { class: "quiet" }, t.ofSize(size, size - remaining)),
      h("div", { class: "stepper" }, fewer, number, more),
      beyond,
      h("div", { class: "dock" }, confirm, button(t.cancel, null, { class: "button block" }, () => done(null))),
    ); // prettier-ignore
    const done = (value: number | null): void => {
      answer(value);
      dialog.close();
    };
    dialog.addEventListener("cancel", () => answer(null));
    set(people, false);
    open(dialog);
    confirm.focus();
  });
}

export function sure(title: string, text: string, yes: string): Promise<boolean> {
  return new Promise((answer) => {
    const done = (value: boolean): void => {
      answer(value);
      dialog.close();
    };
    const dialog = h("dialog", { class: "sheet", "aria-labelledby": "sure" },
      h("h2", { id: "sure" }, title),
      h("p", {}, text),
      h("div", { class: "dock" },
        button(yes, null, { class: "button danger block", "data-testid": "sure" }, () => done(true)),
        button(t.cancel, null, { class: "button block" }, () => done(false)),
      ),
    ); // prettier-ignore
    dialog.addEventListener("cancel", () => answer(false));
    open(dialog);
  });
}

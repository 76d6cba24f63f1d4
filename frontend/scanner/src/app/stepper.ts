/** Numbers set with one thumb: a large minus and plus, and digits for who knows the number. */

import { button, h } from "./dom";
import { t } from "./texts";

type Wishes = { label: string; value: number; least: number; most: number; testid: string; changed: (value: number) => void; enter?: () => void };

export class Stepper {
  readonly element: HTMLElement;
  private value: number;
  private readonly number: HTMLInputElement;
  private readonly fewer: HTMLButtonElement;

  constructor(private readonly wishes: Wishes, look: "large" | "small") {
    const { label, least, most, testid } = wishes;
    this.value = wishes.value;
    this.number = h("input", { type: "number", inputmode: "numeric", min: least, max: most, value: this.value, "aria-label": label, "data-testid": testid });
    this.fewer = button("−", null, { class: "button step", "aria-label": `${t.fewer}：${label}` }, () => this.set(this.value - 1));
    const more = button("+", null, { class: "button step plus", "aria-label": `${t.more}：${label}`, "data-testid": `${testid}-more` }, () => this.set(this.value + 1));
    this.number.addEventListener("input", () => this.take(this.number.valueAsNumber));
    // What was typed beyond the limits is put right once the field is left.
    this.number.addEventListener("blur", () => (this.number.value = String(this.value)));
    this.number.addEventListener("focus", () => this.number.select());
    this.number.addEventListener("keydown", (event) => {
      if (event.key === "Enter") wishes.enter?.();
    });
    this.element = h("div", { class: `stepper ${look}` }, this.fewer, this.number, more);
    this.fewer.disabled = this.value <= least;
  }

  set(value: number): void {
    this.take(value);
    this.number.value = String(this.value);
  }

  private take(value: number): void {
    const { least, most, changed } = this.wishes;
    this.value = Math.min(most, Math.max(least, Math.round(value) || least));
    this.fewer.disabled = this.value <= least;
    changed(this.value);
  }
}

/** A line of numbers to be counted up: label, minus, digits, plus. */
export function counterRow(label: string, unit: string, wishes: Wishes): { row: HTMLElement; stepper: Stepper } {
  const stepper = new Stepper(wishes, "small");
  const row = h("div", { class: "counter" }, h("span", { class: "what" }, label, unit ? h("small", {}, ` ${unit}`) : null), stepper.element);
  return { row, stepper };
}

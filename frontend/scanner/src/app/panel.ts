/** The big answer: word, icon and colour together, readable at arm's length in the sun. */

import { fill, h, icon } from "./dom";
import type { Shown } from "./verdict";

export class Panel {
  readonly element = h("section", {
    id: "verdict", class: "verdict", "data-testid": "verdict", "data-code": "idle", "data-tone": "idle", "aria-live": "assertive", "aria-atomic": "true",
  }); // prettier-ignore

  idle(word: string, sentence: string): void {
    this.set("idle", "idle", false);
    fill(this.element, h("p", { class: "sentence strong" }, word), h("p", { class: "sentence" }, sentence));
  }

  show(shown: Shown): void {
    this.set(shown.code, shown.tone, shown.provisional);
    fill(
      this.element,
      h("p", { class: "word" }, icon(shown.icon), h("strong", {}, shown.word)),
      shown.name && h("p", { class: "who" }, shown.name),
      shown.party && h("p", { class: "sentence" }, shown.party),
      h("p", { class: "sentence" }, shown.sentence),
      shown.note && h("p", { class: "note" }, icon("wifi-off"), " ", shown.note),
    );
    // Two equal answers in a row must be seen as two.
    this.element.classList.remove("fresh");
    void this.element.offsetWidth;
    this.element.classList.add("fresh");
  }

  private set(code: string, tone: string, provisional: boolean): void {
    this.element.dataset.code = code;
    this.element.dataset.tone = tone;
    this.element.dataset.provisional = String(provisional);
  }
}

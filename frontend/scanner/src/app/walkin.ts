/** Registered at the door: how many and of which group; names only of who agrees. */

import { Entries } from "./entries";
import { button, h } from "./dom";
import type { Go, Leave } from "./main";
import { groups } from "./page";
import type { Phone } from "./phone";
import { Stepper } from "./stepper";
import { t } from "./texts";
import { Work, choice } from "./work";

const MOST = 500;

export function walkIn(host: HTMLElement, phone: Phone, go: Go): Leave {
  const work = new Work(phone, go, "walk_in", new Entries(phone, "walk_in"));
  let people = 1;
  let group = "";
  const stepper = new Stepper({
    label: t.walkIn.people, value: 1, least: 1, most: MOST, testid: "walk-in-people",
    changed: (value) => {
      if (value !== people) work.touched();
      people = value;
      save.lastElementChild?.replaceChildren(t.walkIn.save(people));
    },
    enter: () => save.click(),
  }, "large"); // prettier-ignore
  const save = button(t.walkIn.save(1), "user-plus", { class: "button primary block", "data-testid": "walk-in-save" }, store);
  const agreed = h("input", { type: "checkbox", id: "consent", "data-testid": "consent", change: () => drawNames() });
  const name = field("walk-in-name", t.walkIn.name, { maxlength: 60, autocomplete: "off" });
  const village = field("walk-in-village", t.walkIn.village, { maxlength: 60, autocomplete: "off" });
  const number = field("walk-in-phone", t.walkIn.phone, { maxlength: 20, type: "tel", inputmode: "tel", autocomplete: "off" });
  const names = h("div", { class: "names", hidden: true }, ...[name, village, number].map((one) => one.row));
  const groupRow = h("div", {});

  function drawNames(): void {
    work.touched();
    names.hidden = !agreed.checked;
    if (agreed.checked) name.input.focus();
  }

  function drawGroups(): void {
    groupRow.replaceChildren(choice(t.group, "group", [["", t.noGroup] as const, ...groups.map((one) => [one.code, one.label] as const)], group, (code) => (group = code)));
  }

  async function store(): Promise<void> {
    const typed = { name: name.input.value.trim(), village: village.input.value.trim(), phone: number.input.value.normalize("NFKC").replace(/[\s-]/g, "") };
    if (agreed.checked && typed.phone && !/^\+?\d{5,19}$/.test(typed.phone)) {
      work.tell("", t.walkIn.phoneWrong);
      return number.input.focus();
    }
    // Without the sentence of consent nothing of a person leaves this form.
    const given = agreed.checked ? Object.fromEntries(Object.entries(typed).filter(([, value]) => value)) : {};
    const person = Object.keys(given).length ? { consent: true as const, ...given } : {};
    const made = await work.save(() => phone.note({ kind: "walk_in", people, audience_group: group, ...person }));
    if (!made) return;
    for (const { input } of [name, village, number]) input.value = "";
    agreed.checked = false;
    names.hidden = true;
    group = "";
    drawGroups();
    stepper.set(1);
    work.clean();
    work.tell(t.walkIn.saved(made.number), "", [made]);
  }

  drawGroups();
  const consent = h("label", { class: "consent", for: "consent" }, agreed, h("span", {}, t.walkIn.consent));
  return work.show(host, t.walkIn.title, t.walkIn.help, [
    h("div", { class: "card" }, h("h2", {}, t.walkIn.people), stepper.element),
    h("div", { class: "card" }, h("h2", {}, t.group), groupRow),
    h("div", { class: "card" }, consent, names),
  ], [save]); // prettier-ignore
}

type Field = { row: HTMLElement; input: HTMLInputElement };

export function field(id: string, label: string, more: Record<string, string | number>): Field {
  const input = h("input", { id, "data-testid": id, ...more });
  return { input, row: h("div", { class: "field" }, h("label", { for: id }, label), input) };
}

/**
 * A list that is ticked off by keys (`form[data-tick]`): arrows go from line to line, the number printed on the sheet and Enter tick
 * that line, all or none at once, and the count follows. Without scripts the boxes and the links do the same.
 */
export function tickByKeys(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-tick]")) new TickList(form).listen();
}

class TickList {
  private readonly fields: HTMLInputElement[];

  constructor(private readonly form: HTMLFormElement) {
    this.fields = [...form.querySelectorAll<HTMLInputElement>("tr[data-number] input")];
  }

  listen(): void {
    this.form.addEventListener("input", () => this.count());
    this.form.addEventListener("keydown", (event) => this.move(event));
    for (const link of this.form.querySelectorAll<HTMLElement>("[data-tick-all]")) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        for (const field of this.fields) set(field, link.dataset.tickAll === "1");
        this.fields[0]?.dispatchEvent(new Event("input", { bubbles: true }));
      });
    }
    const typed = this.form.querySelector<HTMLInputElement>("[data-tick-number]");
    typed?.closest("label")?.removeAttribute("hidden");
    typed?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.tick(typed);
    });
    // A page that the browser restores shows the boxes as they were left.
    window.addEventListener("pageshow", () => this.count());
  }

  private count(): void {
    const shown = this.form.querySelector("[data-tick-count]");
    if (shown) shown.textContent = String(this.fields.reduce((sum, field) => sum + people(field), 0));
  }

  private move(event: KeyboardEvent): void {
    const field = event.target as HTMLInputElement;
    const at = this.fields.indexOf(field);
    if (at < 0) return;
    const step = event.key === "ArrowDown" || event.key === "Enter" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (!step) return;
    event.preventDefault();
    if (event.key === "Enter") set(field, true);
    this.fields[at + step]?.focus();
    this.count();
  }

  private tick(typed: HTMLInputElement): void {
    const row = this.form.querySelector<HTMLElement>(`tr[data-number="${CSS.escape(typed.value.trim())}"]`);
    const field = row?.querySelector<HTMLInputElement>("input");
    typed.classList.toggle("is-invalid", !field);
    if (!row || !field) return;
    set(field, true);
    for (const other of this.form.querySelectorAll("tr.just-ticked")) other.classList.remove("just-ticked");
    row.classList.add("just-ticked");
    row.scrollIntoView({ block: "center" });
    typed.value = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function set(field: HTMLInputElement, came: boolean): void {
  if (field.type === "checkbox") field.checked = came;
  else if (!came || !field.value || field.value === "0") field.value = came ? field.max : "";
}

function people(field: HTMLInputElement): number {
  return field.type === "checkbox" ? Number(field.checked) : Number(field.value) || 0;
}

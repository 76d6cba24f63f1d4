/** What pages of participants and the console do alike. Every page works without it. */

/** A form is sent once: a second press while the first is on its way does nothing. */
export function sendOnce(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    if (!form.matches("[data-once]") || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    event.submitter?.setAttribute("aria-busy", "true");
  });
  // A page that comes back from the browser's cache may be sent again.
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sent]")) delete form.dataset.sent;
  });
}

/**
 * Hides a field that is asked only where another has a certain answer: `data-shown-if` names the other, and
 * `data-shown-if-answer` the answer, or one to a line. What the server makes of an answer that is not asked for is its own affair.
 */
export function hideUnasked(): void {
  const conditional = document.querySelectorAll<HTMLElement>("[data-shown-if]");
  if (!conditional.length) return;
  const show = (): void => {
    for (const input of conditional) {
      const field = input.closest<HTMLElement>(".field");
      const form = input.closest("form");
      if (!field || !form) continue;
      const { shownIf = "", shownIfAnswer = "" } = input.dataset;
      // One that is hidden itself asks for nothing further.
      const other = form.querySelector(`[name="${CSS.escape(shownIf)}"]`)?.closest<HTMLElement>(".field");
      const given = new FormData(form).getAll(shownIf);
      field.hidden = !shownIfAnswer.split("\n").some((answer) => given.includes(answer)) || Boolean(other?.hidden);
    }
  };
  document.addEventListener("change", show);
  show();
}

/** Copies `data-copy`, or the text of the element `data-copy-from` names, and says so. */
export function copyButtons(): void {
  document.addEventListener("click", async (event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-copy], [data-copy-from]");
    if (!button) return;
    const from = button.dataset.copyFrom;
    const text = from ? (document.getElementById(from)?.textContent ?? "") : (button.dataset.copy ?? "");
    if (!(await copied(text))) return;
    const before = [...button.childNodes];
    button.replaceChildren(document.documentElement.lang === "en" ? "Copied" : "已复制");
    setTimeout(() => button.replaceChildren(...before), 1800);
  });
}

async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Inside WeChat and over plain HTTP there is no clipboard: select the text in a field and let the browser copy it.
    const field = document.createElement("textarea");
    field.value = text;
    field.className = "visually-hidden";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }
}

/** A secret comes in the fragment, which no server log sees: `data-exchange="k"` fills the field «key» and sends it. */
export function exchangeFragments(): void {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-exchange]")) {
    const key = given.get(form.dataset.exchange ?? "k");
    const field = form.elements.namedItem("key") as HTMLInputElement | null;
    if (!key || !field) continue;
    field.value = key;
    history.replaceState(null, "", location.pathname);
    form.submit();
    return;
  }
  for (const field of document.querySelectorAll<HTMLInputElement>("[data-fragment-field] input, input[data-fragment]")) {
    const key = given.get("k");
    if (!key) continue;
    field.value = key;
    field.closest<HTMLElement>("[data-fragment-field]")?.setAttribute("hidden", "");
  }
  if (given.has("k")) history.replaceState(null, "", location.pathname);
}

/** What was typed is never lost: kept in this tab until the form has been taken. Passwords and files are not kept. */
export function keepTyped(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-keep][id]")) {
    const place = `typed:${location.pathname}:${form.id}`;
    const refused = form.querySelector(".error-summary") !== null;
    const kept = refused ? null : sessionStorage.getItem(place);
    if (kept) {
      for (const [name, value] of JSON.parse(kept) as [string, string][]) {
        const field = form.elements.namedItem(name);
        if (field instanceof HTMLInputElement && ["hidden", "password", "file"].includes(field.type)) continue;
        if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = true;
        else if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement)
          field.value ||= value;
      }
    }
    form.addEventListener("input", () => {
      const typed = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
      sessionStorage.setItem(place, JSON.stringify(typed));
    });
    form.addEventListener("submit", () => sessionStorage.removeItem(place));
  }
}

/** Whoever was shown errors is taken to them. */
export function showErrors(): void {
  document.querySelector<HTMLElement>(".error-summary")?.focus();
}

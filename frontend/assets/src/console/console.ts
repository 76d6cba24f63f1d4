import "@tabler/core/dist/css/tabler.min.css";
import "./console.css";
import "./checkin.css";
import "./record.css";
import "./figures.css";
import htmx from "htmx.org";
import { copyButtons, hideUnasked, keepTyped, sendOnce, showErrors } from "../shared";
import { tickByKeys } from "./ticking";
import { keepLive } from "./live";

htmx.config.includeIndicatorCSS = false;

document.addEventListener("htmx:config:request", (event) => {
  const token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content;
  const context = (event as CustomEvent<{ ctx: { request: { headers: Record<string, string> } } }>).detail.ctx;
  if (token) context.request.headers["X-CSRFToken"] = token;
});

/** Destructive acts name what will be gone and ask first. */
function confirmFirst(): void {
  const zh = document.documentElement.lang !== "en";
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target as HTMLFormElement;
      if (!form.dataset.confirm || form.dataset.confirmed) {
        delete form.dataset.confirmed;
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      const submitter = event.submitter;
      const dialog = document.createElement("dialog");
      dialog.className = "confirm";
      const text = document.createElement("p");
      text.textContent = form.dataset.confirm;
      const yes = document.createElement("button");
      yes.className = "btn btn-danger";
      yes.textContent = zh ? "确定" : "Yes";
      const no = document.createElement("button");
      no.className = "btn";
      no.textContent = zh ? "不了" : "No";
      const row = document.createElement("div");
      row.className = "confirm-buttons";
      row.append(yes, no);
      dialog.append(text, row);
      document.body.append(dialog);
      no.addEventListener("click", () => dialog.close());
      yes.addEventListener("click", () => {
        form.dataset.confirmed = "1";
        dialog.close();
        form.requestSubmit(submitter);
      });
      dialog.addEventListener("close", () => dialog.remove());
      dialog.showModal();
      no.focus();
    },
    true,
  );
}

/** Filters apply as soon as one is chosen; a text field waits for Enter. */
function filterAtOnce(): void {
  document.addEventListener("change", (event) => {
    const field = event.target as HTMLElement;
    const form = field.closest<HTMLFormElement>("form[data-autosubmit]");
    if (form && (field instanceof HTMLSelectElement || (field as HTMLInputElement).type === "checkbox")) form.requestSubmit();
  });
}

/** Leaving a page with something typed asks first. */
function warnOfLoss(): void {
  let dirty = false;
  document.addEventListener("input", (event) => {
    if ((event.target as Element).closest("form[data-dirty]")) dirty = true;
  });
  document.addEventListener("submit", () => (dirty = false));
  window.addEventListener("beforeunload", (event) => {
    if (dirty) event.preventDefault();
  });
}

/** One box ticks all others of its form that have the name it says. */
function tickAll(): void {
  document.addEventListener("change", (event) => {
    const box = event.target as HTMLInputElement;
    const name = box.dataset.checkAll;
    if (!name) return;
    for (const one of box.form?.querySelectorAll<HTMLInputElement>(`input[name="${CSS.escape(name)}"]`) ?? []) one.checked = box.checked;
  });
}

confirmFirst();
tickByKeys();
sendOnce();
copyButtons();
keepTyped();
hideUnasked();
filterAtOnce();
warnOfLoss();
showErrors();
tickAll();
keepLive();

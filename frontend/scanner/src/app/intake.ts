/** Codes that do not come from the camera: typed by hand, or in a photo. */

import * as shortcode from "../core/shortcode";
import { decodePhoto } from "./decoder";
import { h } from "./dom";
import { allowSound } from "./signals";
import { t } from "./texts";
import { type Shown, plain } from "./verdict";

/** The check character is looked at here, so that a slip of the finger is not sent. */
export function shortCodeForm(take: (code: string) => unknown): { form: HTMLFormElement; error: HTMLElement } {
  const input = h("input", {
    id: "short-code", name: "short-code", "data-testid": "short-code", "aria-label": t.shortCode, placeholder: t.shortCodePlaceholder, autocomplete: "off",
    autocapitalize: "characters", spellcheck: "false", maxlength: 12, enterkeyhint: "go", "aria-describedby": "short-code-error",
  }); // prettier-ignore
  const error = h("p", { id: "short-code-error", class: "error", role: "alert" });
  const send = h("button", { type: "submit", class: "button", "data-testid": "short-code-send" }, t.checkIn);
  const form = h("form", { class: "short", novalidate: true }, input, send);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    allowSound();
    const code = shortcode.read(input.value.normalize("NFKC"));
    error.textContent = code === null ? t.shortCodeWrong : "";
    if (code === null) {
      input.setAttribute("aria-invalid", "true");
      input.focus();
      return;
    }
    input.removeAttribute("aria-invalid");
    input.value = "";
    input.blur();
    take(code);
  });
  return { form, error };
}

export function photoInput(take: (code: string) => unknown, tell: (said: Shown) => void): HTMLInputElement {
  const file = h("input", { type: "file", accept: "image/*", class: "visually-hidden", tabindex: "-1", "data-testid": "photo", "aria-label": t.photo });
  file.addEventListener("change", async () => {
    const [chosen] = file.files ?? [];
    file.value = "";
    if (!chosen) return;
    allowSound();
    tell({ ...plain("checking"), word: t.photoReading });
    const texts = await decodePhoto(chosen);
    if (texts?.[0] !== undefined) take(texts[0]);
    else tell({ ...plain("unreadable"), sentence: texts === null ? t.decoderBroken : t.photoNothing });
  });
  return file;
}

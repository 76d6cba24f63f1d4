/** What this phone is, and how it stops being that. */

import { moment } from "./dates";
import { sure } from "./dialogs";
import { button, h } from "./dom";
import type { Phone } from "./phone";
import { t } from "./texts";

export function device(phone: Phone, unpaired: () => void): HTMLElement | null {
  const { station } = phone;
  if (!station) return null;
  const note = h("p", { class: "notice warning", role: "alert", hidden: true, "data-testid": "unpair-left" });
  const unpair = async (): Promise<void> => {
    note.hidden = true;
    if (!(await sure(t.unpair, t.unpairAsk, t.unpair))) return;
    const left = await phone.unpair();
    if (!left) return unpaired();
    note.textContent = t.unpairLeft(left);
    note.hidden = false;
    note.scrollIntoView({ block: "nearest" });
  };
  return h("section", { class: "device" },
    h("h2", {}, t.device),
    h("p", {}, t.deviceIs(station.name, station.organization_name), h("br"), h("span", { class: "quiet" }, t.until(moment(Date.parse(station.expires_at), phone.clock.now())))),
    note,
    button(t.unpair, "logout", { class: "button danger", "data-testid": "unpair" }, unpair),
  ); // prettier-ignore
}

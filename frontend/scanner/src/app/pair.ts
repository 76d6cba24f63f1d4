/** Becoming a check-in point: six digits or the code on the console's screen, then a number to compare. */

import { Camera } from "./camera";
import { button, fill, h, icon } from "./dom";
import type { Go, Leave } from "./main";
import type { Phone } from "./phone";
import { t } from "./texts";

export const insideWeChat = /MicroMessenger/i.test(navigator.userAgent);

/** How to get out of WeChat's browser, where cameras fail and what is kept is thrown away. `fragment` goes with the link;
 * `open`: told in full, else at a tap. */
export function weChatNotice(open: boolean, fragment = ""): HTMLElement | null {
  if (!insideWeChat) return null;
  const link = h("input", { readonly: true, value: `${location.origin}/scan/${fragment}`, "aria-label": t.weChat.link, "data-testid": "wechat-link" });
  const copied = h("p", { class: "help", role: "status" });
  const copy = button(t.weChat.copy, "copy", { class: "button", "data-testid": "copy-link" }, async () => {
    link.select();
    try {
      await navigator.clipboard.writeText(link.value);
      copied.textContent = t.weChat.copied;
    } catch {
      // Older WeChat has no clipboard for pages, but copies what is selected.
      copied.textContent = document.execCommand("copy") ? t.weChat.copied : t.weChat.byHand;
    }
  });
  return h("details", { class: "notice warning wechat", "data-testid": "wechat-notice", open },
    h("summary", {}, icon("alert-triangle"), " ", t.weChat.title),
    h("ol", {}, ...t.weChat.steps.map((step) => h("li", {}, step))),
    link, copy, copied,
    h("p", { class: "help" }, t.weChat.stay),
  ); // prettier-ignore
}

export function pair(host: HTMLElement, phone: Phone, go: Go, given: string): Leave {
  const input = h("input", {
    id: "pairing-code", "data-testid": "pairing-code", name: "code", value: given, required: true, inputmode: "numeric",
    autocomplete: "one-time-code", maxlength: 9, "aria-describedby": "pairing-error", enterkeyhint: "go",
  }); // prettier-ignore
  const error = h("p", { id: "pairing-error", class: "error", role: "alert", "data-testid": "pairing-error" });
  const submit = h("button", { type: "submit", class: "button primary block", "data-testid": "pair" }, h("span", {}, t.pair));
  const stage = h("div", { class: "stage small", hidden: true });
  const scanButton = button(t.pairScan, "qrcode", { class: "button block" }, () => (camera.running ? stop() : start()));
  const camera = new Camera(
    (text) => {
      const code = /#p=(\d{6})\b/.exec(text)?.[1];
      if (!code) return;
      stop();
      input.value = code;
      void send();
    },
    (trouble) => {
      stop();
      error.textContent = { none: t.noCamera, denied: t.cameraDenied, busy: t.cameraBusy, decoder: t.decoderBroken }[trouble];
    },
  );

  const start = async (): Promise<void> => {
    error.textContent = "";
    fill(stage, camera.video, h("div", { class: "aim" }));
    stage.hidden = false;
    fill(scanButton, icon("x"), h("span", {}, t.stop));
    if (!(await camera.start(""))) stop();
  };
  const stop = (): void => {
    camera.stop();
    stage.hidden = true;
    fill(scanButton, icon("qrcode"), h("span", {}, t.pairScan));
  };

  const send = async (): Promise<void> => {
    const code = input.value.normalize("NFKC").replace(/\D/g, "");
    error.textContent = "";
    input.removeAttribute("aria-invalid");
    if (code.length !== 6) return wrong(t.pairShort);
    submit.disabled = true;
    fill(submit, h("span", {}, t.pairing));
    const reply = await phone.pair(code);
    submit.disabled = false;
    fill(submit, h("span", {}, t.pair));
    if (reply.kind === "ok") {
      delete host.dataset.lost;
      delete host.dataset.wiped;
      go("compare");
    } else wrong(reply.kind === "refused" && reply.message ? reply.message : t.pairUnreachable);
  };
  const wrong = (sentence: string): void => {
    error.textContent = sentence;
    input.setAttribute("aria-invalid", "true");
    input.focus();
    input.select();
  };

  const form = h("form", { class: "card", novalidate: true },
    h("label", { for: "pairing-code" }, t.pairCode), input, error, submit, stage, scanButton,
  ); // prettier-ignore
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send();
  });
  const left = h("div", {});
  fill(
    host,
    h("div", { class: "page narrow" },
      h("h1", {}, icon("device-mobile"), " ", t.pairTitle),
      h("p", { class: "lead" }, t.pairIntro),
      host.dataset.lost ? h("p", { class: "notice warning", role: "alert", "data-testid": "lost" }, t.lost) : null,
      host.dataset.wiped ? h("p", { class: "notice", role: "status", "data-testid": "wiped" }, t.wiped) : null,
      weChatNotice(true, given ? `#p=${given}` : ""),
      phone.station ? h("p", { class: "notice" }, t.pairSwitch(phone.station.name)) : null,
      left,
      form,
      phone.station ? button(t.back, "chevron-left", { class: "button block" }, () => go(phone.session ? "scan" : "choose")) : null,
    ),
  ); // prettier-ignore
  if (!given && !insideWeChat) input.focus();
  void leftBehind(phone).then((notes) => fill(left, ...notes));
  return () => camera.stop();
}

/** Records of check-in points that this phone is no longer: they are not lost, and it says so. */
async function leftBehind(phone: Phone): Promise<HTMLElement[]> {
  const notes: HTMLElement[] = [];
  for (const row of await phone.store.stations()) {
    const waiting = row.id === phone.station?.id ? 0 : await phone.store.countWaiting(row.id);
    if (waiting) notes.push(h("p", { class: "notice warning", "data-testid": "left-behind" }, t.leftBehind(waiting, row.name)));
  }
  return notes;
}

export function compare(host: HTMLElement, phone: Phone, go: Go): Leave {
  const { station } = phone;
  if (!station) {
    go("pair");
    return () => undefined;
  }
  const yes = button(t.compareYes, "check", { class: "button primary block", "data-testid": "pairing-done" }, () =>
    go(phone.session ? "scan" : "choose"),
  );
  const no = button(t.compareNo, null, { class: "button block" }, async () => {
    await phone.unpair();
    go("pair");
  });
  fill(
    host,
    h("div", { class: "page narrow tall" },
      h("h1", {}, t.compareTitle),
      h("p", { class: "lead" }, t.deviceIs(station.name, station.organization_name)),
      h("div", { class: "card compare" },
        h("p", { class: "both", role: "status" }, t.compare("")),
        h("p", { class: "number", "data-testid": "compare-number" }, station.compare_number),
        h("p", { class: "help" }, t.compareHelp),
      ),
      h("div", { class: "dock" }, yes, no),
    ),
  ); // prettier-ignore
  yes.focus();
  return () => undefined;
}

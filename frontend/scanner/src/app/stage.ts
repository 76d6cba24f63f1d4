/** The camera's picture with its tools: start, torch, another camera, sound. */

import type { Store } from "../core/store";
import { Camera, type Trouble } from "./camera";
import { button, fill, h, icon } from "./dom";
import { hold } from "./hand";
import { weChatNotice } from "./pair";
import { allowSound } from "./signals";
import { t } from "./texts";

/** A camera that has not answered by then may be started anew: some never answer. */
const PATIENCE = 10_000;

export class Stage {
  readonly camera: Camera;
  readonly element: HTMLElement;
  readonly notices = h("div", { class: "notices" });
  readonly start: HTMLButtonElement;
  muted = false;
  private torch = false;
  private gone = false;
  private release: (() => void) | null = null;
  private readonly torchButton: HTMLButtonElement;
  private readonly turnButton: HTMLButtonElement;
  private readonly soundButton: HTMLButtonElement;
  private readonly picture = h("div", { class: "picture" }, h("div", { class: "aim" }, icon("qrcode")));

  constructor(
    private readonly store: Store,
    spotted: (code: string) => void,
    private readonly running: () => void,
    private readonly mayRun: () => boolean,
  ) {
    this.camera = new Camera(spotted, (trouble) => this.troubled(trouble));
    this.start = button(t.startCamera, "camera", { id: "start-camera", class: "button primary block", "data-testid": "start-camera" }, () => this.open(null));
    this.torchButton = button(t.torch, "bulb", { class: "button glass", hidden: true, "aria-pressed": "false" }, async () => {
      const lit = await this.camera.torch(!this.torch);
      if (lit) this.torch = !this.torch;
      fill(this.notices, weChatNotice(false), lit ? null : h("p", { class: "notice warning", role: "alert", "data-testid": "torch-trouble" }, t.torchFailed));
      this.draw();
    });
    this.turnButton = button(t.otherCamera, "refresh", { class: "button glass", hidden: true }, () => {
      const { devices, device } = this.camera;
      const at = devices.findIndex((one) => one.deviceId === device);
      void this.open(devices[(at + 1) % devices.length]?.deviceId ?? "");
    });
    this.soundButton = button(t.sound, "volume", { class: "button glass", "aria-pressed": "true" }, async () => {
      this.muted = !this.muted;
      this.draw();
      await store.prefer({ muted: this.muted });
    });
    this.element = h("section", { class: "stage" }, this.picture, h("div", { class: "stage-tools" }, this.torchButton, this.turnButton, this.soundButton));
    fill(this.notices, weChatNotice(false));
    void store.preferences().then(({ muted }) => {
      this.muted = muted;
      this.draw();
    });
    this.draw();
  }

  async open(device: string | null): Promise<void> {
    allowSound();
    this.start.disabled = true;
    fill(this.notices, weChatNotice(false));
    fill(this.picture, this.camera.video, h("div", { class: "aim" }));
    const impatient = setTimeout(() => (this.start.disabled = false), PATIENCE);
    const running = await this.camera.start(device ?? (await this.store.preferences()).camera);
    clearTimeout(impatient);
    if (this.gone) return this.camera.stop();
    this.start.disabled = false;
    this.torch = false;
    if (running && device !== null) await this.store.prefer({ camera: device });
    if (running) this.running();
    this.draw();
  }

  close(): void {
    this.gone = true;
    this.camera.stop();
    this.release?.();
  }

  draw(): void {
    const { running, hasTorch, devices } = this.camera;
    if (running) this.release ??= hold();
    else this.release = (this.release?.(), null);
    this.element.dataset.running = String(running);
    this.start.hidden = running || !this.mayRun();
    this.torchButton.hidden = !running || !hasTorch;
    this.torchButton.setAttribute("aria-pressed", String(this.torch));
    this.turnButton.hidden = !running || devices.length < 2;
    this.soundButton.setAttribute("aria-pressed", String(!this.muted));
    fill(this.soundButton, icon(this.muted ? "volume-off" : "volume"), h("span", {}, this.muted ? t.soundOff : t.sound));
  }

  private troubled(trouble: Trouble): void {
    const sentence = { none: t.noCamera, denied: t.cameraDenied, busy: t.cameraBusy, decoder: t.decoderBroken }[trouble];
    fill(this.notices, weChatNotice(false), h("p", { class: "notice danger", role: "alert", "data-testid": "camera-trouble" }, sentence));
    this.draw();
  }
}

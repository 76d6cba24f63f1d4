/** The camera and its loop: the middle of each picture goes to the decoder, the next when the previous is done. */

import { decode } from "./decoder";

export type Trouble = "none" | "denied" | "busy" | "decoder";
const SIDE = 800;
const REST = 40;
/** So long after a camera could not be opened it is tried once more: another page may just be letting go of it. */
const ONCE_MORE = 800;

export class Camera {
  readonly video = document.createElement("video");
  devices: MediaDeviceInfo[] = [];
  private stream: MediaStream | null = null;
  private readonly canvas = document.createElement("canvas");
  private awake: { release: () => Promise<void> } | null = null;
  private run = 0;
  paused = false;

  constructor(
    private readonly seen: (text: string) => void,
    private readonly failed: (trouble: Trouble) => void,
  ) {
    this.video.muted = true;
    this.video.playsInline = true;
    this.video.setAttribute("playsinline", "");
  }

  get running(): boolean {
    return this.stream !== null;
  }

  get device(): string {
    return this.track?.getSettings().deviceId ?? "";
  }

  get hasTorch(): boolean {
    const able = this.track?.getCapabilities?.() as (MediaTrackCapabilities & { torch?: boolean }) | undefined;
    return able?.torch === true;
  }

  async start(wanted: string): Promise<boolean> {
    this.stop();
    const run = ++this.run;
    if (!navigator.mediaDevices?.getUserMedia) return this.trouble("none");
    try {
      const stream = await opened(wanted);
      if (run !== this.run) {
        for (const track of stream.getTracks()) track.stop();
        return false;
      }
      this.stream = stream;
      this.track?.addEventListener("ended", () => {
        if (run === this.run) this.trouble("busy");
      });
      this.video.srcObject = stream;
      await this.video.play();
    } catch (error) {
      const name = error instanceof DOMException ? error.name : "";
      if (run !== this.run) return false;
      return this.trouble(name === "NotAllowedError" || name === "SecurityError" ? "denied" : name === "NotFoundError" ? "none" : "busy");
    }
    this.devices = (await navigator.mediaDevices.enumerateDevices()).filter((one) => one.kind === "videoinput");
    void this.stayAwake();
    void this.loop(run);
    return true;
  }

  stop(): void {
    this.run++;
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = null;
    this.video.srcObject = null;
    void this.awake?.release();
    this.awake = null;
  }

  /** Whether it is as it was asked for: some phones say that they have a torch and then refuse it. */
  async torch(on: boolean): Promise<boolean> {
    try {
      await this.track?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] });
      return true;
    } catch {
      return false;
    }
  }

  private get track(): MediaStreamTrack | undefined {
    return this.stream?.getVideoTracks()[0];
  }

  private trouble(trouble: Trouble): false {
    this.stop();
    this.failed(trouble);
    return false;
  }

  private async loop(run: number): Promise<void> {
    const context = this.canvas.getContext("2d", { willReadFrequently: true });
    while (run === this.run && context) {
      const { videoWidth: width, videoHeight: height } = this.video;
      const side = Math.min(width, height);
      if (side && !this.paused && document.visibilityState === "visible") {
        const out = Math.min(side, SIDE);
        if (this.canvas.width !== out) this.canvas.width = this.canvas.height = out;
        context.drawImage(this.video, (width - side) / 2, (height - side) / 2, side, side, 0, 0, out, out);
        const texts = await decode(context.getImageData(0, 0, out, out));
        if (run !== this.run) return;
        if (texts === null) return void this.trouble("decoder");
        if (texts[0] !== undefined && !this.paused) this.seen(texts[0]);
      }
      await new Promise((done) => setTimeout(done, REST));
    }
  }

  private async stayAwake(): Promise<void> {
    try {
      this.awake = (await navigator.wakeLock?.request("screen")) ?? null;
    } catch {
      this.awake = null; // A phone low on power says no.
    }
  }
}

async function opened(wanted: string): Promise<MediaStream> {
  try {
    return await opening(wanted);
  } catch (error) {
    if (!(error instanceof DOMException) || !["NotReadableError", "AbortError"].includes(error.name)) throw error;
    await new Promise((done) => setTimeout(done, ONCE_MORE));
    return opening(wanted);
  }
}

async function opening(wanted: string): Promise<MediaStream> {
  const size = { width: { ideal: 1280 }, height: { ideal: 1280 } };
  const back: MediaTrackConstraints = { ...size, facingMode: { ideal: "environment" } };
  if (!wanted) return navigator.mediaDevices.getUserMedia({ video: back, audio: false });
  try {
    return await navigator.mediaDevices.getUserMedia({ video: { ...size, deviceId: { exact: wanted } }, audio: false });
  } catch (error) {
    // The camera of last time may be gone.
    if (error instanceof DOMException && error.name === "NotAllowedError") throw error;
    return navigator.mediaDevices.getUserMedia({ video: back, audio: false });
  }
}

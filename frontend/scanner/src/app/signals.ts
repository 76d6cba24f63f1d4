/** Sound and vibration: high and short for yes, low and long for no, two in between for not sure. */

export type Tone = "through" | "refused" | "unsure" | "neutral";

let audio: AudioContext | null = null;

/** Browsers give sound only after a touch: call from one. */
export function allowSound(): void {
  try {
    audio ??= new AudioContext();
    if (audio.state === "suspended") void audio.resume();
  } catch {
    audio = null;
  }
}

function beep(frequency: number, after: number, seconds: number, type: OscillatorType): void {
  if (!audio || audio.state !== "running") return;
  const start = audio.currentTime + after;
  const voice = audio.createOscillator();
  const volume = audio.createGain();
  voice.type = type;
  voice.frequency.value = frequency;
  volume.gain.setValueAtTime(0.25, start);
  volume.gain.exponentialRampToValueAtTime(0.001, start + seconds);
  voice.connect(volume).connect(audio.destination);
  voice.start(start);
  voice.stop(start + seconds);
}

export function signal(tone: Tone, muted: boolean): void {
  switch (tone) {
    case "neutral":
      return;
    case "through":
      navigator.vibrate?.(80);
      if (!muted) beep(1320, 0, 0.16, "sine");
      return;
    case "refused":
      navigator.vibrate?.([220, 90, 220]);
      if (!muted) beep(196, 0, 0.5, "square");
      return;
    case "unsure":
      navigator.vibrate?.([90, 70, 90]);
      if (!muted) for (const after of [0, 0.2]) beep(660, after, 0.15, "triangle");
      return;
  }
}

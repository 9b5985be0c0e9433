/**
 * What the camera sees, cut into slices of two seconds. Of each slice a recorder for each layer makes a file that plays by
 * itself; the recorders of the next slice begin before those of this one end, so that nothing lies between them.
 */

import type { Layer } from "./order";

/** Milliseconds of a slice, and by which the next one overlaps it. */
const SLICE = 2_000;
const OVERLAP = 250;
/** Milliseconds until a camera that broke is tried again. */
const AGAIN = 5_000;

const PICTURES = ["video/webm;codecs=vp8,opus", "video/webm;codecs=vp8", "video/webm", "video/mp4"];
const SOUNDS = ["audio/webm;codecs=opus", "audio/mp4"];
const LARGE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 24 } };
const SMALL = { width: 320, height: 180, frameRate: 10 };

/** A segment in plain, as it was made. mono: milliseconds since this page began; wall: since 1970. */
export interface Filmed {
  readonly slice: number;
  readonly layer: Layer;
  readonly media: string;
  readonly mono: number;
  readonly length: number;
  readonly wall: number;
  readonly bytes: ArrayBuffer;
}

/** One recorder, from its beginning until it is stopped: one file that plays by itself. */
class Piece {
  readonly #recorder: MediaRecorder;
  #mono = performance.now();
  #wall = Date.now();
  #ended = 0;

  constructor(stream: MediaStream, options: MediaRecorderOptions, done: (made: Omit<Filmed, "slice" | "layer">) => void) {
    this.#recorder = new MediaRecorder(stream, options);
    this.#recorder.onstart = () => ([this.#mono, this.#wall] = [performance.now(), Date.now()]);
    this.#recorder.ondataavailable = ({ data }) => {
      const length = Math.round((this.#ended || performance.now()) - this.#mono);
      const about = { media: this.#recorder.mimeType, mono: Math.round(this.#mono), length, wall: this.#wall };
      if (data.size > 0) void data.arrayBuffer().then((bytes) => done({ ...about, bytes }));
    };
    this.#recorder.start();
  }

  stop(): void {
    if (this.#recorder.state === "inactive") return; // As when the camera was taken away.
    this.#ended = performance.now();
    this.#recorder.stop();
  }
}

export class Camera {
  #stream: MediaStream | undefined;
  #layers: [Layer, MediaStream, MediaRecorderOptions][] = [];
  #running: Piece[] = [];
  #slice = 0;
  /** Which start this is: an earlier one that is still waiting for the camera gives it back. */
  #turn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** give: takes each segment. tell: the picture that it films, or none where it does not work. */
  constructor(
    private readonly give: (filmed: Filmed) => void,
    private readonly tell: (stream: MediaStream | null) => void,
  ) {}

  /** Film, with what is said or without it. slice: the number to begin with. Asks whoever sits there, once. */
  async start(sound: boolean, slice: number): Promise<void> {
    this.stop();
    const turn = ++this.#turn;
    this.#slice = Math.max(this.#slice, slice);
    const stream = await opened(sound);
    const layers = stream && (await layersOf(stream));
    if (turn !== this.#turn) return stream?.getTracks().forEach((track) => track.stop());
    if (!stream || !layers) return this.#broken(sound);
    [this.#stream, this.#layers] = [stream, layers];
    // Unplugged or taken away: it begins anew with what is left.
    for (const track of stream.getTracks()) track.addEventListener("ended", () => void this.start(sound, this.#slice));
    this.tell(stream);
    this.#next();
  }

  stop(): void {
    this.#turn++;
    clearTimeout(this.#timer);
    for (const piece of this.#running) piece.stop();
    this.#running = [];
    for (const [, stream] of this.#layers) for (const track of stream.getTracks()) track.stop();
    for (const track of this.#stream?.getTracks() ?? []) track.stop();
    this.#layers = [];
  }

  #broken(sound: boolean): void {
    this.stop();
    this.tell(null);
    this.#timer = setTimeout(() => void this.start(sound, this.#slice), AGAIN);
  }

  /** Begin the next slice, then end the one before. */
  #next(): void {
    const before = this.#running;
    const slice = this.#slice++;
    this.#running = this.#layers.flatMap(([layer, stream, options]) => {
      try {
        return [new Piece(stream, options, (made) => this.give({ slice, layer, ...made }))];
      } catch {
        return []; // One layer that does not work leaves the others.
      }
    });
    this.#timer = setTimeout(() => {
      for (const piece of before) piece.stop();
      this.#timer = setTimeout(() => this.#next(), SLICE - OVERLAP);
    }, OVERLAP);
  }
}

/** The camera, with what is said where there is a microphone for it; null where there is no camera. */
async function opened(sound: boolean): Promise<MediaStream | null> {
  const open = (audio: boolean): Promise<MediaStream> => navigator.mediaDevices.getUserMedia({ video: LARGE, audio });
  try {
    return await open(sound).catch(() => open(false));
  } catch {
    return null;
  }
}

/** What is recorded of each slice: a large picture with what is said, a small one, and what is said. */
async function layersOf(stream: MediaStream): Promise<[Layer, MediaStream, MediaRecorderOptions][]> {
  const [picture, sound] = [stream.getVideoTracks()[0]!, stream.getAudioTracks()];
  const small = picture.clone();
  await small.applyConstraints(SMALL).catch(() => undefined);
  const mimeType = playable(PICTURES);
  const heard = sound.map((track): [Layer, MediaStream, MediaRecorderOptions] => [
    "sound",
    new MediaStream([track.clone()]),
    { mimeType: playable(SOUNDS), audioBitsPerSecond: 24_000 },
  ]);
  return [
    ...heard,
    ["low", new MediaStream([small]), { mimeType, videoBitsPerSecond: 100_000 }],
    ["full", stream, { mimeType, videoBitsPerSecond: 1_500_000, audioBitsPerSecond: 48_000 }],
  ];
}

function playable(types: readonly string[]): string {
  return types.find((type) => MediaRecorder.isTypeSupported(type)) ?? "";
}
